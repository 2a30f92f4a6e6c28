import Documents
import HTTP
import Money
import Persistence
import Tenancy
import Values

/// Correcting a paid invoice (BL-52): the credit note is issued at once, with the next number.
///
/// Each line gives back at most what is left of it, and taxes so that in the end exactly the
/// invoice's tax is given back (billing rules §4.6, R3).
enum CreditNoteIssue {
    /// - Returns: The credit note's id.
    /// - Throws: ``Problem`` `invalid_state` unless the invoice is paid, `overcredit`,
    ///   `credits_already_used`, `validation_failed`.
    static func issue(
        _ input: CreditNoteInput, of invoice: ID, in transaction: Transaction,
        _ services: LoopServices, by actor: BillingActor
    ) async throws -> ID {
        let present = try await PaymentRecording.lock(invoice, in: transaction)
        guard present.state == "paid" else { throw PaymentRecording.invalidState(present.state) }
        let earlier = try await Earlier(of: invoice, in: transaction)
        let order = try await RefundedOrder(of: present, in: transaction)
        let parts = try parts(input, present.snapshot.lines, earlier, order)
        let table = try table(parts, earlier)
        let credits = try order?.credits(for: input, parts, of: present.snapshot)
        let id = services.newID()
        if let credits, let order {
            try await order.takeBack(credits, for: id, in: transaction, services)
        }
        let logo = try await PaymentRecording.frozenLogo(of: present.tenant, in: transaction)
        let number = try await HeldNumber.hold(.creditNote, in: transaction, services.clock)
        let snapshot = try snapshot(number, present, parts, table, input.reason, logo)
        var statements = [
            number.take,
            store(
                id, of: invoice, number, FrozenDocument(snapshot, logo: logo), present, credits,
                actor),
            storeLines(id, of: invoice, parts),
        ]
        if let order, present.credited + table.total == present.total {
            statements.append(
                """
                UPDATE platform.orders SET status = 'refunded', refunded_at = \(number.issuedAt)
                WHERE id = \(order.id) AND status = 'paid'
                """)
        }
        statements += record(id, present, snapshot, actor, services)
        statements += DocumentDelivery.enqueue(.creditNote, id, services)
        for statement in statements { transaction.atCommit(statement) }
        return id
    }

    // MARK: What is given back

    /// A part of a line.
    struct Part: Sendable {
        var position: Int
        /// With the line's sign.
        var net: Int64
        var line: DocumentSnapshot.Line
    }

    /// What earlier credit notes gave back.
    private struct Earlier {
        /// By position, with the lines' signs.
        var nets: [Int: Int64] = [:]
        var tables: [TaxTable] = []

        init(of invoice: ID, in transaction: Transaction) async throws {
            let results = try await transaction.run([
                """
                SELECT position, sum(net)::bigint FROM platform.credit_note_lines
                WHERE invoice_id = \(invoice) GROUP BY position
                """,
                "SELECT taxes FROM platform.credit_notes WHERE invoice_id = \(invoice) ORDER BY id",
            ])
            for row in results[0].map({ $0 }) { nets[Int(row.integer(0))] = row.integer(1) }
            tables = try results[1].map { row in
                let rows = (row.json(0).arrayValue ?? []).compactMap(
                    DocumentSnapshot.TaxRow.init(stored:))
                return try TaxTable(
                    rows: rows.map { TaxTable.Row(key: $0.taxKey, base: $0.base, tax: $0.tax) })
            }
        }
    }

    private static func parts(
        _ input: CreditNoteInput, _ lines: [DocumentSnapshot.Line], _ earlier: Earlier,
        _ order: RefundedOrder?
    ) throws -> [Part] {
        func left(_ index: Int) -> Int64 { lines[index].net - (earlier.nets[index + 1] ?? 0) }
        if let credits = input.credits {
            guard let order else {
                throw Problem.field("credits", "not_allowed", "No credits were bought with it.")
            }
            return try order.parts(credits, of: lines, left: lines.indices.map(left))
        }
        guard let given = input.lines else {
            return lines.indices.filter { left($0) != 0 }.map {
                Part(position: $0 + 1, net: left($0), line: lines[$0])
            }
        }
        return try given.enumerated().map { place, line in
            let index = Int(line.position) - 1
            guard lines.indices.contains(index) else {
                throw Problem.field("lines/\(place)/position", "unknown_line")
            }
            let (rest, net) = (left(index), line.net ?? left(index))
            guard net.signum() == rest.signum(), net.magnitude <= rest.magnitude, net != 0 else {
                throw Problem(
                    .overcredit,
                    extra: [
                        JSON.Member(name: "position", value: .integer(line.position)),
                        JSON.Member(name: "left", value: .integer(rest)),
                    ])
            }
            return Part(position: index + 1, net: net, line: lines[index])
        }
    }

    private static func table(_ parts: [Part], _ earlier: Earlier) throws -> TaxTable {
        let table = try TaxTable.crediting(
            parts.map { ($0.net, $0.line.taxKey) }, after: earlier.tables)
        guard table.total > 0 else {
            throw parts.isEmpty
                ? Problem(.overcredit)
                : Problem.field("lines", "out_of_range", "The total must be above 0.")
        }
        return table
    }

    private static func snapshot(
        _ number: HeldNumber, _ present: PaymentRecording.Present, _ parts: [Part],
        _ table: TaxTable, _ reason: String, _ logo: [UInt8]?
    ) throws -> DocumentSnapshot {
        let lines = try parts.map { part in
            let isWhole = part.net == part.line.net
            return try DocumentSnapshot.Line(
                text: part.line.text, quantity: isWhole ? part.line.quantity : 1,
                unitPrice: isWhole ? part.line.unitPrice : part.net, rate: part.line.rate,
                category: part.line.category, taxLabel: part.line.taxLabel,
                taxNote: part.line.taxNote)
        }
        var snapshot = DocumentSnapshot(
            kind: .creditNote, number: number.text, issuedOn: number.date,
            currency: present.currency, language: present.snapshot.language,
            seller: present.snapshot.seller, buyer: present.snapshot.buyer,
            workspace: present.workspaceName, logoSHA256: logo.map { Hex.encode($0) },
            lines: lines, taxes: DocumentSnapshot.TaxRow.rows(of: table, lines: lines),
            totals: DocumentSnapshot.Totals(net: table.net, tax: table.tax, total: table.total))
        snapshot.references = DocumentSnapshot.References(
            order: present.snapshot.references.order, invoice: present.snapshot.number,
            invoiceIssuedOn: present.snapshot.issuedOn)
        snapshot.reason = reason
        return snapshot
    }

    // MARK: What is written

    private static func store(
        _ id: ID, of invoice: ID, _ number: HeldNumber, _ document: FrozenDocument,
        _ present: PaymentRecording.Present, _ credits: Int64?, _ actor: BillingActor
    ) -> SQL {
        let snapshot = document.snapshot
        return """
            INSERT INTO platform.credit_notes (id, invoice_id, year, seq, tenant_number,
                workspace_id, workspace_name, currency, reason, net, tax, total, taxes, credits,
                created_by, issued_at, snapshot, snapshot_sha256, logo_sha256)
            VALUES (\(id), \(invoice), \(number.year)::integer, \(number.sequence),
                \(present.tenant), \(present.workspace), \(present.workspaceName),
                \(present.currency.code), \(snapshot.reason ?? ""), \(snapshot.totals.net),
                \(snapshot.totals.tax), \(snapshot.totals.total),
                \(JSON.array(snapshot.taxes.map(\.stored))), \(credits), \(actor.staffID),
                \(number.issuedAt), \(document.text), \(bytes: document.digest),
                \(bytes: document.logo))
            """
    }

    private static func storeLines(_ id: ID, of invoice: ID, _ parts: [Part]) -> SQL {
        """
        INSERT INTO platform.credit_note_lines (credit_note_id, invoice_id, position, net)
        SELECT \(id), \(invoice), part.position, part.net
        FROM unnest(\(parts.map { Int64($0.position) }), \(parts.map(\.net)))
            AS part (position, net)
        """
    }

    private static func record(
        _ id: ID, _ present: PaymentRecording.Present, _ snapshot: DocumentSnapshot,
        _ actor: BillingActor, _ services: LoopServices
    ) -> [SQL] {
        actor.record(
            BillingChange(
                action: "credit_note.issue", targetKind: "credit_note", target: id,
                workspace: present.workspace, tenant: present.tenant,
                details: [
                    "number": .string(snapshot.number),
                    "invoice": .string(present.snapshot.number),
                    "total": .integer(snapshot.totals.total),
                    "currency": .string(snapshot.currency.code),
                    "reason": .string(snapshot.reason ?? ""),
                ]), services)
    }
}
