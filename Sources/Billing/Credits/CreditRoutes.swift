import HTTP
import Persistence
import Tenancy

/// AI credits for workspaces (BL-31 … BL-33) and for the platform's staff (BL-81, BL-90).
enum CreditRoutes {
    static let all: [Route] = ofWorkspaces + ofStaff

    private static let ofWorkspaces: [Route] = [
        .read(
            "/v1/billing/credits", id: "creditsRead",
            "Read the balance of AI credits and their use",
            access: .holding(.billingRead, evenSuspended: true), returns: CreditOverview.answer,
            handler: CreditOverview.read),
        .read(
            "/v1/billing/credits/ledger", id: "creditEntryList",
            "List every movement of AI credits",
            access: .holding(.billingRead, evenSuspended: true),
            parameters: CreditLedger.listing.parameters, returns: CreditLedger.listing.answer
        ) { context in
            try await CreditLedger.listing.page(
                context, where: CreditLedger.conditions(context.call.query))
        },
        .read(
            "/v1/billing/credits/ledger/export.csv", id: "creditEntryExport",
            "Export the movements of AI credits",
            access: .holding(.billingRead, evenSuspended: true),
            parameters: CreditLedger.listing.fileParameters, returns: .media(.ok, "text/csv"),
            audit: "ai_credits.export", handler: CreditLedger.stream),
        .read(
            "/v1/billing/credits/packs", id: "creditPackList", "List the packs of AI credits",
            access: .holding(.billingRead, evenSuspended: true),
            returns: .json(.ok, .page(of: CreditPack.resource.schema))
        ) { context in
            CreditPack.page(try await context.read(CreditPack.list), of: CreditPack.resource)
        },
        .change(
            .post, "/v1/billing/credits/orders", id: "creditOrderPlace",
            "Order packs of AI credits",
            access: .holding(.billingManage), audit: "order.place",
            accepts: .json(FieldReader.describe(CreditPurchase.self)),
            returns: .json(.created, Order.resource.schema), isIdempotent: true,
            handler: CreditPurchase.place),
    ]

    private static let pack = AnswerShape.json(.ok, CreditPack.platformResource.schema)

    private static let ofStaff: [Route] = [
        .staffRead(
            "/v1/platform/workspaces/{id}/credits", of: PlatformCredits.subject,
            id: "platformCreditsRead", "Read a workspace's AI credits",
            returns: CreditOverview.answer
        ) { context in
            let number = try await PlatformCredits.number(of: context.call.id, context)
            return try await CreditOverview.read(of: number, context)
        },
        .staffRead(
            "/v1/platform/workspaces/{id}/credits/ledger", of: PlatformCredits.subject,
            id: "platformCreditEntryList", "List the movements of a workspace's AI credits",
            parameters: CreditLedger.platformListing.parameters,
            returns: CreditLedger.platformListing.answer
        ) { context in
            let number = try await PlatformCredits.number(of: context.call.id, context)
            return try await CreditLedger.platformListing.page(
                context,
                where: ["e.tenant_number = \(number)"]
                    + CreditLedger.conditions(context.call.query))
        },
        .staffChange(
            .post, "/v1/platform/workspaces/{id}/credits/adjustments", of: PlatformCredits.subject,
            id: "platformCreditsAdjust", "Give AI credits without an order, or take them back",
            audit: "ai_credits.adjust", accepts: .json(FieldReader.describe(CreditAdjustment.self)),
            returns: CreditOverview.answer, fails: [.creditsAlreadyUsed],
            handler: CreditAdjustment.apply),
        .staffRead(
            "/v1/platform/credit-packs", id: "platformCreditPackList",
            "List the packs of AI credits, also those offered no more",
            returns: .json(.ok, .page(of: CreditPack.platformResource.schema))
        ) { context in
            CreditPack.page(
                try await context.read(CreditPack.platformList), of: CreditPack.platformResource)
        },
        .staffChange(
            .post, "/v1/platform/credit-packs", id: "platformCreditPackCreate",
            "Add a pack of AI credits", role: .platformAdmin, audit: "credit_pack.create",
            accepts: .json(FieldReader.describe(CreditPackDraft.self)),
            returns: .json(.created, CreditPack.platformResource.schema), fails: [.nameTaken],
            handler: CreditPackDraft.create),
        .staffChange(
            .patch, "/v1/platform/credit-packs/{id}", of: CreditPack.subject,
            id: "platformCreditPackUpdate", "Change or withdraw a pack of AI credits",
            role: .platformAdmin, audit: "credit_pack.update",
            accepts: .json(FieldReader.describe(CreditPackChange.self)), returns: pack,
            handler: CreditPackChange.apply),
    ]
}
