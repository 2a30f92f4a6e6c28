import HTTP
import Persistence
import Tenancy
import Values

/// The scopes that a body names (AC-61, AC-118, AC-119).
enum Scopes {
    private static let type = FieldType<[String]>.list(of: .text(1...100), 1...200)

    static func required(_ fields: FieldReader) -> PermissionSet {
        check(fields.required("scopes", type), fields)
    }

    static func change(_ fields: FieldReader) -> PermissionSet? {
        fields.change("scopes", type).map { check($0, fields) }
    }

    private static func check(_ names: [String], _ fields: FieldReader) -> PermissionSet {
        let unknown = names.first { Permission(rawValue: $0)?.isScope != true }
        if let unknown {
            fields.report("scopes", "unknown_scope", "There is no scope ‘\(unknown)’.")
        }
        return PermissionSet(names.compactMap(Permission.init(rawValue:)))
    }
}

/// `POST /v1/service-accounts` (AC-60, AC-63, AC-69).
struct ServiceAccountDraft: Input {
    let name: String
    let description: String
    let scopes: PermissionSet

    init(_ fields: FieldReader) {
        name = fields.required("name", .text(1...80))
        description = fields.optional("description", .text(0...500, allowsLines: true)) ?? ""
        scopes = Scopes.required(fields)
    }

    static func create(
        _ context: TenantContext, _ place: LimitedPlace
    ) async throws -> Response {
        let draft = try context.call.input(ServiceAccountDraft.self)
        return try await context.changeRights { transaction in
            try context.checkHolding(draft.scopes)
            try await place.take(in: transaction, of: context)
            let id = context.newID()
            let names = draft.scopes.permissions.map(\.rawValue)
            try await transaction.run(
                """
                INSERT INTO tenant.service_accounts
                    (id, name, description, scopes, created_by, created_at)
                VALUES (\(id), \(draft.name), \(draft.description), \(names),
                    \(context.principal.id), \(context.now))
                """)
            transaction.audit(
                AuditNote(
                    "service_account", id,
                    [
                        "name": .string(draft.name),
                        "scopes": .array(names.map { .string($0) }),
                    ]))
            return try ServiceAccount.response(
                try await transaction.run(ServiceAccount.select(id)), status: .created)
        }
    }
}
