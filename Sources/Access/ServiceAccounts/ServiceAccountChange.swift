import HTTP
import Persistence
import Tenancy
import Values

/// `PATCH /v1/service-accounts/{id}`; narrowed scopes count with the next request (AC-66).
struct ServiceAccountChange: Input {
    let name: String?
    let description: String?
    let scopes: PermissionSet?

    init(_ fields: FieldReader) {
        name = fields.change("name", .text(1...80))
        description = fields.change("description", .text(0...500, allowsLines: true))
        scopes = Scopes.change(fields)
        fields.readOnly("id", "status", "created_by", "created_at", "last_used_at")
    }

    static func apply(_ context: TenantContext) async throws -> Response {
        let change = try context.call.input(ServiceAccountChange.self)
        let id = context.call.id
        return try await context.changeRights { transaction in
            let present = try await ServiceAccount.find(id, in: transaction)
            if let scopes = change.scopes, scopes != present.scopes {
                let added = scopes.permissions.filter { !present.scopes.contains($0) }
                try context.checkHolding(PermissionSet(added))
                transaction.raiseEpoch()
            }
            let names = change.scopes?.permissions.map(\.rawValue)
            try await transaction.run(
                """
                UPDATE tenant.service_accounts SET name = coalesce(\(change.name), name),
                    description = coalesce(\(change.description), description),
                    scopes = coalesce(\(names), scopes)
                WHERE id = \(id)
                """)
            transaction.audit(AuditNote("service_account", id, change.details(over: present)))
            return try ServiceAccount.response(
                try await transaction.run(ServiceAccount.select(id)))
        }
    }

    private func details(over present: ServiceAccount.Present) -> JSON {
        var details: [JSON.Member] = []
        if let name, name != present.name {
            details.append(
                JSON.Member(
                    name: "name", value: ["old": .string(present.name), "new": .string(name)]))
        }
        if let scopes {
            let list = { (set: PermissionSet) in
                JSON.array(set.permissions.map { .string($0.rawValue) })
            }
            details.append(
                JSON.Member(
                    name: "scopes", value: ["old": list(present.scopes), "new": list(scopes)]))
        }
        if let description {
            details.append(JSON.Member(name: "description", value: .string(description)))
        }
        return .object(details)
    }

    /// `POST …/disable` revokes all tokens; `POST …/enable` lets new ones be issued.
    static func set(isActive: Bool, _ context: TenantContext) async throws -> Response {
        let id = context.call.id
        return try await context.changeRights { transaction in
            let present = try await ServiceAccount.find(id, in: transaction)
            guard present.isActive != isActive else {
                throw Problem(
                    .invalidState,
                    isActive ? "The account is active already." : "The account is disabled already."
                )
            }
            let status = isActive ? "active" : "disabled"
            try await transaction.run(
                "UPDATE tenant.service_accounts SET status = \(status) WHERE id = \(id)")
            if !isActive { try await transaction.run(ServiceAccount.revokeAll(id)) }
            transaction.raiseEpoch()
            transaction.audit(
                AuditNote("service_account", id, ["name": .string(present.name)]))
            return try ServiceAccount.response(
                try await transaction.run(ServiceAccount.select(id)))
        }
    }

    /// Answers `DELETE /v1/service-accounts/{id}`.
    static func delete(_ context: TenantContext) async throws -> Response {
        let id = context.call.id
        return try await context.changeRights { transaction in
            let present = try await ServiceAccount.find(id, in: transaction)
            try await transaction.run(
                ServiceAccount.revokeAll(id) + [
                    "DELETE FROM tenant.service_accounts WHERE id = \(id)"
                ])
            transaction.raiseEpoch()
            transaction.audit(
                AuditNote("service_account", id, ["name": .string(present.name)]))
            return Response(.noContent)
        }
    }
}
