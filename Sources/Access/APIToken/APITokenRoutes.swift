import HTTP
import Tenancy

enum APITokenRoutes {
    static let all: [Route] = [
        .read(
            "/v1/workspace/api-token", id: "apiTokenRead", "Read about the account API token",
            access: .holding(.developerManage), returns: .json(.ok, APIToken.schema),
            handler: APIToken.read),
        .change(
            .post, "/v1/workspace/api-token", id: "apiTokenCreate",
            "Create or regenerate the account API token; its secret is shown this once",
            access: .holding(.developerManage).steppedUp, audit: "api_token.create",
            accepts: .optionalJSON(FieldReader.describe(APIToken.self)),
            returns: .json(.created, APIToken.issuedSchema), fails: [.privilegeEscalation],
            handler: APIToken.generate),
        .change(
            .delete, "/v1/workspace/api-token", id: "apiTokenDelete",
            "Revoke the account API token at once", access: .holding(.developerManage),
            audit: "api_token.revoke", returns: .empty(.noContent), handler: APIToken.delete),
    ]
}
