import HTTP
import Persistence
import Values

/// What an audit entry says besides who, when and from where (OV-49, WS-103).
package struct AuditNote: Sendable {
    package var targetKind: String
    package var targetID: ID?
    /// Old and new values and the like; never secrets.
    package var details: JSON
    /// Another action than the route's, where one call does several things.
    package var action: String?

    package init(
        _ targetKind: StaticString, _ targetID: ID?, _ details: JSON = [:],
        action: StaticString? = nil
    ) {
        self.targetKind = targetKind.description
        self.targetID = targetID
        self.details = details
        self.action = action?.description
    }
}

/// Who is written down as the actor.
package struct AuditActor: Sendable {
    package var kind: String
    package var id: ID?
    package var name: String
    package var requestID: String
    package var address: String

    package init(kind: String, id: ID?, name: String, requestID: String, address: String) {
        self.kind = kind
        self.id = id
        self.name = name
        self.requestID = requestID
        self.address = address
    }

    package init(_ principal: Principal, call: Call) {
        let kind =
            switch principal.kind {
            case .session: "member"
            case .serviceAccount: "service_account"
            case .accountAPI: "account_api"
            }
        self.init(
            kind: kind, id: principal.id, name: principal.name, requestID: call.requestID,
            address: call.peer.address)
    }

    /// Background work.
    package static func system(_ job: String) -> AuditActor {
        AuditActor(kind: "system", id: nil, name: "Courtyard", requestID: job, address: "")
    }

    /// The statement that writes one entry; runs in the transaction of the change it describes.
    package func entry(_ note: AuditNote, action: String, id entryID: ID, at now: Instant) -> SQL {
        """
        INSERT INTO tenant.audit_events
            (id, created_at, actor_kind, actor_id, actor_name, action, target_kind, target_id,
            details, request_id, address)
        VALUES (\(entryID), \(now), \(kind), \(id), \(name), \(note.action ?? action),
            \(note.targetKind), \(note.targetID), \(note.details), \(requestID), \(address))
        """
    }
}
