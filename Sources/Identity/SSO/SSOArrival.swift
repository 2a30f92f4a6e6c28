import Crypto
import HTTP
import Persistence
import Tenancy
import Values

/// Somebody for whom a provider has vouched, on the way to a session in that workspace alone.
struct SSOArrival: Sendable {
    let context: PlatformContext
    let connection: SSOConnection
    let tenant: TenantReference
    let subject: String
    let providerSession: String?
    let returnTo: String?

    init(_ verdict: SSOVerdict, returnTo: String?, in context: PlatformContext) async throws {
        self.context = context
        self.returnTo = returnTo
        connection = verdict.connection
        subject = verdict.subject
        providerSession = verdict.sessionID
        tenant = try await Self.tenant(of: verdict.connection, context)
    }

    init(_ link: SSOLink, in context: PlatformContext) async throws {
        self.context = context
        connection = link.connection
        subject = link.subject
        providerSession = link.providerSession
        returnTo = link.returnTo
        tenant = try await Self.tenant(of: link.connection, context)
    }

    private static func tenant(
        of connection: SSOConnection, _ context: PlatformContext
    ) async throws -> TenantReference {
        let tenant = try await SSOConnection.tenant(connection.tenantNumber, context.services)
        guard let tenant else { throw Problem(.ssoRejected) }
        return tenant
    }

    /// Goes as far as it can: to a session, or to the proof of an account that exists (ID-92).
    ///
    /// - Throws: ``Problem`` `not_a_member`, `plan_limit_reached` (ID-86).
    func finish(as verdict: SSOVerdict) async throws -> Response {
        if let person = try await knownPerson() { return try await enter(person) }
        let key = Person.key(of: verdict.email)
        if let person = try await Person.find(emailKey: key, in: context) {
            // Whoever may not come in is told so first: then nothing is learnt of the account.
            if try await membership(of: person.id) == nil { try checkProvisioning() }
            return try await SSOLink.ask(person, for: self)
        }
        try checkProvisioning()
        let local = verdict.email.split(separator: "@")[0]
        let name = verdict.name ?? String(local.unicodeScalars.prefix(80))
        let id = context.newID()
        try await context.transaction { transaction in
            let added = try await transaction.run(
                """
                INSERT INTO platform.persons (id, email, email_key, name, created_at)
                VALUES (\(id), \(verdict.email), \(key), \(name), \(context.now))
                ON CONFLICT ON CONSTRAINT persons_email_key DO NOTHING
                """)
            // Somebody was faster: the next try finds that person.
            guard added.affected == 1 else { throw Problem(.ssoRejected) }
            try await link(id, transaction)
            try await seat(id, name: name, transaction)
        }
        guard let person = try await Person.find(id, in: context) else {
            throw Problem(.ssoRejected)
        }
        return try await enter(person)
    }

    private func knownPerson() async throws -> Person? {
        let rows = try await context.read(
            """
            SELECT person_id FROM platform.sso_identities
            WHERE connection_id = \(connection.id) AND subject = \(subject)
            """)
        guard let row = rows.first else { return nil }
        return try await Person.find(row.id(0), in: context)
    }

    /// The status of a person's membership here; nil for none.
    private func membership(of person: ID) async throws -> String? {
        try await context.read(
            """
            SELECT status FROM platform.memberships
            WHERE person_id = \(person) AND tenant_number = \(connection.tenantNumber)
            """
        ).first?.text(0)
    }

    private func checkProvisioning() throws {
        guard connection.autoProvision, connection.defaultRoleID != nil else {
            throw Problem(.notAMember)
        }
    }

    /// Makes the subject this person's, in the transaction that proves it.
    func link(_ person: ID, _ transaction: Transaction) async throws {
        let linked = try await transaction.run(
            """
            INSERT INTO platform.sso_identities (connection_id, subject, person_id, linked_at)
            VALUES (\(connection.id), \(subject), \(person), \(context.now))
            ON CONFLICT (connection_id, subject) DO NOTHING
            """)
        guard linked.affected == 1 else { throw Problem(.ssoRejected) }
    }

    /// Gives a person a seat with the connection's role (ID-86).
    private func seat(_ person: ID, name: String, _ transaction: Transaction) async throws {
        let member = context.newID()
        let rows = try await transaction.run(
            """
            SELECT platform.seat_by_sso(\(connection.tenantNumber), \(member), \(person), \(name),
                \(connection.defaultRoleID), \(context.now))
            """)
        switch rows[0].text(0) {
        case "seated": break
        case "full":
            let allowed = tenant.limits["seats"] ?? 0
            throw Problem(
                .planLimitReached,
                extra: [
                    .init(name: "limit", value: "seats"),
                    .init(name: "allowed", value: .integer(allowed)),
                    .init(name: "used", value: .integer(allowed)),
                ])
        default: throw Problem(.notAMember)
        }
        transaction.atCommit(
            PersonAudit(
                tenantNumber: connection.tenantNumber, memberID: member, name: name
            ).entry(
                "member.provision", "member", member, context,
                details: ["sso_connection": .string(connection.id.description)]))
    }

    /// Starts the session of a person whose subject is linked; what is refused stands in the
    /// history of a member (ID-110).
    func enter(_ person: Person) async throws -> Response {
        do {
            return try await start(person)
        } catch let refusal as Problem where [.ssoRejected, .notAMember].contains(refusal.kind) {
            _ = try await context.write([
                LoginHistory.entry(
                    .ssoRejected, by: .sso, person: person.id, tenant: connection.tenantNumber,
                    in: context)
            ])
            throw refusal
        }
    }

    private func start(_ person: Person) async throws -> Response {
        if try await membership(of: person.id) == nil {
            try checkProvisioning()
            try await context.transaction { transaction in
                guard try await Person.lock(person.id, in: transaction) != nil else {
                    throw Problem(.ssoRejected)
                }
                try await seat(person.id, name: person.name, transaction)
            }
        }
        let seats = try await Seat.all(of: person.id, in: context)
        guard let seat = seats.first(where: { $0.tenant.number == connection.tenantNumber }) else {
            throw Problem(.notAMember)
        }
        let role = try await seat.take(by: person, in: context)
        let session = try await context.transaction { transaction in
            guard let locked = try await Person.lock(person.id, in: transaction) else {
                throw Problem(.ssoRejected)
            }
            try await checkStillTrusted(person.id, transaction)
            return try await Session.start(
                of: locked, in: seat, as: role, by: proof, transaction, context)
        }
        return answer(session, person)
    }

    private var proof: LoginProof {
        LoginProof(
            method: .sso, secondFactorAt: context.now,
            mark: SessionMark(
                connectionID: connection.id, subject: subject, providerSession: providerSession))
    }

    /// The connection as it was when the login began, and the link, must stand at the very moment
    /// the session starts.
    private func checkStillTrusted(_ person: ID, _ transaction: Transaction) async throws {
        let rows = try await transaction.run(
            """
            SELECT FROM platform.sso_connections c
            JOIN platform.sso_identities i ON i.connection_id = c.id
            WHERE c.id = \(connection.id) AND c.status = 'active'
                AND c.trust_version = \(connection.trustVersion) AND i.subject = \(subject)
                AND i.person_id = \(person)
            FOR SHARE OF c
            """)
        guard rows.count == 1 else { throw Problem(.ssoRejected) }
    }

    private func answer(_ session: Session, _ person: Person) -> Response {
        SessionAnswer(session, of: person).response(
            with: [.init(name: "return_to", value: returnTo.map { .string($0) } ?? .null)]
        ).adding(AuthCookie.session.set(session.secret), AuthCookie.sso.remove())
    }
}
