import Documents
import HTTP
import Persistence
import Tenancy
import Values

/// Why something is voided.
struct VoidInput: Input {
    let reason: String

    init(_ fields: FieldReader) { reason = fields.required("reason", .text(1...500)) }
}

/// Voiding an invoice of which nothing was paid: it keeps its number, and its order ends (BL-52).
enum InvoiceVoid {
    /// - Throws: ``Problem`` `invoice_paid` once something was paid (BL-117), `invalid_state` for
    ///   drafts and what is void already.
    static func void(
        _ id: ID, because reason: String, in transaction: Transaction, _ services: LoopServices,
        by actor: BillingActor
    ) async throws {
        let present = try await PaymentRecording.lock(id, in: transaction)
        guard present.state != "void" else { throw PaymentRecording.invalidState("void") }
        guard present.paid == 0 else { throw Problem(.invoicePaid) }
        let now = services.clock.now
        var statements: [SQL] = [
            """
            UPDATE platform.invoices SET state = 'void', voided_at = \(now),
                void_reason = \(reason)
            WHERE id = \(id)
            """
        ]
        if let order = present.order {
            statements.append(
                """
                UPDATE platform.orders SET status = 'cancelled', cancelled_at = \(now)
                WHERE id = \(order) AND status = 'invoiced'
                """)
        }
        try await transaction.run(statements)
        let change = BillingChange(
            action: "invoice.void", targetKind: "invoice", target: id,
            workspace: present.workspace, tenant: present.tenant,
            details: ["number": .string(present.snapshot.number), "reason": .string(reason)])
        for statement in actor.record(change, services) { transaction.atCommit(statement) }
    }
}
