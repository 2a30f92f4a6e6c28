import CLinux
import CPostgreSQL
import EventLoop

/// One connection in libpq's pipeline mode.
///
/// Units are answered in the order they were submitted.
///
/// Lives on one loop. Source: PostgreSQL documentation, "Pipeline Mode" and "Asynchronous Command
/// Processing"; design §5.
final class Connection: FileHandler, TurnHandler, @unchecked Sendable {
    enum State { case connecting, ready, closed }

    private static let leavingRole: SQL = "SET ROLE NONE"

    let loop: EventLoop
    private let settings: ConnectionSettings
    private(set) var state = State.connecting
    /// Units that wait to be sent, oldest first.
    private var waiting: [Unit] = []
    /// Units whose results are awaited, oldest first; consumed from `sentHead`.
    private var sent: [Unit] = []
    private var sentHead = 0
    /// Syncs that were sent and not answered yet.
    private var groupsUnanswered = 0
    private var isTurnScheduled = false
    private var wantsWritable = false
    private var file: Int32 = -1
    private var postgres: OpaquePointer?
    private let parameters: Parameters
    private var statements: PreparedStatements
    private var copy: CopyState?
    /// When the last result came.
    private var answeredAt: Int64 = 0

    /// Called once, when the connection has become ready or has failed.
    var onOpen: ((DatabaseError?) -> Void)?
    /// Called once, when the connection ends after having been ready.
    var onClose: (() -> Void)?
    /// Called for each notification of a channel this connection listens to.
    var onNotification: (() -> Void)?
    /// Distinct schemas seen, after which the connection is replaced (design §5).
    private(set) var schemasSeen: Set<Int64> = []
    /// The server process does not know all roles of its login, and must be replaced.
    private(set) var lacksRoles = false
    let openedAt: Int64

    init(loop: EventLoop, settings: ConnectionSettings, login: String, parameters: Parameters) {
        self.loop = loop
        self.settings = settings
        self.parameters = parameters
        openedAt = loop.now
        statements = PreparedStatements(capacity: settings.preparedStatements)
        postgres = settings.start(login: login)
        guard let postgres, PQstatus(postgres) != CONNECTION_BAD else {
            loop.execute { self.close(.unavailable("connection could not be started")) }
            return
        }
        PQsetnonblocking(postgres, 1)
        watch(for: .writable)
        loop.schedule(after: settings.connectTimeout) { [weak self] in
            guard let self, state == .connecting else { return }
            close(.unavailable("connection timed out"))
        }
    }

    var isIdle: Bool { waiting.isEmpty && sentHead == sent.count && copy == nil }
    var load: Int { waiting.count + sent.count - sentHead }
    /// Whether PostgreSQL owes us something and has sent nothing for so long that it will not come.
    ///
    /// Each statement has its own time limit, and PostgreSQL may keep its answers until the Sync
    /// behind them.
    var isOverdue: Bool {
        let since: Int64?
        if let copy {
            since = copy.silentSince
        } else {
            since = sentHead < sent.count ? max(sent[sentHead].sentAt, answeredAt) : nil
        }
        guard let since else { return false }
        let patience = settings.statementTimeout * max(1, statementsBeforeSync) + .seconds(3)
        return loop.now - since > patience.nanoseconds
    }

    private var statementsBeforeSync: Int {
        var count = 0
        for unit in sent[sentHead...] {
            count += unit.statements.count
            if unit.isLastOfGroup { break }
        }
        return count
    }

    // MARK: Units

    func submit(_ unit: Unit) {
        guard state != .closed else {
            return unit.fail(DatabaseError.unavailable("connection closed"))
        }
        waiting.append(unit)
        scheduleTurn()
    }

    private func scheduleTurn() {
        guard !isTurnScheduled, state == .ready else { return }
        isTurnScheduled = true
        loop.atEndOfTurn(self)
    }

    func endOfTurn() {
        isTurnScheduled = false
        guard state == .ready, copy == nil else { return }
        var next = 0
        while groupsUnanswered < settings.pipelineDepth, next < waiting.count, state == .ready {
            let size = groupSize(at: next)
            sendGroup(waiting[next..<next + size])
            next += size
        }
        waiting.removeFirst(min(next, waiting.count))
    }

    /// How many of the waiting units share the next Sync: reads that stand together.
    private func groupSize(at start: Int) -> Int {
        let candidates = waiting[start...].prefix(settings.unitsPerSync)
        return max(1, candidates.prefix { $0.canShareSync }.count)
    }

    /// Sends units with one Sync behind them.
    ///
    /// PostgreSQL begins and ends a transaction and answers at each Sync, and libpq writes at each:
    /// sharing it is what makes eight waiting requests cost half of eight requests. What arrives
    /// while two groups are under way waits, and then travels together (design §5).
    private func sendGroup(_ group: ArraySlice<Unit>) {
        groupsUnanswered += 1
        for unit in group {
            unit.isFirstOfGroup = unit === group.first
            unit.isLastOfGroup = unit === group.last
            send(unit)
            guard state == .ready else { return }
        }
        if PQpipelineSync(postgres) != 1 { return closeAfterFailure() }
        flush()
    }

    private func send(_ unit: Unit) {
        unit.sentAt = loop.now
        sent.append(unit)
        if unit.scope.schemaNumber != 0 { schemasSeen.insert(unit.scope.schemaNumber) }
        // Not before a ROLLBACK, since a failed transaction takes no other command.
        if !unit.statements.isEmpty {
            for name in statements.takeEvicted() { control("DEALLOCATE \(name)", unit) }
        }
        if !unit.isFirstOfGroup { leaveRole(unit) }
        if let opening = unit.opening { control(opening.description, unit) }
        if unit.sendsPreamble {
            execute(unit.scope.preamble, schema: nil, number: 0, as: .preamble, unit)
        }
        for sql in unit.statements {
            execute(
                sql, schema: unit.scope.schema, number: unit.scope.schemaNumber, as: .statement,
                unit)
        }
        if let closing = unit.closing { control(closing.description, unit) }
    }

    /// Puts the login role back in force, since only that may look at admissions and change role.
    private func leaveRole(_ unit: Unit) {
        execute(Self.leavingRole, schema: nil, number: 0, as: .control, unit)
    }

    private func control(_ text: String, _ unit: Unit) {
        guard state == .ready else { return }
        unit.commands.append(.control)
        if PQsendQueryParams(postgres, text, 0, nil, nil, nil, nil, 1) != 1 { closeAfterFailure() }
    }

    private func execute(
        _ sql: SQL, schema: String?, number: Int64, as command: Unit.Command, _ unit: Unit
    ) {
        guard state == .ready else { return }
        let key = StatementKey(schemaNumber: number, sql: sql)
        let plan = statements.plan(for: key)
        var isSent: Int32 = 1
        switch plan {
        case .once:
            let text = sql.text(schema: schema)
            isSent = parameters.with(sql.binds) { count, types, values, lengths, formats in
                PQsendQueryParams(postgres, text, count, types, values, lengths, formats, 1)
            }
        case .prepare(let name):
            unit.commands.append(.preparation(key))
            let text = sql.text(schema: schema)
            isSent = parameters.with(sql.binds) { count, types, values, lengths, formats in
                guard PQsendPrepare(postgres, name, text, count, types) == 1 else { return 0 }
                return PQsendQueryPrepared(postgres, name, count, values, lengths, formats, 1)
            }
        case .prepared(let name):
            isSent = parameters.with(sql.binds) { count, _, values, lengths, formats in
                PQsendQueryPrepared(postgres, name, count, values, lengths, formats, 1)
            }
        }
        unit.commands.append(command)
        if isSent != 1 { closeAfterFailure() }
    }

    // MARK: Events

    func ready(_ events: FileEvents) {
        switch state {
        case .connecting: continueConnecting()
        case .ready:
            if events.contains(.writable) { flush() }
            guard state == .ready else { return }
            if PQconsumeInput(postgres) != 1 { return closeAfterFailure() }
            if onNotification != nil { takeNotifications() }
            if let copy { copy.continueCopy(on: self) } else { takeResults() }
        case .closed: break
        }
    }

    private func continueConnecting() {
        switch PQconnectPoll(postgres) {
        case PGRES_POLLING_READING: watch(for: .readable)
        case PGRES_POLLING_WRITING: watch(for: .writable)
        case PGRES_POLLING_OK:
            guard PQenterPipelineMode(postgres) == 1 else { return closeAfterFailure() }
            watch(for: .readable)
            state = .ready
            onOpen?(nil)
            onOpen = nil
            scheduleTurn()
        default: closeAfterFailure()
        }
    }

    private func takeResults() {
        while sentHead < sent.count, PQisBusy(postgres) == 0 {
            let unit = sent[sentHead]
            guard let result = PQgetResult(postgres) else {
                unit.next += 1
                if unit.next > unit.commands.count { return closeAfterFailure() }
                if unit.next == unit.commands.count, !unit.isLastOfGroup { finishOldest(unit) }
                continue
            }
            answeredAt = loop.now
            switch PQresultStatus(result) {
            case PGRES_PIPELINE_SYNC:
                PQclear(result)
                groupsUnanswered -= 1
                finishOldest(unit)
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK:
                take(result, for: unit)
            case PGRES_PIPELINE_ABORTED:
                PQclear(result)
                forgetPreparation(of: unit)
                if unit.error == nil { unit.wasAborted = true }
            default:
                if unit.error == nil { unit.error = failure(result, of: unit) }
                PQclear(result)
                forgetPreparation(of: unit)
            }
            guard state == .ready else { return }
        }
    }

    private func take(_ result: OpaquePointer, for unit: Unit) {
        guard unit.next < unit.commands.count else { return PQclear(result) }
        switch unit.commands[unit.next] {
        case .control, .preparation: PQclear(result)
        case .preamble:
            unit.isAdmitted = PQntuples(result) == 1
            PQclear(result)
        case .statement: unit.results.append(Rows(adopting: result))
        }
    }

    /// The error of a result that failed.
    ///
    /// A server process remembers which roles its login may take, and a list that it reads while a
    /// role is being granted can lack that role until the next grant anywhere. Nothing else fails a
    /// preamble this way, so the connection is replaced, and the request may be sent again.
    private func failure(_ result: OpaquePointer, of unit: Unit) -> DatabaseError {
        let error = DatabaseError(result: result)
        guard error.isPermissionDenied, unit.next < unit.commands.count,
            case .preamble = unit.commands[unit.next]
        else { return error }
        lacksRoles = true
        return .unavailable("the login's roles are out of date")
    }

    private func forgetPreparation(of unit: Unit) {
        guard unit.next < unit.commands.count else { return }
        if case .preparation(let key) = unit.commands[unit.next] { statements.forget(key) }
    }

    private func finishOldest(_ unit: Unit) {
        sentHead += 1
        if sentHead == sent.count {
            sent.removeAll(keepingCapacity: true)
            sentHead = 0
        } else if sentHead > 64 {
            sent.removeFirst(sentHead)
            sentHead = 0
        }
        if !waiting.isEmpty { scheduleTurn() }
        if unit.wasAborted { return repeatAlone(unit) }
        if let error = unit.error, error.isStaleStatement {
            statements.forgetAll(of: unit)
            if unit.isRepeatable, !unit.wasRepeated, unit.isAdmitted {
                unit.wasRepeated = true
                unit.forgetResults()
                if unit.opening != nil {
                    // The failed transaction block is still open; end it before trying again.
                    let scope = unit.scope
                    loop.spawn { [self] in
                        _ = try? await run(scope, [], sendsPreamble: false, closing: "ROLLBACK")
                        submit(unit)
                    }
                    return
                }
                return submit(unit)
            }
        }
        unit.finish()
    }

    /// Sends a read again that another unit's failure kept from running.
    private func repeatAlone(_ unit: Unit) {
        unit.forgetResults()
        unit.canShareSync = false
        submit(unit)
    }

    /// Sends one unit and waits for its results.
    ///
    /// What only reads (`isRead`) may share a Sync with others, and is sent again when one of those
    /// fails.
    func run(
        _ scope: Scope, _ statements: [SQL], opening: StaticString? = nil, sendsPreamble: Bool,
        closing: StaticString? = nil, isRead: Bool = false
    ) async throws -> [Rows] {
        try await withUnsafeThrowingContinuation { continuation in
            submit(
                Unit(
                    scope: scope, statements: statements, opening: opening,
                    sendsPreamble: sendsPreamble, closing: closing, isRead: isRead,
                    continuation: continuation))
        }
    }

    private func takeNotifications() {
        var isNotified = false
        while let notification = PQnotifies(postgres) {
            PQfreemem(notification)
            isNotified = true
        }
        if isNotified { onNotification?() }
    }

    // MARK: Socket

    private func flush() {
        let outcome = PQflush(postgres)
        if outcome < 0 { return closeAfterFailure() }
        let mustWait = outcome == 1
        if mustWait != wantsWritable {
            wantsWritable = mustWait
            loop.change(file, to: mustWait ? [.readable, .writable] : .readable)
        }
    }

    private func watch(for events: FileEvents) {
        let current = PQsocket(postgres)
        guard current >= 0 else { return closeAfterFailure() }
        if current == file {
            loop.change(file, to: events)
        } else {
            if file >= 0 { loop.unregister(file) }
            file = current
            loop.register(file, for: events, handler: self)
        }
    }

    private func closeAfterFailure() {
        close(.unavailable(state == .connecting ? "connecting failed" : "connection lost"))
    }

    /// Ends the connection; everything that waits for it fails with `error`.
    func close(_ error: DatabaseError) {
        guard state != .closed else { return }
        let wasReady = state == .ready
        state = .closed
        if file >= 0 { loop.unregister(file) }
        file = -1
        PQfinish(postgres)
        postgres = nil
        let pending = sent[sentHead...] + waiting
        sent = []
        sentHead = 0
        waiting = []
        for unit in pending { unit.fail(error) }
        copy?.fail(error)
        copy = nil
        onOpen?(error)
        onOpen = nil
        if wasReady { onClose?() }
        onClose = nil
    }
}

// MARK: COPY

extension Connection {
    /// Runs a COPY … FROM STDIN inside the open transaction and returns the number of rows.
    ///
    /// COPY is not possible in pipeline mode, so the connection leaves it for the time being.
    func copyIn(
        _ text: String, _ next: () async throws -> [UInt8]?
    ) async throws -> Int {
        let state = try beginCopy(text)
        do {
            try await state.waitForStart()
            while let bytes = try await next() { try await state.put(bytes, on: self) }
            let rows = try await state.end(reason: nil, on: self)
            try endCopy()
            return rows
        } catch {
            await abandonCopy(state)
            throw error
        }
    }

    /// Runs a COPY … TO STDOUT inside the open transaction and hands over its pieces.
    func copyOut(_ text: String, _ take: ([UInt8]) async throws -> Void) async throws {
        let state = try beginCopy(text)
        do {
            try await state.waitForStart()
            while let bytes = try await state.get(on: self) { try await take(bytes) }
            try endCopy()
        } catch {
            await abandonCopy(state)
            throw error
        }
    }

    /// Makes the connection fit for a ROLLBACK after a COPY that failed on either side; a COPY OUT
    /// that PostgreSQL is still sending cannot be stopped in band, so it costs the connection.
    private func abandonCopy(_ state: CopyState) async {
        guard copy === state else { return }
        if await state.settle(on: self) {
            try? endCopy()
        } else {
            close(.unavailable("COPY given up"))
        }
    }

    private func beginCopy(_ text: String) throws -> CopyState {
        guard state == .ready, isIdle, PQexitPipelineMode(postgres) == 1,
            PQsendQueryParams(postgres, text, 0, nil, nil, nil, nil, 0) == 1
        else { throw DatabaseError.unavailable("COPY could not start") }
        let state = CopyState(loop: loop)
        copy = state
        flush()
        return state
    }

    private func endCopy() throws {
        copy = nil
        guard state == .ready, PQenterPipelineMode(postgres) == 1 else {
            close(.unavailable("COPY did not end"))
            throw DatabaseError.unavailable("COPY did not end")
        }
    }

    /// Used by ``CopyState``, which never outlives the call.
    var handle: OpaquePointer? { postgres }

    func flushCopy() { flush() }

    /// Whether the socket has not taken everything yet.
    var isFlushPending: Bool { wantsWritable }
}
