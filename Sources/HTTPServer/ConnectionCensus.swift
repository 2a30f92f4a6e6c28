import Synchronization

/// Counts the open connections of a whole server, in all and by address.
///
/// Usable from any thread.
final class ConnectionCensus: Sendable {
    private struct Counts {
        var all = 0
        var byAddress: [IPAddress: Int] = [:]
    }

    private let limits: ServerLimits
    private let trusted: [AddressRange]
    private let counts = Mutex(Counts())

    init(limits: ServerLimits, trusted: [AddressRange]) {
        self.limits = limits
        self.trusted = trusted
    }

    var total: Int { counts.withLock { $0.all } }

    /// Counts one more connection unless a limit is reached.
    func admit(_ address: IPAddress) -> Bool {
        let isExempt = isExempt(address)
        return counts.withLock { counts in
            guard counts.all < limits.connections else { return false }
            if !isExempt {
                let present = counts.byAddress[address, default: 0]
                guard present < limits.connectionsPerAddress else { return false }
                counts.byAddress[address] = present + 1
            }
            counts.all += 1
            return true
        }
    }

    func leave(_ address: IPAddress) {
        let isExempt = isExempt(address)
        counts.withLock { counts in
            counts.all -= 1
            guard !isExempt, let present = counts.byAddress[address] else { return }
            counts.byAddress[address] = present > 1 ? present - 1 : nil
        }
    }

    private func isExempt(_ address: IPAddress) -> Bool {
        (address.isLoopback && limits.exemptsLoopback)
            || trusted.contains { $0.contains(address) }
    }
}
