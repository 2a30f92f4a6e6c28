/// One request's statements: an implicit transaction, or a step of an explicit one.
///
/// Reads may share their implicit transaction with other reads; each enters its own role again.
///
/// Lives on one loop; resumes its caller exactly once.
final class Unit: @unchecked Sendable {
    /// What each command sent for the unit was, in order, so that results can be attributed.
    enum Command {
        case control
        case preparation(StatementKey)
        case preamble
        case statement
    }

    let scope: Scope
    let statements: [SQL]
    /// Sent before the preamble: `BEGIN` of an explicit transaction.
    let opening: StaticString?
    let sendsPreamble: Bool
    /// Sent after the statements: `COMMIT` or `ROLLBACK`.
    let closing: StaticString?
    /// Whether nothing happened before this unit in its transaction, so that it can be sent again.
    var isRepeatable: Bool { opening != nil || (sendsPreamble && closing == nil) }

    /// Whether it may stand between two Syncs together with others.
    var canShareSync: Bool
    var isFirstOfGroup = true
    /// Whether a Sync follows.
    var isLastOfGroup = true

    var commands: [Command] = []
    var next = 0
    var results: [Rows] = []
    var error: DatabaseError?
    var isAdmitted = true
    /// Did not run, since another unit of its group failed before.
    var wasAborted = false
    var sentAt: Int64 = 0
    var wasRepeated = false
    private var continuation: UnsafeContinuation<[Rows], any Error>?

    init(
        scope: Scope, statements: [SQL], opening: StaticString? = nil, sendsPreamble: Bool,
        closing: StaticString? = nil, isRead: Bool = false,
        continuation: UnsafeContinuation<[Rows], any Error>
    ) {
        self.scope = scope
        self.statements = statements
        self.opening = opening
        self.sendsPreamble = sendsPreamble
        self.closing = closing
        canShareSync = isRead
        self.continuation = continuation
    }

    func forgetResults() {
        commands.removeAll(keepingCapacity: true)
        results.removeAll()
        next = 0
        error = nil
        isAdmitted = true
        wasAborted = false
    }

    func finish() {
        if !isAdmitted { return fail(NotAdmitted()) }
        if let error { return fail(error) }
        continuation?.resume(returning: results)
        continuation = nil
    }

    func fail(_ error: any Error) {
        continuation?.resume(throwing: error)
        continuation = nil
    }
}

/// A statement as prepared for one schema.
struct StatementKey: Hashable {
    let schemaNumber: Int64
    let sql: SQL

    func hash(into hasher: inout Hasher) {
        hasher.combine(schemaNumber)
        hasher.combine(sql.identity)
    }

    static func == (left: StatementKey, right: StatementKey) -> Bool {
        left.schemaNumber == right.schemaNumber && left.sql.hasSameText(as: right.sql)
    }
}
