import HTTP
import Persistence
import Tenancy
import Values

/// Who of the platform acts on a workspace's billing, and how that is written down (BL-87).
struct BillingActor: Sendable {
    enum Kind: Sendable {
        case staff(StaffMember)
        /// A command of the operator's, or work of the platform itself.
        case platform(kind: String, name: String)
    }

    let kind: Kind
    /// What the platform's log calls the address and the request.
    let address: String
    let requestID: String

    init(_ context: StaffContext) {
        kind = .staff(context.staff)
        (address, requestID) = (context.call.peer.address, context.call.requestID)
    }

    /// The operator at the command line.
    static let `operator` = BillingActor(
        kind: .platform(kind: "operator", name: "Operator"), requestID: "command")

    private init(kind: Kind, requestID: String) {
        (self.kind, self.requestID, address) = (kind, requestID, "")
    }

    /// The id of a person of the staff.
    var staffID: ID? {
        if case .staff(let member) = kind { member.id } else { nil }
    }

    /// The statements that write an action into the platform's log and, if the workspace is told of
    /// it and still there, into its own.
    func record(_ change: BillingChange, _ services: LoopServices) -> [SQL] {
        let now = services.clock.now
        let (kindName, name): (String, String) =
            switch kind {
            case .staff(let member): ("staff", member.name)
            case .platform(let kind, let name): (kind, name)
            }
        let details = JSON.object(
            (change.details.objectValue ?? []) + [
                JSON.Member(name: "workspace_id", value: .string(change.workspace.description))
            ])
        var statements: [SQL] = [
            """
            INSERT INTO platform.audit_events
                (id, created_at, actor_kind, actor_id, actor_name, action, target_kind, target_id,
                details, request_id, address)
            VALUES (\(services.newID()), \(now), \(kindName), \(staffID), \(name),
                \(change.action), \(change.targetKind), \(change.target), \(details),
                \(requestID), \(address))
            """
        ]
        if let tenant = change.tenant {
            statements.append(
                """
                SELECT platform.record_platform_audit(t.number, \(services.newID()), \(now),
                    \(change.action), \(change.targetKind), \(change.target), \(change.details),
                    \(requestID))
                FROM cell.tenants t WHERE t.number = \(tenant)
                """)
        }
        return statements
    }
}

/// What was done to a workspace's billing.
struct BillingChange: Sendable {
    /// Such as `invoice.issue`.
    var action: String
    /// Such as `invoice`.
    var targetKind: String
    var target: ID
    var workspace: ID
    /// The workspace that is told of it; nil for what it does not see, such as drafts.
    var tenant: Int64?
    var details: JSON
}

extension StaffContext {
    /// Runs `body` as this member of the staff, in one transaction; `body` itself records what it
    /// did.
    func changeBilling<Value>(
        _ body: (Transaction, BillingActor) async throws -> Value
    ) async throws -> Value {
        let actor = BillingActor(self)
        return try await services.database.transaction(in: .staff) { transaction in
            try await body(transaction, actor)
        }
    }
}
