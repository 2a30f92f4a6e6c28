import Tenancy
import Values

/// Contacts that this loop has seen active in a month, by transactions that had committed.
///
/// The only thing about limits that may be remembered, since it never becomes untrue (billing
/// rules, section 6.5). Lives on one loop.
final class ActiveContactMemory: LoopComponent, @unchecked Sendable {
    private struct Key: Hashable {
        let tenant: Int64
        let contact: ID
    }

    /// About 8 MB a loop.
    static let capacity = 100_000

    private var month = ""
    private var keys: Set<Key> = []

    init(_ services: LoopServices) {}

    func close() { keys = [] }

    var count: Int { keys.count }

    /// The contacts, in their order, that may not be active yet.
    func unknown(of contacts: [ID], tenant: Int64, month: String) -> [ID] {
        guard month == self.month else { return contacts }
        return contacts.filter { !keys.contains(Key(tenant: tenant, contact: $0)) }
    }

    /// One month is kept at a time; what does not fit any more is learnt again.
    func remember(_ contacts: [ID], tenant: Int64, month: String) {
        if month != self.month || keys.count + contacts.count > Self.capacity {
            keys.removeAll(keepingCapacity: true)
            self.month = month
        }
        for contact in contacts.prefix(Self.capacity) {
            keys.insert(Key(tenant: tenant, contact: contact))
        }
    }
}
