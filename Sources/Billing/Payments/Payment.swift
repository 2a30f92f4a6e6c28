import Documents
import HTTP
import Money
import Persistence
import Tenancy
import Values

/// Money received for an invoice, as staff record it (BL-84).
struct PaymentInput: Input {
    /// Minor units of the invoice's currency.
    let amount: Int64
    /// Must be the invoice's, if given.
    let currency: String?
    let method: DocumentSnapshot.Payment.Method
    let reference: String
    let paidOn: CivilDate

    init(_ fields: FieldReader) {
        amount = fields.required("amount", .integer(1...Money.limit))
        currency = fields.optional("currency", InvoiceDraftInput.currencyField)
        let methods = DocumentSnapshot.Payment.Method.allCases.map(\.rawValue)
        let method = fields.required("method", .choice(methods))
        self.method = DocumentSnapshot.Payment.Method(rawValue: method) ?? .other
        reference = fields.required("reference", .text(1...100))
        let date = fields.required("paid_on", .date)
        paidOn = CivilDate(date) ?? CivilDate(daysSinceEpoch: 0)
    }
}

/// Recording a payment: in one transaction the payment, its receipt with the next number, and once
/// all is paid the order's goods (BL-54, BL-85; billing rules §5.5).
enum PaymentRecording {
    static func record(
        _ payment: PaymentInput, of invoice: ID, in transaction: Transaction,
        _ services: LoopServices, by actor: BillingActor
    ) async throws {
        let present = try await lock(invoice, in: transaction)
        try check(payment, present)
        try await checkReference(payment, invoice, in: transaction)
        try checkAmount(payment, present)
        let id = services.newID()
        do {
            try await transaction.run(
                """
                INSERT INTO platform.payments (id, invoice_id, amount, currency, method, reference,
                    paid_on, recorded_at, recorded_by)
                VALUES (\(id), \(invoice), \(payment.amount), \(present.currency.code),
                    \(payment.method.rawValue), \(payment.reference),
                    \(payment.paidOn.description)::date, \(services.clock.now), \(actor.staffID))
                """)
        } catch let error as DatabaseError
            where error.violates("payments_invoice_id_reference_key")
        {
            throw Problem(.duplicatePayment)
        }
        let paid = present.paid + payment.amount
        if paid == present.total, let order = present.order {
            try await transaction.run(
                """
                UPDATE platform.orders SET status = 'paid', paid_at = \(services.clock.now)
                WHERE id = \(order) AND status = 'invoiced'
                """)
            try await Goods.grant(order, in: transaction, services)
        }
        let logo = try await frozenLogo(of: present.tenant, in: transaction)
        let number = try await HeldNumber.hold(.receipt, in: transaction, services.clock)
        let receipt = services.newID()
        let snapshot = try present.receipt(number, payment, paid: paid, logo: logo)
        let document = FrozenDocument(snapshot, logo: logo)
        let statements =
            [
                number.take,
                store(receipt, of: id, invoice, number, document, present, payment.amount),
            ] + audit(payment, invoice, present, number, actor, services)
            + DocumentDelivery.enqueue(.receipt, receipt, services)
        for statement in statements { transaction.atCommit(statement) }
    }

    /// The logo that a workspace has now, by its hash.
    static func frozenLogo(
        of tenant: Int64?, in transaction: Transaction
    ) async throws -> [UInt8]? {
        guard let tenant else { return nil }
        return try await transaction.run("SELECT platform.freeze_logo(\(tenant))")[0].bytes(0)
            .map { Array($0) }
    }

    // MARK: The invoice

    /// An issued invoice whose row is locked.
    struct Present {
        var state: String
        var tenant: Int64?
        var workspace: ID
        var workspaceName: String
        var order: ID?
        var orderNumber: String?
        var currency: Currency
        var total, paid, credited: Int64
        var snapshot: DocumentSnapshot

        /// The receipt of a payment that brings what was paid to `paid`.
        func receipt(
            _ number: HeldNumber, _ payment: PaymentInput, paid: Int64, logo: [UInt8]?
        ) throws -> DocumentSnapshot {
            var receipt = DocumentSnapshot(
                kind: .receipt, number: number.text, issuedOn: number.date, currency: currency,
                language: snapshot.language, seller: snapshot.seller, buyer: snapshot.buyer,
                workspace: workspaceName, logoSHA256: logo.map { Hex.encode($0) },
                lines: snapshot.lines, taxes: snapshot.taxes,
                totals: DocumentSnapshot.Totals(
                    net: snapshot.totals.net, tax: snapshot.totals.tax,
                    total: snapshot.totals.total, paid: paid))
            receipt.references = DocumentSnapshot.References(
                order: snapshot.references.order, invoice: snapshot.number,
                invoiceIssuedOn: snapshot.issuedOn)
            receipt.payment = DocumentSnapshot.Payment(
                method: payment.method, reference: payment.reference, paidOn: payment.paidOn,
                amount: payment.amount)
            return receipt
        }
    }

    /// - Throws: ``Problem`` `invalid_state` for a draft.
    static func lock(_ id: ID, in transaction: Transaction) async throws -> Present {
        let rows = try await transaction.run(
            """
            SELECT i.state, i.tenant_number, i.workspace_id, coalesce(t.name, i.workspace_name),
                i.order_id, i.currency, i.total, i.paid, i.credited, i.snapshot
            FROM platform.invoices i LEFT JOIN platform.tenants t ON t.number = i.tenant_number
            WHERE i.id = \(id) FOR UPDATE OF i
            """)
        guard let row = rows.first else { throw Problem.notFound }
        guard let text = row.optionalText(9), let currency = Currency(row.text(5)) else {
            throw Self.invalidState(row.text(0))
        }
        let snapshot = try DocumentSnapshot(json: try JSON.parse(Array(text.utf8)))
        return Present(
            state: row.text(0), tenant: row.optionalInteger(1), workspace: row.id(2),
            workspaceName: row.text(3), order: row.optionalID(4), currency: currency,
            total: row.integer(6), paid: row.integer(7), credited: row.integer(8),
            snapshot: snapshot)
    }

    static func invalidState(_ state: String) -> Problem {
        Problem(.invalidState, extra: [JSON.Member(name: "state", value: .string(state))])
    }

    private static func check(_ payment: PaymentInput, _ present: Present) throws {
        if let currency = payment.currency, currency != present.currency.code {
            throw Problem.field(
                "currency", "currency_mismatch", "The invoice is in another currency.")
        }
        guard present.state == "issued" || present.state == "paid" else {
            throw invalidState(present.state)
        }
    }

    /// A reference that is known is no second payment, however much is left to pay.
    private static func checkReference(
        _ payment: PaymentInput, _ invoice: ID, in transaction: Transaction
    ) async throws {
        let known = try await transaction.run(
            """
            SELECT FROM platform.payments
            WHERE invoice_id = \(invoice) AND reference = \(payment.reference)
            """)
        guard known.isEmpty else { throw Problem(.duplicatePayment) }
    }

    private static func checkAmount(_ payment: PaymentInput, _ present: Present) throws {
        let due = present.total - present.paid
        guard payment.amount <= due else {
            throw Problem(
                .overpayment, extra: [JSON.Member(name: "due", value: .integer(due))])
        }
    }

    // MARK: What is written

    private static func store(
        _ id: ID, of payment: ID, _ invoice: ID, _ number: HeldNumber, _ document: FrozenDocument,
        _ present: Present, _ amount: Int64
    ) -> SQL {
        """
        INSERT INTO platform.receipts (id, payment_id, invoice_id, year, seq, tenant_number,
            workspace_id, workspace_name, amount, currency, issued_at, snapshot, snapshot_sha256,
            logo_sha256)
        VALUES (\(id), \(payment), \(invoice), \(number.year)::integer, \(number.sequence),
            \(present.tenant), \(present.workspace), \(present.workspaceName), \(amount),
            \(present.currency.code), \(number.issuedAt), \(document.text),
            \(bytes: document.digest), \(bytes: document.logo))
        """
    }

    private static func audit(
        _ payment: PaymentInput, _ invoice: ID, _ present: Present, _ number: HeldNumber,
        _ actor: BillingActor, _ services: LoopServices
    ) -> [SQL] {
        actor.record(
            BillingChange(
                action: "payment.record", targetKind: "invoice", target: invoice,
                workspace: present.workspace, tenant: present.tenant,
                details: [
                    "number": .string(present.snapshot.number), "receipt": .string(number.text),
                    "amount": .integer(payment.amount),
                    "currency": .string(present.currency.code),
                    "method": .string(payment.method.rawValue),
                    "reference": .string(payment.reference),
                ]), services)
    }
}
