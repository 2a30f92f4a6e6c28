import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Contacts

/// A new workspace with its Owner, and the routes of contacts and groups.
struct ContactBook {
    let app: TestApp
    let tenant: TestTenant
    let owner: Client

    init() async throws {
        app = try TestApp(ContactRoutes.all + GroupRoutes.all)
        tenant = try await TestTenant.create(app)
        owner = try await tenant.member(.owner).client
    }

    /// Creates a contact and returns its id.
    @discardableResult
    func contact(
        _ name: String, _ phone: String, _ more: [(String, JSON)] = []
    ) async throws -> ID {
        var body: [JSON.Member] = [
            .init(name: "name", value: .string(name)), .init(name: "phone", value: .string(phone)),
        ]
        for (name, value) in more { body.append(.init(name: name, value: value)) }
        let answer = await owner.post("/v1/contacts", .object(body))
        try #require(answer.status == 201, "\(answer.text)")
        return try #require(answer.id("id"))
    }

    func group(_ name: String) async throws -> ID {
        let answer = await owner.post("/v1/groups", ["name": .string(name)])
        try #require(answer.status == 201, "\(answer.text)")
        return try #require(answer.id("id"))
    }

    /// Many contacts at once, straight into the table; names `Contact 1` and so on.
    func fill(_ count: Int, from start: Int = 1) async throws {
        try await tenant.run(
            """
            INSERT INTO tenant.contacts (id, name, phone, attributes, created_at, updated_at)
            SELECT gen_random_uuid(), 'Contact ' || n, '+4917' || lpad(n::text, 8, '0'),
                jsonb_build_object('n', n), timestamptz '2026-01-01 00:00:00Z' + n * interval '1 s',
                timestamptz '2026-01-01 00:00:00Z'
            FROM generate_series(\(start), \(start + count - 1)) n
            """)
    }

    /// Walks a list to its end and returns the given member of each row.
    func walk(_ path: String, _ member: String = "id", limit: Int = 100) async -> [String] {
        var found: [String] = []
        var cursor: String?
        repeat {
            let separator = path.contains("?") ? "&" : "?"
            let page = await owner.get(
                path + "\(separator)limit=\(limit)" + (cursor.map { "&cursor=\($0)" } ?? ""))
            found += page.data.compactMap { $0[member]?.stringValue }
            cursor = page.string("next_cursor")
        } while cursor != nil
        return found
    }

    func audits(_ action: String) async throws -> [JSON] {
        let rows = try await tenant.run(
            """
            SELECT details FROM tenant.audit_events WHERE action = \(action) ORDER BY id
            """)
        return rows.map { $0.json(0) }
    }
}

extension Answer {
    var ids: [String] { data.compactMap { $0["id"]?.stringValue } }
}

extension JSON {
    init(_ id: ID) { self = .string(id.description) }
}
