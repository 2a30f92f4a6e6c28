/// Which statements one connection has prepared; decides how the next execution is sent.
struct PreparedStatements {
    enum Plan {
        /// Seen for the first time: parse, bind and execute without a name.
        case once
        /// Seen before: give it a name now.
        case prepare(String)
        case prepared(String)
    }

    private enum Entry {
        case seen
        case named(String)
    }

    private var entries: LRUCache<StatementKey, Entry>
    private var evicted: [String] = []
    private var counter = 0

    init(capacity: Int) {
        entries = LRUCache(capacity: capacity)
    }

    mutating func plan(for key: StatementKey) -> Plan {
        switch entries.value(for: key) {
        case .named(let name): return .prepared(name)
        case .seen:
            counter += 1
            let name = "s\(counter)"
            entries.insert(.named(name), for: key)
            return .prepare(name)
        case nil:
            if let gone = entries.insert(.seen, for: key), case .named(let name) = gone.value {
                evicted.append(name)
            }
            return .once
        }
    }

    /// The names that fell out since the last call; the connection deallocates them.
    mutating func takeEvicted() -> [String] {
        if evicted.isEmpty { return [] }
        defer { evicted.removeAll() }
        return evicted
    }

    mutating func forget(_ key: StatementKey) {
        entries.removeValue(for: key)
    }

    /// Forgets what a unit used.
    ///
    /// The names may still exist in the session; new ones are taken.
    mutating func forgetAll(of unit: Unit) {
        forget(StatementKey(schemaNumber: 0, sql: unit.scope.preamble))
        for sql in unit.statements {
            forget(StatementKey(schemaNumber: unit.scope.schemaNumber, sql: sql))
        }
    }
}
