import HTTP
import Persistence
import Tenancy
import Values

/// `/v1/me`: the person behind the session, and their seat in its workspace (ID-30…ID-32, AC-38).
enum ProfileRoutes {
    static let all: [Route] = [
        .read(
            "/v1/me", id: "ownProfileGet", "See one's profile", access: .member,
            returns: .json(.ok, schema), handler: show),
        .change(
            .patch, "/v1/me", id: "ownProfileUpdate", "Change one's name and language",
            access: .member, audit: "person.update",
            accepts: .json(FieldReader.describe(Changes.self)), returns: .json(.ok, schema),
            handler: update),
        .read(
            "/v1/me/permissions", id: "ownPermissionList", "See what one may do here",
            access: .member,
            returns: .json(.ok, .object([("permissions", .array(.string()), true)])),
            handler: permissions),
    ]

    struct Changes: Input {
        let name, language: String?

        init(_ fields: FieldReader) {
            name = fields.change("name", .text(1...80))
            language = fields.change("language", .choice(Language.codes))
            fields.readOnly(
                "id", "email", "role", "role_id", "role_name", "permissions", "teams", "phone",
                "avatar_url", "two_factor", "member_id", "preferences")
        }
    }

    private static let schema: Schema = {
        let id = Schema.string(format: "uuid")
        let name: Schema = .string()
        return .object(
            [
                ("id", id, true), ("name", name, true), ("email", .string(format: "email"), true),
                ("phone", .nullable(.string()), true), ("avatar_url", .nullable(.string()), true),
                ("language", .choice(Language.codes), true),
                ("two_factor", .object([("enabled", .boolean, true)]), true),
                ("member_id", id, true),
                ("role", .object([("id", id, true), ("name", name, true)]), true),
                ("teams", .array(.object([("id", id, true), ("name", name, true)])), true),
                ("preferences", Preferences.schema, true),
            ], name: "Profile")
    }()

    private static func show(_ context: TenantContext) async throws -> Response {
        let results = try await context.read([
            """
            SELECT p.id, p.name, p.email, p.language, m.id, r.id, r.name, a.id
            FROM tenant.members m
            JOIN tenant.roles r ON r.id = m.role_id
            JOIN platform.own_people p ON p.member_id = m.id
            LEFT JOIN platform.own_avatars a ON a.person_id = p.id
            WHERE m.id = \(context.principal.id)
            """,
            """
            SELECT t.id, t.name FROM tenant.team_members tm
            JOIN tenant.teams t ON t.id = tm.team_id
            WHERE tm.member_id = \(context.principal.id)
            ORDER BY t.name_key
            """,
            Preferences.select(context.principal.id),
        ])
        guard let row = results[0].first else { throw Problem(.unauthenticated) }
        let entry = { (id: ID, name: String) -> JSON in
            ["id": .string(id.description), "name": .string(name)]
        }
        let own = try await context.platform.read(
            """
            SELECT p.phone, EXISTS (SELECT FROM platform.factors f WHERE f.person_id = p.id)
            FROM platform.persons p WHERE p.id = \(row.id(0))
            """)
        let profile: JSON = [
            "id": .string(row.id(0).description), "name": .string(row.text(1)),
            "email": .string(row.text(2)),
            "phone": own.first?.optionalText(0).map { .string($0) } ?? .null,
            "avatar_url": row.optionalID(7).map { .string(AvatarRoutes.address($0)) } ?? .null,
            "language": .string(row.text(3)),
            "two_factor": ["enabled": .bool(own.first?.bool(1) ?? false)],
            "member_id": .string(row.id(4).description), "role": entry(row.id(5), row.text(6)),
            "teams": .array(results[1].map { entry($0.id(0), $0.text(1)) }),
            "preferences": Preferences(results[2]).json,
        ]
        return .json(.ok, profile.serialized)
    }

    private static func update(_ context: TenantContext) async throws -> Response {
        let input = try context.call.input(Changes.self)
        guard let person = context.principal.personID else { throw Problem(.unauthenticated) }
        try await context.proveAdmission()
        let details = JSON.object(
            [("name", input.name), ("language", input.language)].compactMap { name, value in
                value.map { JSON.Member(name: name, value: .string($0)) }
            })
        if input.name != nil || input.language != nil {
            _ = try await context.platform.write([
                """
                UPDATE platform.persons SET name = coalesce(\(input.name), name),
                    language = coalesce(\(input.language), language)
                WHERE id = \(person)
                """,
                // What processes remember of the person's sessions is read again.
                """
                UPDATE cell.admissions SET epoch = epoch + 1
                WHERE credential_id IN (
                    SELECT id FROM platform.sessions WHERE person_id = \(person))
                """,
                PersonAudit(context).entry(
                    "person.update", "person", person, context.platform, details: details),
            ])
            context.services.grants.forget(context.grant.digest)
        }
        return try await shown(afterChange: context)
    }

    /// The profile under a grant that the change has not made stale.
    private static func shown(afterChange context: TenantContext) async throws -> Response {
        guard let grant = try await context.services.grants.resolve(context.grant.digest) else {
            throw Problem(.unauthenticated)
        }
        return try await show(
            TenantContext(grant: grant, call: context.call, services: context.services))
    }

    private static func permissions(_ context: TenantContext) async throws -> Response {
        try await context.proveAdmission()
        let names = context.grant.permissions.permissions.map { JSON.string($0.rawValue) }
        return .json(.ok, (["permissions": .array(names)] as JSON).serialized)
    }
}
