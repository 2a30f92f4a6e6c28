import HTTP
import Tenancy

enum TeamRoutes {
    private static let answer = AnswerShape.json(.ok, Team.resource.schema)

    static let all: [Route] = [
        .read(
            "/v1/teams", id: "teamList", "List the teams", access: .holding(.teamRead),
            parameters: Team.listing.parameters, returns: Team.listing.answer
        ) { context in
            try await Team.listing.page(context, where: Team.conditions(context.call.query))
        },
        .read(
            "/v1/teams/{id}", of: Team.subject, id: "teamRead", "Read one team",
            access: .holding(.teamRead),
            returns: answer
        ) { context in
            try Team.response(try await context.read(Team.select(context.call.id)))
        },
        .change(
            .post, "/v1/teams", id: "teamCreate", "Create a team", access: .holding(.teamManage),
            audit: "team.create", accepts: .json(FieldReader.describe(TeamDraft.self)),
            returns: .json(.created, Team.resource.schema), fails: [.nameTaken],
            handler: TeamDraft.create),
        .change(
            .patch, "/v1/teams/{id}", of: Team.subject, id: "teamUpdate", "Change a team",
            access: .holding(.teamManage), audit: "team.update",
            accepts: .json(FieldReader.describe(TeamChange.self)), returns: answer,
            fails: [.nameTaken, .versionMismatch], handler: TeamChange.apply),
        .change(
            .put, "/v1/teams/{id}/queues", of: Team.subject, id: "teamQueuesSet",
            "Choose the queues whose new conversations the team gets",
            access: .holding(.teamManage), audit: "team.set_queues",
            accepts: .json(FieldReader.describe(TeamQueues.self)), returns: answer,
            fails: [.queueTaken, .versionMismatch], handler: TeamQueues.apply),
        .change(
            .delete, "/v1/teams/{id}", of: Team.subject, id: "teamDelete", "Delete a team",
            access: .holding(.teamManage), audit: "team.delete",
            parameters: [
                Parameter("confirm", .boolean, "Delete it though it has open conversations.")
            ], returns: .empty(.noContent),
            fails: [.versionMismatch], handler: TeamChange.delete),
    ]
}
