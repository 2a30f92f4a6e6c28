import Foundation
import Persistence
import TestSupport
import Testing
import Values

@testable import App

/// docs/data-classes.md against the database.
@Suite struct `Classes of data` {
    private static func document() throws -> [Substring] {
        try String(
            contentsOfFile: TestEnvironment.repository + "/docs/data-classes.md", encoding: .utf8
        ).split(separator: "\n").filter { $0.hasPrefix("|") }
    }

    private static func cells(_ row: Substring) -> [String] {
        row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    @Test("SEC-93: every column of every table has one class, and every class its handling")
    func columns() async throws {
        let app = try TestApp(AllRoutes.all)
        let tenant = try await TestTenant.create(app)
        let owner = try SessionConnection(
            address: try TestInstallation.shared.get().ownerURL)
        let rows = try owner.rows(
            """
            SELECT n.nspname, c.relname, a.attname
            FROM pg_attribute a
            JOIN pg_class c ON c.oid = a.attrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
                AND n.nspname IN ('platform', 'cell', $1)
            """, ["t_\(tenant.number)"])
        let actual = Set(
            rows.map { row in
                let schema = row[0] ?? ""
                return (schema.hasPrefix("t_") ? "tenant" : schema)
                    + ".\(row[1] ?? "").\(row[2] ?? "")"
            })
        #expect(actual.count > 200)
        let document = try Self.document()
        var documented: [String: Int] = [:]
        var classes: Set<String> = []
        for cells in document.map(Self.cells) where cells.first?.hasPrefix("`") == true {
            let table = cells[0].trimmingCharacters(in: ["`"])
            classes.insert(cells[1])
            for column in cells[2].components(separatedBy: ", ") {
                documented["\(table).\(column)", default: 0] += 1
            }
        }
        #expect(actual.subtracting(documented.keys).sorted() == [])
        #expect(Set(documented.keys).subtracting(actual).sorted() == [])
        #expect(documented.filter { $0.value > 1 } == [:])
        let handled = Set(
            document.map(Self.cells).filter { $0.count == 6 && $0.allSatisfy { !$0.isEmpty } }
                .map { $0[0] })
        #expect(classes.subtracting(handled) == [])
    }

    @Test("SEC-93, SEC-51: what opens something is kept as a hash or sealed, by its column's type")
    func secrets() async throws {
        let owner = try SessionConnection(
            address: try TestInstallation.shared.get().ownerURL)
        for cells in try Self.document().map(Self.cells)
        where cells.first?.hasPrefix("`") == true && cells[1] == "secret" {
            let table = cells[0].trimmingCharacters(in: ["`"])
            guard table != "platform.login_secret" else { continue }
            for column in cells[2].components(separatedBy: ", ") {
                let found = try owner.rows(
                    """
                    SELECT coalesce(domain_name, data_type) FROM information_schema.columns
                    WHERE table_schema || '.' || table_name = $1 AND column_name = $2
                    """, [table, column])
                let type = found.first?[0] ?? ""
                let isSafe =
                    type == "sealed" || type == "bytea"
                    || (column == "password_hash" && type == "text")
                #expect(isSafe, "\(table).\(column) is \(type)")
            }
        }
    }
}
