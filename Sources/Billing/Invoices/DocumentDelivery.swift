import Jobs
import Persistence
import Tenancy
import Values

/// What happens to a document right after it was issued: its file is made and stored, and mailed to
/// the buyer's billing address.
enum DocumentDelivery {
    static let kind = JobKind("billing.document", maxAttempts: 12, firstRetry: .seconds(5))

    /// The statement that queues it; it travels with the document.
    static func enqueue(_ kind: DocumentKind, _ id: ID, _ services: LoopServices) -> [SQL] {
        [
            Self.kind.enqueue(
                ["kind": .string(kind.rawValue), "id": .string(id.description)],
                platform: services, key: "\(kind.rawValue) \(id)")
        ]
    }
}
