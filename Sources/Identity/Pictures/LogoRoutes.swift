import Crypto
import HTTP
import Persistence
import Pictures
import Tenancy
import Values

/// A workspace's logo as others than its members' console need it: in the list of workspaces that a
/// person chooses from, before any of them is entered (ID-03, WS-03).
enum LogoRoutes {
    static let all: [Route] = [
        .open(
            .get, "/v1/workspaces/{workspace_id}/logos/{id}", of: subject, id: "workspaceLogoGet",
            "Fetch the logo of a workspace that one belongs to",
            returns: .media(.ok, "image/*"), isRateLimited: false, handler: show)
    ]

    static func address(workspace: ID, logo: ID) -> String {
        "/v1/workspaces/\(workspace)/logos/\(logo)"
    }

    private static let subject = Subject<PlatformContext> { context in
        _ = try await show(context)
        return true
    }

    private static func show(_ context: PlatformContext) async throws -> Response {
        let ids = context.call.ids
        guard ids.count == 2 else { throw Problem.notFound }
        let scope = try await scope(of: ids[0], context)
        do {
            let rows: Rows = try await context.services.database.read(
                "SELECT media_type, content FROM tenant.logo WHERE id = \(ids[1])", in: scope)
            guard let row = rows.first, let content = row.bytes(1) else { throw Problem.notFound }
            return .picture(row.text(0), Array(content))
        } catch is NotAdmitted {
            throw Problem.notFound
        }
    }

    /// The way into the workspace for its members, its machines, and people on their way in.
    private static func scope(of workspace: ID, _ context: PlatformContext) async throws -> Scope {
        let services = context.services
        var person: ID?
        if let credential = Credential(context.call.head),
            let grant = try await live(credential.digest, services)
        {
            if grant.tenant.id == workspace {
                return grant.scope(
                    now: context.now, schemaVersion: services.settings.schemaVersion,
                    allowsSuspended: true)
            }
            person = grant.principal.personID
        } else if let secret = AuthCookie.step.secret(in: context.call.head) {
            person = try await context.read(
                """
                SELECT person_id FROM platform.login_steps
                WHERE secret_hash = \(bytes: secret.digest.bytes) AND expires_at > \(context.now)
                """
            ).first?.id(0)
        }
        guard let person else { throw Problem(.unauthenticated) }
        let seats = try await Seat.all(of: person, in: context)
        guard let seat = seats.first(where: { $0.tenant.id == workspace }) else {
            throw Problem.notFound
        }
        return seat.tenant.scope(schemaVersion: services.settings.schemaVersion)
    }

    private static func live(_ digest: Digest, _ services: LoopServices) async throws -> Grant? {
        do {
            return try await services.grants.resolve(digest)
        } catch is NotAdmitted {
            return nil
        }
    }
}
