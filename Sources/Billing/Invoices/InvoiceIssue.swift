import Crypto
import Documents
import HTTP
import Money
import Persistence
import Tenancy
import Values

/// Issuing an invoice: one transaction that freezes what the document shows and takes its number
/// last (billing rules §5.2).
enum InvoiceIssue {
    /// An invoice that was issued in the present transaction.
    struct Issued: Sendable {
        var id: ID
        var number: String
        var tenant: Int64
    }

    /// Issues a draft.
    ///
    /// A rate of the table of taxes stays as it was copied onto the lines; only when the buyer's
    /// country has become known, or another, since the draft was made, those lines that staff did
    /// not tax itself take the present rate of that country.
    ///
    /// - Throws: ``Problem`` `invoice_immutable`, `invalid_state` when the order was cancelled,
    ///   `billing_profile_incomplete`, `seller_incomplete`.
    static func issue(
        _ id: ID, in transaction: Transaction, _ services: LoopServices, by actor: BillingActor
    ) async throws -> Issued {
        let draft = try await lock(id, in: transaction)
        let order = try await lockOrder(of: draft, in: transaction)
        let rows = try await transaction.run([
            DocumentParties.select(draft.tenant), InvoiceLine.select(id),
            "SELECT platform.freeze_logo(\(draft.tenant))",
        ])
        let parties = try DocumentParties(rows[0][0])
        let lines = try await taxed(
            id, rows[1].map(InvoiceLine.init), of: draft, parties.buyer.country, in: transaction,
            services)
        let logo = rows[2][0].bytes(0).map { Array($0) }
        let printed = try lines.lines.map { try $0.printed() }

        let number = try await HeldNumber.hold(.invoice, in: transaction, services.clock)
        var snapshot = try DocumentSnapshot(
            kind: .invoice, number: number.text, issuedOn: number.date,
            dueOn: PaymentSchedule(issued: number.date).due, currency: draft.currency,
            language: parties.language, seller: parties.seller, buyer: parties.buyer,
            workspace: draft.workspaceName, logoSHA256: logo.map { Hex.encode($0) },
            lines: printed)
        snapshot.references.order = order?.number
        if let note = draft.note { snapshot.notes = [note] }
        let document = FrozenDocument(snapshot, logo: logo)
        var statements = [number.take, store(id, number, document, draft)]
        if let order {
            statements.append(
                "UPDATE platform.orders SET status = 'invoiced' WHERE id = \(order.id)")
        }
        statements += record(id, draft, snapshot, actor, services)
        statements += DocumentDelivery.enqueue(.invoice, id, services)
        statements.append(
            BillingNotice.enqueue(
                .invoiceIssued(
                    number: number.text, total: draft.currency.printed(lines.table.total),
                    dueOn: PaymentSchedule(issued: number.date).due),
                key: "invoice \(id) issued", to: draft.tenant, services))
        for statement in statements { transaction.atCommit(statement) }
        return Issued(id: id, number: number.text, tenant: draft.tenant)
    }

    // MARK: What is issued

    private struct Draft {
        var tenant: Int64
        var workspace: ID
        var workspaceName: String
        var order: ID?
        var currency: Currency
        var note: String?
        var taxCountry: String?
    }

    private static func lock(_ id: ID, in transaction: Transaction) async throws -> Draft {
        let rows = try await transaction.run(
            """
            SELECT i.state, i.tenant_number, i.workspace_id, t.name, i.order_id, i.currency,
                i.note, i.tax_country
            FROM platform.invoices i LEFT JOIN platform.tenants t ON t.number = i.tenant_number
            WHERE i.id = \(id) FOR UPDATE OF i
            """)
        guard let row = rows.first else { throw Problem.notFound }
        guard row.text(0) == "draft" else { throw Problem(.invoiceImmutable) }
        guard let tenant = row.optionalInteger(1), let currency = Currency(row.text(5)) else {
            throw Problem(.billingProfileIncomplete)
        }
        return Draft(
            tenant: tenant, workspace: row.id(2), workspaceName: row.text(3),
            order: row.optionalID(4), currency: currency, note: row.optionalText(6),
            taxCountry: row.optionalText(7))
    }

    private static func lockOrder(
        of draft: Draft, in transaction: Transaction
    ) async throws -> (id: ID, number: String)? {
        guard let order = draft.order else { return nil }
        let row = try await transaction.run(
            "SELECT status, number FROM platform.orders WHERE id = \(order) FOR UPDATE")[0]
        guard row.text(0) == "pending" else {
            throw Problem(
                .invalidState, "The order is not waiting for its invoice any more.",
                extra: [JSON.Member(name: "state", value: .string(row.text(0)))])
        }
        return (order, row.text(1))
    }

    /// The lines as they are issued; what the draft holds is brought in line with them.
    private static func taxed(
        _ id: ID, _ lines: [InvoiceLine], of draft: Draft, _ country: String,
        in transaction: Transaction, _ services: LoopServices
    ) async throws -> InvoiceLines {
        guard draft.taxCountry != country else { return try InvoiceLines(lines) }
        let taxed = try InvoiceLines(
            try await InvoiceLines.tax(
                lines, country: country, on: services.clock.now.utcDate, in: transaction))
        try await InvoiceDraft.replaceLines(
            of: id, with: taxed, country: country, in: transaction)
        return taxed
    }

    // MARK: What is written

    private static func store(
        _ id: ID, _ number: HeldNumber, _ document: FrozenDocument, _ draft: Draft
    ) -> SQL {
        let schedule = PaymentSchedule(issued: number.date)
        return """
            UPDATE platform.invoices SET state = 'issued', year = \(number.year)::integer,
                seq = \(number.sequence), workspace_name = \(draft.workspaceName),
                issued_at = \(number.issuedAt), issue_date = \(number.date.description)::date,
                due_date = \(schedule.due.description)::date, updated_at = \(number.issuedAt),
                snapshot = \(document.text), snapshot_sha256 = \(bytes: document.digest),
                logo_sha256 = \(bytes: document.logo)
            WHERE id = \(id)
            """
    }

    private static func record(
        _ id: ID, _ draft: Draft, _ snapshot: DocumentSnapshot, _ actor: BillingActor,
        _ services: LoopServices
    ) -> [SQL] {
        let change = BillingChange(
            action: "invoice.issue", targetKind: "invoice", target: id,
            workspace: draft.workspace, tenant: draft.tenant,
            details: [
                "number": .string(snapshot.number), "total": .integer(snapshot.totals.total),
                "currency": .string(snapshot.currency.code),
            ])
        return actor.record(change, services)
    }
}
