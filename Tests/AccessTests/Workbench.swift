import HTTP
import Persistence
import Tenancy
import TestSupport
import Values

@testable import Access

/// A fresh workspace with its Owner, behind the routes of Access.
struct Workbench {
    let app: TestApp
    let tenant: TestTenant
    let owner: TestMember

    /// A password that breaks no rule.
    static let password = "violet-harbour-27-lanterns"

    init(plan: String = "GROWTH") async throws {
        app = try TestApp(AccessRoutes.all)
        tenant = try await TestTenant.create(app, plan: plan)
        owner = try await tenant.member(.owner, name: "Ana Owner")
    }

    func roleID(_ role: BuiltinRole) async throws -> ID {
        let name = role.rawValue
        return try await tenant.run("SELECT id FROM tenant.roles WHERE builtin = \(name)")[0].id(0)
    }

    /// A custom role with these permissions.
    func role(_ name: String, _ permissions: [Permission]) async throws -> ID {
        let answer = await owner.client.post(
            "/v1/roles",
            [
                "name": .string(name),
                "permissions": .array(permissions.map { .string($0.rawValue) }),
            ])
        guard let id = answer.id("id") else { throw Unexpected(answer: answer.text) }
        return id
    }

    func invitation(
        _ email: String, role: BuiltinRole = .user, password: String = Workbench.password
    ) async throws -> JSON {
        [
            "name": "Max Mustermann", "email": .string(email),
            "role_id": .string(try await roleID(role).description),
            "password": .string(password),
        ]
    }

    /// The texts of the mails waiting for an address, oldest first.
    func mails(to address: String) async throws -> [JSON] {
        try await tenant.run(
            """
            SELECT payload FROM cell.own_jobs
            WHERE kind = 'mail.send' AND payload->>'to' = \(address)
            ORDER BY created_at, id
            """
        ).map { $0.json(0) }
    }

    /// The actions of the audit log, oldest first.
    func actions() async throws -> [String] {
        try await tenant.run("SELECT action FROM tenant.audit_events ORDER BY created_at, id").map {
            $0.text(0)
        }
    }

    func count(_ sql: SQL) async throws -> Int64 { try await tenant.run(sql)[0].integer(0) }
}

struct Unexpected: Error {
    var answer: String
}

extension TestMember {
    var path: String { "/v1/members/\(id)" }
}

extension Answer {
    /// Everything but the request id.
    var shape: String { "\(status) \(contentType ?? "") \(text)" }
}
