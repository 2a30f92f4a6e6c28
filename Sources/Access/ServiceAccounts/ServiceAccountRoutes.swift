import HTTP
import Tenancy

enum ServiceAccountRoutes {
    private static let answer = AnswerShape.json(.ok, ServiceAccount.resource.schema)

    static let all: [Route] = [
        .read(
            "/v1/service-accounts", id: "serviceAccountList", "List the service accounts",
            access: .holding(.serviceAccountRead), parameters: ServiceAccount.listing.parameters,
            returns: ServiceAccount.listing.answer
        ) { context in
            try await ServiceAccount.listing.page(
                context, where: ServiceAccount.conditions(context.call.query))
        },
        .read(
            "/v1/service-accounts/{id}", of: ServiceAccount.subject, id: "serviceAccountRead",
            "Read one service account",
            access: .holding(.serviceAccountRead), returns: answer
        ) { context in
            try ServiceAccount.response(
                try await context.read(ServiceAccount.select(context.call.id)))
        },
        .change(
            .post, "/v1/service-accounts", id: "serviceAccountCreate", "Create a service account",
            access: .holding(.serviceAccountManage).steppedUp, limit: .serviceAccounts,
            audit: "service_account.create",
            accepts: .json(FieldReader.describe(ServiceAccountDraft.self)),
            returns: .json(.created, ServiceAccount.resource.schema),
            fails: [.privilegeEscalation],
            handler: ServiceAccountDraft.create),
        .change(
            .patch, "/v1/service-accounts/{id}", of: ServiceAccount.subject,
            id: "serviceAccountUpdate",
            "Change a service account", access: .holding(.serviceAccountManage),
            audit: "service_account.update",
            accepts: .json(FieldReader.describe(ServiceAccountChange.self)), returns: answer,
            fails: [.privilegeEscalation], handler: ServiceAccountChange.apply),
        .change(
            .post, "/v1/service-accounts/{id}/disable", of: ServiceAccount.subject,
            id: "serviceAccountDisable",
            "Disable a service account and revoke its tokens",
            access: .holding(.serviceAccountManage), audit: "service_account.disable",
            returns: answer, fails: [.invalidState]
        ) { context in try await ServiceAccountChange.set(isActive: false, context) },
        .change(
            .post, "/v1/service-accounts/{id}/enable", of: ServiceAccount.subject,
            id: "serviceAccountEnable",
            "Let a service account have tokens again", access: .holding(.serviceAccountManage),
            audit: "service_account.enable", returns: answer, fails: [.invalidState]
        ) { context in try await ServiceAccountChange.set(isActive: true, context) },
        .change(
            .delete, "/v1/service-accounts/{id}", of: ServiceAccount.subject,
            id: "serviceAccountDelete",
            "Delete a service account and revoke its tokens",
            access: .holding(.serviceAccountManage), audit: "service_account.delete",
            returns: .empty(.noContent), handler: ServiceAccountChange.delete),
    ]
}

enum ServiceAccountTokenRoutes {
    static let all: [Route] = [
        .read(
            "/v1/service-accounts/{id}/tokens", of: ServiceAccount.subject,
            id: "serviceAccountTokenList",
            "List the tokens of a service account", access: .holding(.serviceAccountRead),
            parameters: ServiceAccountToken.listing.parameters,
            returns: ServiceAccountToken.listing.answer, handler: ServiceAccountToken.list),
        .change(
            .post, "/v1/service-accounts/{id}/tokens", of: ServiceAccount.subject,
            id: "serviceAccountTokenCreate",
            "Issue a token; its secret is shown this once",
            access: .holding(.serviceAccountManage).steppedUp,
            audit: "service_account_token.create",
            accepts: .json(FieldReader.describe(ServiceAccountToken.self)),
            returns: .json(.created, ServiceAccountToken.issuedSchema),
            fails: [.tokenLimit, .privilegeEscalation, .invalidState],
            handler: ServiceAccountToken.issue),
        .change(
            .delete, "/v1/service-accounts/{id}/tokens/{token_id}", of: ServiceAccountToken.subject,
            id: "serviceAccountTokenDelete", "Revoke a token at once",
            access: .holding(.serviceAccountManage), audit: "service_account_token.revoke",
            returns: .empty(.noContent), handler: ServiceAccountToken.revoke),
    ]
}
