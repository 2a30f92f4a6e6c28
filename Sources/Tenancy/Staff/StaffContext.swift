import HTTP
import Persistence
import Values

/// What somebody of the platform's staff may do (OV-08, OV-09).
package enum StaffRole: String, Sendable, CaseIterable {
    case billingStaff = "billing_staff"
    case platformAdmin = "platform_admin"

    /// A platform administrator may do everything that billing staff may.
    package func includes(_ other: StaffRole) -> Bool { self == .platformAdmin || self == other }
}

/// Somebody of the platform's staff, as their session says on this request.
package struct StaffMember: Sendable {
    package var id: ID
    package var sessionID: ID
    package var name: String
    package var email: String
    package var role: StaffRole

    package init(id: ID, sessionID: ID, name: String, email: String, role: StaffRole) {
        self.id = id
        self.sessionID = sessionID
        self.name = name
        self.email = email
        self.role = role
    }
}

extension Scope {
    /// The platform's directory as its staff sees it; no tenant's data is visible.
    package static let staff = Scope(
        shard: 0, schema: nil, schemaNumber: 0,
        preamble: "SELECT pg_catalog.set_config('role', current_database() || '_staff', true)")
}

/// One request of the platform's staff; whatever it changes is audited in the same transaction.
package final class StaffContext: @unchecked Sendable {
    package let services: LoopServices
    package let call: Call
    package let staff: StaffMember

    package init(staff: StaffMember, call: Call, services: LoopServices) {
        self.staff = staff
        self.call = call
        self.services = services
    }

    package var now: Instant { services.clock.now }
    package func newID() -> ID { services.newID() }

    package func read(_ sql: SQL) async throws -> Rows {
        try await services.database.read(sql, in: .staff)
    }

    /// Runs `body` in one transaction with the entry it returns beside its value.
    package func change<Value>(
        _ body: (Transaction) async throws -> (value: Value, audit: AuditNote)
    ) async throws -> Value {
        try await services.database.transaction(in: .staff) { transaction in
            let (value, note) = try await body(transaction)
            transaction.atCommit(StaffAudit(staff, call).entry(note, services))
            return value
        }
    }
}

/// Writes entries of the platform's own audit log.
package struct StaffAudit: Sendable {
    private let staffID: ID
    private let name: String
    private let action: String
    private let requestID: String
    private let address: String

    package init(_ staff: StaffMember, _ call: Call) {
        self.init(id: staff.id, name: staff.name, call)
    }

    package init(id: ID, name: String, _ call: Call) {
        staffID = id
        self.name = name
        action = call.route.audit ?? call.route.id
        requestID = call.requestID
        address = call.peer.address
    }

    /// The statement that writes one entry, under the staff's role.
    package func entry(_ note: AuditNote, _ services: LoopServices) -> SQL {
        """
        INSERT INTO platform.audit_events
            (id, created_at, actor_kind, actor_id, actor_name, action, target_kind, target_id,
            details, request_id, address)
        VALUES (\(services.newID()), \(services.clock.now), 'staff', \(staffID), \(name),
            \(note.action ?? action), \(note.targetKind), \(note.targetID), \(note.details),
            \(requestID), \(address))
        """
    }
}
