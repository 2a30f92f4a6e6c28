import Crypto
import HTTP
import Persistence
import Tenancy
import Values

/// A workspace made for one test.
package struct TestTenant: Sendable {
    package let app: TestApp
    package let number: Int64
    package let id: ID
    package let slug: String

    package static func create(_ app: TestApp, plan: String = "GROWTH") async throws -> TestTenant {
        try await app.run { services in
            let id = services.newID()
            let slug = "t-" + id.description.suffix(12)
            let rows = try await services.database.write(
                [
                    """
                    SELECT platform.create_tenant(
                        \(id), \(slug), 'Test workspace', \(plan), \(services.clock.now))
                    """
                ], in: .identity)
            return TestTenant(app: app, number: rows[0][0].integer(0), id: id, slug: slug)
        }
    }

    package var reference: TenantReference {
        TenantReference(
            number: number, id: id, shard: Int((number - 1) / 500), plan: "GROWTH", limits: [:],
            features: [])
    }

    /// Runs one statement under the tenant's role.
    @discardableResult
    package func run(_ sql: SQL) async throws -> Rows {
        try await app.run { services in
            let scope = reference.scope(schemaVersion: services.settings.schemaVersion)
            return try await services.database.write([sql], in: scope)[0]
        }
    }

    /// An active member with a built-in role, signed in.
    package func member(_ role: BuiltinRole, name: String = "Test Person") async throws
        -> TestMember
    {
        let rows = try await run("SELECT id FROM tenant.roles WHERE builtin = \(role.rawValue)")
        return try await member(roleID: rows[0].id(0), name: name)
    }

    /// An active member with a custom role that holds exactly these permissions.
    package func member(holding permissions: [Permission]) async throws -> TestMember {
        let roleID = try await app.run { $0.newID() }
        let now = app.clock.now
        try await run(
            """
            INSERT INTO tenant.roles (id, name, permissions, created_at, updated_at)
            VALUES (\(roleID), \("Role \(roleID)"), \(permissions.map(\.rawValue)), \(now), \(now))
            """)
        return try await member(roleID: roleID, name: "Test Person")
    }

    package func member(roleID: ID, name: String) async throws -> TestMember {
        let (memberID, personID) = try await app.run { ($0.newID(), $0.newID()) }
        let now = app.clock.now
        let email = "\(personID)@people.test"
        _ = try await app.run { [number] services in
            try await services.database.write(
                [
                    """
                    INSERT INTO platform.persons (id, email, email_key, name, created_at)
                    VALUES (\(personID), \(email), \(email), \(name), \(now))
                    """,
                    """
                    INSERT INTO platform.memberships (person_id, tenant_number, member_id, status)
                    VALUES (\(personID), \(number), \(memberID), 'active')
                    """,
                ], in: .identity)
        }
        try await run(
            """
            INSERT INTO tenant.members (id, person_id, name, role_id, status, created_at)
            VALUES (\(memberID), \(personID), \(name), \(roleID), 'active', \(now))
            """)
        return TestMember(
            tenant: self, id: memberID, personID: personID, email: email,
            client: try await signIn(memberID, personID))
    }

    /// A live session of a member, as after login.
    package func signIn(_ memberID: ID, _ personID: ID) async throws -> Client {
        let secret = SessionSecret.generate()
        let sessionID = try await app.run { $0.newID() }
        let now = app.clock.now
        _ = try await app.run { [number] services in
            try await services.database.write(
                [
                    """
                    INSERT INTO platform.sessions
                        (id, person_id, tenant_number, device, address, created_at, ends_at,
                        second_factor_at)
                    VALUES (\(sessionID), \(personID), \(number), 'test', '192.0.2.1', \(now),
                        \(now + .seconds(86_400)), \(now))
                    """,
                    """
                    INSERT INTO cell.admissions (token_hash, tenant_number, kind, principal_id,
                        credential_id, expires_at, ends_at, idle_seconds, proven_at)
                    VALUES (\(bytes: secret.digest.bytes), \(number), 'session', \(memberID),
                        \(sessionID), \(now + .seconds(3_600)), \(now + .seconds(86_400)), 3600,
                        \(now))
                    """,
                ], in: .identity)
        }
        return Client(app: app, session: secret)
    }

    /// A service account with exactly these scopes, and a token of it.
    package func serviceAccount(_ scopes: [Permission]) async throws -> Client {
        let token = SecretToken.generate(.serviceAccount)
        let (accountID, tokenID) = try await app.run { ($0.newID(), $0.newID()) }
        let now = app.clock.now
        let end = now + .seconds(86_400)
        try await run(
            """
            INSERT INTO tenant.service_accounts (id, name, scopes, created_at)
            VALUES (\(accountID), 'Test account', \(scopes.map(\.rawValue)), \(now))
            """)
        try await run(
            """
            INSERT INTO tenant.service_account_tokens
                (id, service_account_id, name, first8, last4, created_at, expires_at)
            VALUES (\(tokenID), \(accountID), 'test', \(token.first8), \(token.last4),
                \(now), \(end))
            """)
        try await run(
            """
            INSERT INTO cell.own_admissions (token_hash, tenant_number, kind, principal_id,
                credential_id, epoch, expires_at, ends_at)
            VALUES (\(bytes: token.digest.bytes), \(number), 'service_account', \(accountID),
                \(tokenID), 1, \(end), \(end))
            """)
        return Client(app: app, token: token.text)
    }
}

/// Somebody who is signed in.
package struct TestMember: Sendable {
    package let tenant: TestTenant
    package let id: ID
    package let personID: ID
    package let email: String
    package let client: Client
}
