import HTTP
import Persistence
import Pictures
import Tenancy
import Values

/// People's pictures (ID-33…ID-36): uploaded and drawn anew, or chosen from the built-in ones.
enum AvatarRoutes {
    /// A file of 5 MiB is one byte too large (ID-129).
    private static let upload = PictureUpload(
        field: "avatar", refusedFrom: 5 * 1_024 * 1_024, shape: .square(640))

    static let all: [Route] = [
        .change(
            .put, "/v1/me/avatar", id: "ownAvatarSet", "Upload or choose one's picture",
            access: .member, audit: "person.set_avatar",
            accepts: .upload(
                upload.formSchema, orJSON: FieldReader.describe(Choice.self),
                limit: upload.bodyLimit),
            returns: .json(.ok, answer), handler: set),
        .change(
            .delete, "/v1/me/avatar", id: "ownAvatarDelete", "Remove one's picture",
            access: .member, audit: "person.delete_avatar", returns: .empty(.noContent),
            handler: delete),
        .immediate(
            "/v1/meta/avatars", id: "metaAvatarsList", "List the built-in pictures",
            returns: .json(.ok, .page(of: presetSchema))
        ) { _ in .json(.ok, presets) },
        .read(
            "/v1/avatars/{id}", of: subject, id: "avatarGet",
            "Fetch the picture of a person of the workspace",
            access: .memberEvenSuspended, returns: .media(.ok, "image/*"), handler: show),
    ]

    struct Choice: Input {
        let preset: String

        init(_ fields: FieldReader) {
            preset = fields.required("preset", .choice(AvatarPreset.names))
        }
    }

    private static let answer = Schema.object([("avatar_url", .string(), true)], name: "Avatar")

    static func address(_ id: ID) -> String { "/v1/avatars/\(id)" }

    private static func set(_ tenant: TenantContext) async throws -> Response {
        guard let person = tenant.principal.personID else { throw Problem(.unauthenticated) }
        let exchange = tenant.call.exchange
        let isForm = exchange.head.string(.contentType)?.lowercased().hasPrefix("multipart/")
        let id: ID
        let row: SQL
        let details: JSON
        if isForm == true {
            let picture = try await upload.receive(exchange)
            id = picture.id(for: person)
            row = """
                (\(person), \(id), NULL, \(picture.format.rawValue), \(bytes: picture.bytes),
                    \(tenant.now))
                """
            details = ["size_bytes": .integer(Int64(picture.bytes.count))]
        } else {
            let choice = try FieldReader.read(Choice.self, from: try await content(exchange))
            guard let preset = AvatarPreset.named(choice.preset) else { throw Problem.notFound }
            id = preset.id
            row = "(\(person), \(id), \(preset.name), NULL, NULL, \(tenant.now))"
            details = ["preset": .string(preset.name)]
        }
        _ = try await tenant.platform.write([
            """
            INSERT INTO platform.avatars (person_id, id, preset, media_type, content, created_at)
            VALUES \(row)
            ON CONFLICT (person_id) DO UPDATE SET id = excluded.id, preset = excluded.preset,
                media_type = excluded.media_type, content = excluded.content,
                created_at = excluded.created_at
            """,
            PersonAudit(tenant).entry(
                "person.set_avatar", "person", person, tenant.platform, details: details),
        ])
        return .json(.ok, (["avatar_url": .string(address(id))] as JSON).serialized)
    }

    /// The whole of a small JSON body that came as a stream.
    private static func content(_ exchange: any Exchange) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let piece = try await exchange.readBody() {
            bytes += piece
            guard bytes.count <= 65_536 else { throw Problem(.payloadTooLarge) }
        }
        return bytes
    }

    private static func delete(_ tenant: TenantContext) async throws -> Response {
        guard let person = tenant.principal.personID else { throw Problem(.unauthenticated) }
        try await tenant.proveAdmission()
        _ = try await tenant.platform.write([
            "DELETE FROM platform.avatars WHERE person_id = \(person)",
            PersonAudit(tenant).entry(
                "person.delete_avatar", "person", person, tenant.platform),
        ])
        return Response(.noContent)
    }

    // MARK: Looking

    private static let presetSchema = Schema.object(
        [("name", .choice(AvatarPreset.names), true), ("url", .string(), true)],
        name: "AvatarPreset")

    private static let presets = JSON.object([
        .init(
            name: "data",
            value: .array(
                AvatarPreset.all.map {
                    ["name": .string($0.name), "url": .string(address($0.id))]
                })),
        .init(name: "next_cursor", value: .null),
    ]).serialized

    private static let subject = Subject<TenantContext> { context in
        if AvatarPreset.numbered(context.call.id) != nil { return true }
        return !(try await picture(context)).isEmpty
    }

    private static func picture(_ context: TenantContext) async throws -> Rows {
        try await context.read(
            """
            SELECT media_type, content FROM platform.own_avatars
            WHERE id = \(context.call.id) AND content IS NOT NULL LIMIT 1
            """)
    }

    /// The built-in ones, and those of people who share this workspace with the caller.
    private static func show(_ context: TenantContext) async throws -> Response {
        if let preset = AvatarPreset.numbered(context.call.id) {
            try await context.proveAdmission()
            return .picture("image/svg+xml", Array(preset.svg.utf8))
        }
        guard let row = try await picture(context).first, let content = row.bytes(1) else {
            throw Problem.notFound
        }
        return .picture(row.text(0), Array(content))
    }
}
