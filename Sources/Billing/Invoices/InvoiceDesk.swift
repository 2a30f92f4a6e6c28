import HTTP
import Money
import Persistence
import Tabular
import Tenancy
import Values

/// Work with invoices that operators script, by the same code as the staff's routes.
package struct InvoiceDesk: Sendable {
    private let services: LoopServices

    package init(_ services: LoopServices) { self.services = services }

    /// One line of a list.
    package struct Entry: Sendable {
        package let id: ID
        /// Nil for drafts.
        package let number: String?
        package let status: String
        package let workspace: String
        /// With its currency, such as `29.00 USD`.
        package let total: String
        package let dueDate: String?
    }

    /// What `status` can be.
    package static let statuses = ["draft"] + Invoice.statuses

    /// Invoices, the newest first.
    package func list(status: String?, limit: Int) async throws -> [Entry] {
        let today = services.clock.now.utcDate
        var sql: SQL = """
            \(Invoice.present(today)) SELECT \(Invoice.staffFileListing.resource.columns)
            \(SQL(stringLiteral: Invoice.staffSource)) WHERE true
            """
        for condition in Invoice.conditions(status: status, today) {
            sql.append(" AND \(condition)")
        }
        sql.append(" ORDER BY coalesce(i.issued_at, i.created_at) DESC, i.id DESC LIMIT \(limit)")
        return try await services.database.read(sql, in: .staff).map { row in
            let currency = Currency(row.text(9))
            return Entry(
                id: row.id(0), number: row.optionalText(1), status: row.text(2),
                workspace: row.text(17), total: currency?.printed(row.integer(6)) ?? "",
                dueDate: row.optionalText(12))
        }
    }

    /// One invoice as the staff's route answers it; nil if there is none of this number or id.
    package func show(_ name: String) async throws -> [UInt8]? {
        guard let id = try await find(name) else { return nil }
        let rows = try await services.database.read(
            Invoice.staffSelect(id, services.clock.now.utcDate), in: .staff)
        guard let row = rows.first else { return nil }
        var writer = JSONWriter(capacity: 4_096)
        Invoice.staffDetail.write(row, to: &writer)
        return writer.bytes
    }

    /// Issues a draft and returns its number.
    ///
    /// - Throws: ``Problem`` as the staff's route answers it.
    package func issue(_ id: ID) async throws -> String {
        let services = services
        return try await services.database.transaction(in: .staff) { transaction in
            try await InvoiceIssue.issue(id, in: transaction, services, by: .operator).number
        }
    }

    /// All invoices as the CSV file of the staff's list, piece by piece.
    package func export(status: String?, _ write: ([UInt8]) -> Void) async throws {
        let today = services.clock.now.utcDate
        let resource = Invoice.staffFileListing.resource
        var header = CSVWriter()
        for name in resource.names { header.cell(name) }
        header.endRow()
        write(header.bytes)
        var last = ID(high: 0, low: 0)
        while true {
            var sql: SQL = """
                \(Invoice.present(today)) SELECT \(resource.columns)
                \(SQL(stringLiteral: Invoice.staffSource)) WHERE i.id > \(last)
                """
            for condition in Invoice.conditions(status: status, today) {
                sql.append(" AND \(condition)")
            }
            sql.append(" ORDER BY i.id LIMIT 1000")
            let rows = try await services.database.read(sql, in: .staff)
            guard rows.count > 0 else { return }
            var lines = CSVWriter()
            for index in 0..<rows.count {
                Invoice.staffCells(rows[index], &lines)
                lines.endRow()
            }
            write(lines.bytes)
            last = rows[rows.count - 1].id(0)
        }
    }

    private func find(_ name: String) async throws -> ID? {
        if let id = ID(name) { return id }
        let rows = try await services.database.read(
            "SELECT id FROM platform.invoices WHERE number = \(name.uppercased())", in: .staff)
        return rows.first?.id(0)
    }
}
