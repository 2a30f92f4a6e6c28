import HTTP
import Persistence
import Tenancy
import Values

/// Writes audit entries of a workspace for changes that happen under the identity role, in their
/// own transaction (checklist rule 33).
struct PersonAudit: Sendable {
    let tenantNumber: Int64
    let memberID: ID
    let name: String

    init(tenantNumber: Int64, memberID: ID, name: String) {
        self.tenantNumber = tenantNumber
        self.memberID = memberID
        self.name = name
    }

    init(_ context: TenantContext) {
        self.init(
            tenantNumber: context.tenant.number, memberID: context.principal.id,
            name: context.principal.name)
    }

    /// The statement that writes one entry; `details` never hold secrets.
    func entry(
        _ action: StaticString, _ targetKind: StaticString, _ target: ID,
        _ context: PlatformContext, details: JSON = [:]
    ) -> SQL {
        """
        SELECT platform.record_audit(\(tenantNumber), \(context.newID()), \(context.now),
            \(memberID), \(name), \(action.description), \(targetKind.description), \(target),
            \(details), \(context.call.requestID), \(context.call.peer.address))
        """
    }
}

extension TenantContext {
    /// The same request as the identity role sees it: for what belongs to the person, not to the
    /// workspace.
    var platform: PlatformContext { PlatformContext(call: call, services: services) }

    /// The person behind the member who calls.
    func person() async throws -> Person {
        guard let id = principal.personID, let person = try await Person.find(id, in: platform)
        else { throw Problem(.unauthenticated) }
        return person
    }
}
