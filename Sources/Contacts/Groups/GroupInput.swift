import HTTP
import Persistence
import Tenancy
import Values

extension FieldType where Value == String {
    static let groupName = FieldType.checked(
        schema: .text(GroupRules.nameLength), placeholder: ""
    ) { json, report in
        guard case .string(let text) = json else { return nil }
        do throws(RuleBreach) {
            return try GroupRules.name(text)
        } catch {
            report(nil, error.code, error.detail)
            return text
        }
    }
    static let groupDescription = FieldType.text(GroupRules.descriptionLength, allowsLines: true)
}

/// The body of `POST /v1/groups` (MS-40).
struct GroupCreation: Input {
    let name: String
    let description: String

    init(_ fields: FieldReader) {
        name = fields.required("name", .groupName)
        description = fields.optional("description", .groupDescription) ?? ""
        fields.readOnly("id", "created_at", "member_count")
    }

    static func perform(_ context: TenantContext) async throws -> Response {
        let group = try context.call.input(GroupCreation.self)
        let id = context.newID()
        return try await GroupName.unique {
            try await context.transaction { transaction in
                // Others wait here, so that two cannot both become the thousandth.
                let rows = try await transaction.run([
                    "LOCK TABLE tenant.groups IN SHARE ROW EXCLUSIVE MODE",
                    "SELECT count(*) FROM tenant.groups",
                ])
                guard rows[1][0].integer(0) < GroupRules.limit else {
                    throw Problem(
                        .groupLimitReached,
                        extra: [.init(name: "limit", value: .integer(Int64(GroupRules.limit)))])
                }
                let results = try await transaction.run([
                    """
                    INSERT INTO tenant.groups (id, name, description, created_at)
                    VALUES (\(id), \(group.name), \(group.description), \(context.now))
                    """, Group.select(id, now: context.now),
                ])
                transaction.audit(AuditNote("group", id, ["name": .string(group.name)]))
                return Group.detailed.response(results[1][0], status: .created)
            }
        }
    }
}

/// The body of `PATCH /v1/groups/{id}`.
struct GroupChange: Input {
    let name: String?
    let description: String?

    init(_ fields: FieldReader) {
        name = fields.change("name", .groupName)
        description = fields.change("description", .groupDescription)
        fields.readOnly("id", "created_at", "member_count")
    }

    static func perform(_ context: TenantContext) async throws -> Response {
        let change = try context.call.input(GroupChange.self)
        let id = context.call.id
        return try await GroupName.unique {
            try await context.transaction { transaction in
                let rows = try await transaction.run(
                    "SELECT name, description FROM tenant.groups WHERE id = \(id) FOR UPDATE")
                guard let old = rows.first else { throw Problem.notFound }
                let name = change.name ?? old.text(0)
                let description = change.description ?? old.text(1)
                let results = try await transaction.run([
                    """
                    UPDATE tenant.groups SET name = \(name), description = \(description)
                    WHERE id = \(id)
                    """, Group.select(id, now: context.now),
                ])
                var changes: [JSON.Member] = []
                for (field, from, to) in [
                    ("name", old.text(0), name), ("description", old.text(1), description),
                ] where from != to {
                    changes.append(
                        .init(name: field, value: ["from": .string(from), "to": .string(to)]))
                }
                transaction.audit(AuditNote("group", id, ["changes": .object(changes)]))
                return Group.detailed.response(results[1][0])
            }
        }
    }
}

enum GroupName {
    /// Names are unique without regard to case and accents; the database decides.
    static func unique<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as DatabaseError where error.violates("groups_name_key") {
            throw Problem(.nameTaken)
        }
    }
}
