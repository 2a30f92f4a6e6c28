import HTTP
import Persistence
import Tenancy
import Values

/// `POST /v1/contacts/bulk` (MS-10, OV-41).
///
/// Needs `contact.write`; deleting also needs `contact.delete`, and groups need `group.write`.
struct ContactBulk: Input {
    enum Action: String, CaseIterable {
        case delete
        case addToGroup = "add_to_group"
        case removeFromGroup = "remove_from_group"
        case addTag = "add_tag"
        case removeTag = "remove_tag"
    }

    let action: Action
    let ids: BulkIDs
    let groupID: ID?
    let tag: String?

    init(_ fields: FieldReader) {
        let name = fields.required("action", .choice(Action.allCases.map(\.rawValue)))
        let action = Action(rawValue: name)
        self.action = action ?? .addTag
        ids = BulkIDs(fields.required("ids", BulkIDs.type))
        groupID = fields.optional("group_id", .id())
        tag = fields.optional("tag", .tag)
        switch action {
        case .addToGroup, .removeFromGroup:
            if !fields.has("group_id") { fields.report("group_id", "required") }
        case .addTag, .removeTag:
            if !fields.has("tag") { fields.report("tag", "required") }
        case .delete, nil: break
        }
    }

    static func perform(_ context: TenantContext) async throws -> Response {
        let bulk = try context.call.input(ContactBulk.self)
        switch bulk.action {
        case .delete: try context.demand(.contactDelete)
        case .addToGroup, .removeFromGroup: try context.demand(.groupWrite)
        case .addTag, .removeTag: break
        }
        return try await context.transaction { transaction in
            let outcome = try await bulk.run(transaction, context.now)
            transaction.audit(bulk.note(outcome))
            return outcome.response
        }
    }

    private func note(_ outcome: BulkOutcome) -> AuditNote {
        var details: [JSON.Member] = [
            .init(name: "action", value: .string(action.rawValue)),
            .init(
                name: "contact_ids",
                value: .array(outcome.succeeded.map { .string($0.description) })),
        ]
        if let tag { details.append(.init(name: "tag", value: .string(tag))) }
        if let groupID {
            details.append(.init(name: "group_id", value: .string(groupID.description)))
        }
        return AuditNote("contact", nil, .object(details))
    }

    private func run(_ transaction: TenantTransaction, _ now: Instant) async throws -> BulkOutcome {
        switch action {
        case .delete:
            // Locked in one order, so that two of these cannot block each other.
            let rows = try await transaction.run([
                lock, "DELETE FROM tenant.contacts WHERE id = ANY(\(ids.wellFormed)) RETURNING id",
            ])
            return BulkOutcome(ids, done: Set(rows[1].map { $0.id(0) }))
        case .addToGroup, .removeFromGroup:
            guard let groupID else { throw Problem.field("group_id", "required") }
            guard try await GroupMembership.lock(groupID, transaction) else {
                throw Problem.field("group_id", "unknown_id")
            }
            return action == .addToGroup
                ? try await GroupMembership.add(ids, to: groupID, transaction)
                : try await GroupMembership.remove(ids, from: groupID, transaction)
        case .addTag, .removeTag:
            guard let tag else { throw Problem.field("tag", "required") }
            return try await retag(tag, transaction, now)
        }
    }

    private var lock: SQL {
        """
        SELECT id FROM tenant.contacts WHERE id = ANY(\(ids.wellFormed)) ORDER BY id FOR UPDATE
        """
    }

    private func retag(
        _ tag: String, _ transaction: TenantTransaction, _ now: Instant
    ) async throws -> BulkOutcome {
        let change: SQL =
            action == .addTag
            ? """
            UPDATE tenant.contacts SET tags = array_append(tags, \(tag)), updated_at = \(now)
            WHERE id = ANY(\(ids.wellFormed)) AND NOT tags @> \([tag])
                AND cardinality(tags) < \(ContactRules.tagCount)
            """
            : """
            UPDATE tenant.contacts SET tags = array_remove(tags, \(tag)), updated_at = \(now)
            WHERE id = ANY(\(ids.wellFormed)) AND tags @> \([tag])
            """
        let rows = try await transaction.run([
            lock, change,
            "SELECT id, tags @> \([tag]) FROM tenant.contacts WHERE id = ANY(\(ids.wellFormed))",
        ])
        var done: Set<ID> = []
        var refused: [ID: StaticString] = [:]
        for index in 0..<rows[2].count {
            let row = rows[2][index]
            if row.bool(1) == (action == .addTag) {
                done.insert(row.id(0))
            } else {
                refused[row.id(0)] = "too_many"
            }
        }
        return BulkOutcome(ids, done: done, refused: refused)
    }
}
