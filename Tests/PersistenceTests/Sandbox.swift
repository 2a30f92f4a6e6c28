import EventLoop
import Foundation
import Persistence
import TestSupport
import Values

/// A schema of its own on the test cluster and a database whose connections log in as its owner.
final class Sandbox: @unchecked Sendable {
    let loop: EventLoop
    let database: Database
    let schema: String
    let scope: Scope

    private init(_ settings: ConnectionSettings, loop: EventLoop, schema: String) {
        self.loop = loop
        self.schema = schema
        database = Database(loop: loop, settings: settings)
        scope = Scope(shard: 0, schema: schema, schemaNumber: 1, preamble: "SELECT 1")
    }

    struct Missing: Error, CustomStringConvertible {
        let description = "Run the tests through scripts/test, which starts PostgreSQL."
    }

    static func url(_ name: String = "COURTYARD_TEST_DATABASE_URL") throws -> String {
        guard let url = TestEnvironment[name] else { throw Missing() }
        return url
    }

    static func settings(_ url: String) -> ConnectionSettings {
        let parts = URLComponents(string: url)
        let (user, password) = (parts?.user ?? "", parts?.password ?? "")
        return ConnectionSettings(address: url, login: { _ in user }, password: { _ in password })
    }

    /// Runs `body` on a loop; `setUp` is SQL in which `tenant.` is the schema.
    static func run<Value: Sendable>(
        _ setUp: String = "", change: (inout ConnectionSettings) -> Void = { _ in },
        _ body: @escaping @Sendable (Sandbox) async throws -> Value
    ) async throws -> Value {
        let url = try url()
        let schema = "p_" + UUID().uuidString.lowercased().replacing("-", with: "")
        let owner = try SessionConnection(address: url)
        try owner.run("CREATE SCHEMA \(schema); " + SQL.qualify(setUp, schema: schema))
        defer { try? owner.run("DROP SCHEMA \(schema) CASCADE") }
        var settings = settings(url)
        change(&settings)
        return try await onLoop { [settings] loop in
            let sandbox = Sandbox(settings, loop: loop, schema: schema)
            defer { sandbox.database.close() }
            return try await body(sandbox)
        }
    }
}
