import HTTP
import Persistence
import Tenancy

enum UpgradeRequestRoutes {
    private static let answer = AnswerShape.json(.ok, UpgradeRequest.resource.schema)
    private static let staffAnswer = AnswerShape.json(.ok, UpgradeRequest.staffResource.schema)

    static let all: [Route] = [
        .read(
            "/v1/billing/upgrade-requests", id: "upgradeRequestList",
            "List the requests for another plan",
            access: .holding(.billingRead, evenSuspended: true),
            parameters: UpgradeRequest.listing.parameters, returns: UpgradeRequest.listing.answer
        ) { context in
            try await UpgradeRequest.listing.page(
                context, where: UpgradeRequest.conditions(context.call.query))
        },
        .read(
            "/v1/billing/upgrade-requests/{id}", of: UpgradeRequest.subject,
            id: "upgradeRequestRead", "Read one request for another plan",
            access: .holding(.billingRead, evenSuspended: true), returns: answer
        ) { context in
            guard let row = try await context.read(UpgradeRequest.select(context.call.id)).first
            else { throw Problem.notFound }
            return UpgradeRequest.resource.response(row)
        },
        .change(
            .post, "/v1/billing/upgrade-requests", id: "upgradeRequestCreate",
            "Ask for another plan", access: .holding(.billingManage),
            audit: "upgrade_request.create",
            accepts: .json(FieldReader.describe(UpgradeRequestDraft.self)),
            returns: .json(.created, UpgradeRequest.resource.schema),
            fails: [
                .planUnchanged, .upgradeRequestOpen, .usageExceedsPlan, .idempotencyConflict,
                .idempotencyInProgress,
            ], isIdempotent: true, handler: UpgradeRequestDraft.send),
        .change(
            .post, "/v1/billing/upgrade-requests/{id}/cancel", of: UpgradeRequest.subject,
            id: "upgradeRequestCancel", "Cancel a request that nobody has decided on",
            access: .holding(.billingManage), audit: "upgrade_request.cancel", returns: answer,
            fails: [.invalidState], handler: UpgradeRequestDraft.cancel),
    ]

    static let ofStaff: [Route] = [
        .staffRead(
            "/v1/platform/upgrade-requests", id: "platformUpgradeRequestList",
            "List the requests for other plans", parameters: UpgradeRequest.staffListing.parameters,
            returns: UpgradeRequest.staffListing.answer
        ) { context in
            try await UpgradeRequest.staffListing.page(
                context, where: UpgradeRequest.conditions(context.call.query))
        },
        .staffRead(
            "/v1/platform/upgrade-requests/{id}", of: UpgradeRequest.staffSubject,
            id: "platformUpgradeRequestRead", "Read one request for another plan",
            returns: staffAnswer
        ) { context in
            guard
                let row = try await context.read(UpgradeRequest.staffSelect(context.call.id)).first
            else { throw Problem.notFound }
            return UpgradeRequest.staffResource.response(row)
        },
        .staffChange(
            .post, "/v1/platform/upgrade-requests/{id}/approve", of: UpgradeRequest.staffSubject,
            id: "platformUpgradeRequestApprove",
            "Approve a request: an order and a draft invoice, or a change at the period's end",
            audit: "upgrade_request.approve",
            accepts: .json(FieldReader.describe(UpgradeApproval.self)), returns: staffAnswer,
            fails: [.invalidState, .planUnchanged], handler: UpgradeApproval.approve),
        .staffChange(
            .post, "/v1/platform/upgrade-requests/{id}/reject", of: UpgradeRequest.staffSubject,
            id: "platformUpgradeRequestReject", "Reject a request, with a reason",
            audit: "upgrade_request.reject",
            accepts: .json(FieldReader.describe(UpgradeRejection.self)), returns: staffAnswer,
            fails: [.invalidState], handler: UpgradeRejection.reject),
    ]
}
