import HTTP
import Persistence
import Tenancy
import Values

/// `PUT /v1/teams/{id}/queues`: which new conversations are given to the team (AC-51).
///
/// There are no channels yet, so none can be named; what no channel's team takes can be.
struct TeamQueues: Input {
    let unassigned: Bool

    init(_ fields: FieldReader) {
        let channels =
            fields.optional("channel_ids", .list(of: .id(unknown: "unknown_channel"), 0...500))
            ?? []
        if !channels.isEmpty {
            fields.report("channel_ids", "unknown_channel", "No such channel.")
        }
        unassigned = fields.required("unassigned", .bool)
    }

    static func apply(_ context: TenantContext) async throws -> Response {
        let queues = try context.call.input(TeamQueues.self)
        let id = context.call.id
        do {
            return try await context.transaction { transaction in
                _ = try await TeamChange.find(context, transaction)
                try await transaction.run(
                    """
                    UPDATE tenant.teams
                    SET takes_unassigned = \(queues.unassigned), version = version + 1
                    WHERE id = \(id)
                    """)
                transaction.audit(
                    AuditNote("team", id, ["unassigned": .bool(queues.unassigned)]))
                return try Team.response(try await transaction.run(Team.select(id)))
            }
        } catch let error as DatabaseError where error.violates("teams_takes_unassigned_key") {
            throw Problem(.queueTaken)
        }
    }
}

extension ProblemKind {
    /// AC-51.
    static let queueTaken = ProblemKind(
        "queue_taken", 409, "Another team has this queue")
}
