import CLinux
import Synchronization

/// Which readiness of a file descriptor a handler wants, or got, to know about.
package struct FileEvents: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let readable = FileEvents(rawValue: EPOLLIN.rawValue)
    package static let writable = FileEvents(rawValue: EPOLLOUT.rawValue)
    /// The peer has closed its writing side.
    package static let peerClosed = FileEvents(rawValue: EPOLLRDHUP.rawValue)
    /// Error or hang-up; always reported, never asked for.
    package static let failed = FileEvents(rawValue: EPOLLERR.rawValue | EPOLLHUP.rawValue)
    /// Report each change of readiness once instead of for as long as it lasts.
    package static let edgeTriggered = FileEvents(rawValue: 1 << 31)
}

/// Is told on the loop's thread that its file descriptor became ready.
package protocol FileHandler: AnyObject {
    func ready(_ events: FileEvents)
}

/// Does work that was gathered while the loop handled a batch of events, such as flushing a socket.
package protocol TurnHandler: AnyObject {
    func endOfTurn()
}

/// One thread that waits for sockets, timers and messages, and runs the tasks that depend on them.
///
/// A task started with ``spawn(_:)`` stays on this thread for its whole life, so state that belongs
/// to a loop needs no lock. All methods must be called on the loop's own thread, except those that
/// say otherwise. Source: design §4.
package final class EventLoop: TaskExecutor, @unchecked Sendable {
    private struct Slot {
        var handler: (any FileHandler)?
        var generation: UInt32 = 0
    }

    private struct Inbox {
        var jobs: [UnownedJob] = []
        var messages: [@Sendable () -> Void] = []
        var isSignalled = false
    }

    private let epoll: Int32
    private let wakeUp: Int32
    private var slots: [Slot] = []
    private var ready: [UnownedJob] = []
    private var turnHandlers: [any TurnHandler] = []
    private var timers = TimerWheel()
    private var isRunning = false
    private let inbox = Mutex(Inbox())
    /// Set once by the thread that runs the loop; read by any thread to compare with itself.
    private let owner = Atomic<UInt>(0)

    /// Nanoseconds of the monotonic clock when the present batch of events began.
    package private(set) var now: Int64

    /// Nanoseconds of the monotonic clock at this moment.
    package var currentTime: Int64 { courtyard_monotonic_nanoseconds() }

    package init() {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        precondition(epoll >= 0, "epoll_create1 failed: errno \(courtyard_errno())")
        wakeUp = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC))
        precondition(wakeUp >= 0, "eventfd failed: errno \(courtyard_errno())")
        now = courtyard_monotonic_nanoseconds()
        timers.advance(toMilliseconds: UInt64(now / 1_000_000)) { _ in }
        let added = courtyard_epoll_add(
            epoll, wakeUp, FileEvents.readable.rawValue, UInt64(UInt32(bitPattern: wakeUp)))
        precondition(added == 0, "epoll_ctl failed: errno \(courtyard_errno())")
    }

    deinit {
        close(epoll)
        close(wakeUp)
    }

    // MARK: Running

    /// Starts a thread that runs a new loop until ``stop()``.
    package static func start(name: String) -> EventLoop {
        let loop = EventLoop()
        startThread(name: name) { loop.run() }
        return loop
    }

    /// Runs `body` on a loop of its own on the calling thread and returns when it has finished.
    package static func runUntilDone<Value: Sendable>(
        _ body: @escaping @Sendable (EventLoop) async -> Value
    ) -> Value {
        let loop = EventLoop()
        let result = Mutex<Value?>(nil)
        loop.execute {
            loop.spawn {
                let value = await body(loop)
                result.withLock { $0 = value }
                loop.stop()
            }
        }
        loop.run()
        guard let value = result.withLock({ $0 }) else {
            preconditionFailure("the loop stopped before its body had finished")
        }
        return value
    }

    /// Whether the caller runs on this loop's thread.
    ///
    /// Callable from any thread.
    package var isCurrent: Bool {
        owner.load(ordering: .relaxed) == UInt(pthread_self())
    }

    /// Handles events on the calling thread until ``stop()``.
    package func run() {
        owner.store(UInt(pthread_self()), ordering: .relaxed)
        isRunning = true
        let capacity = 256
        let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: capacity)
        defer {
            events.deallocate()
            owner.store(0, ordering: .relaxed)
        }
        while isRunning {
            finishTurn()
            guard isRunning else { break }
            let count = epoll_wait(epoll, events, Int32(capacity), timeoutMilliseconds())
            now = courtyard_monotonic_nanoseconds()
            if count > 0 { dispatch(UnsafePointer(events), count: Int(count)) }
            fireTimers()
        }
        finishTurn()
    }

    /// Ends ``run()`` after the present batch.
    ///
    /// Callable from any thread.
    package func stop() {
        execute { [unowned self] in isRunning = false }
    }

    /// Runs `message` on the loop, after what is already queued.
    ///
    /// Callable from any thread.
    package func execute(_ message: @escaping @Sendable () -> Void) {
        let mustSignal = inbox.withLock { inbox in
            inbox.messages.append(message)
            defer { inbox.isSignalled = true }
            return !inbox.isSignalled
        }
        if mustSignal { signal() }
    }

    /// Starts a task that stays on this loop; it runs at once up to its first suspension.
    @discardableResult
    package func spawn(_ body: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        assert(isCurrent, "spawn must be called on the loop; use execute to get there")
        return Task.immediate(executorPreference: self) { await body() }
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent {
            ready.append(job)
            return
        }
        let mustSignal = inbox.withLock { inbox in
            inbox.jobs.append(job)
            defer { inbox.isSignalled = true }
            return !inbox.isSignalled
        }
        if mustSignal { signal() }
    }

    /// Calls `handler` once when the present batch of events has been handled.
    package func atEndOfTurn(_ handler: any TurnHandler) {
        turnHandlers.append(handler)
    }

    // MARK: Files

    /// Reports readiness of `file` to `handler` until ``unregister(_:)``; keeps `handler` alive.
    package func register(_ file: Int32, for events: FileEvents, handler: any FileHandler) {
        let index = Int(file)
        while slots.count <= index { slots.append(Slot()) }
        slots[index].handler = handler
        let result = courtyard_epoll_add(epoll, file, events.rawValue, key(file))
        precondition(result == 0, "epoll_ctl add failed: errno \(courtyard_errno())")
    }

    /// Replaces the events that `file` is watched for.
    package func change(_ file: Int32, to events: FileEvents) {
        let result = courtyard_epoll_modify(epoll, file, events.rawValue, key(file))
        precondition(result == 0, "epoll_ctl modify failed: errno \(courtyard_errno())")
    }

    /// Stops reporting; must be called before `file` is closed.
    ///
    /// Harmless when not registered.
    package func unregister(_ file: Int32) {
        let index = Int(file)
        guard index < slots.count, slots[index].handler != nil else { return }
        slots[index].handler = nil
        slots[index].generation &+= 1
        _ = courtyard_epoll_remove(epoll, file)
    }

    // MARK: Time

    /// Runs `action` on the loop once `delay` has passed, to the millisecond.
    @discardableResult
    package func schedule(
        after delay: Duration, _ action: @escaping @Sendable () -> Void
    ) -> TimerToken {
        assert(isCurrent || owner.load(ordering: .relaxed) == 0)
        let due = courtyard_monotonic_nanoseconds() + max(0, delay.nanoseconds)
        return timers.insert(dueMilliseconds: UInt64((due + 999_999) / 1_000_000), action)
    }

    /// Forgets a scheduled action; harmless when it has run already.
    package func cancel(_ token: TimerToken) {
        timers.remove(token)
    }

    /// Suspends the calling task, which must run on this loop.
    ///
    /// - Throws: `CancellationError` as soon as the task is cancelled.
    package func sleep(for duration: Duration) async throws {
        let sleeper = Sleeper()
        try await withTaskCancellationHandler {
            try Task.checkCancellation()
            await withUnsafeContinuation { continuation in
                sleeper.start(on: self, for: duration, continuation)
            }
            try Task.checkCancellation()
        } onCancel: {
            execute { sleeper.wake() }
        }
    }

    // MARK: One turn

    private func finishTurn() {
        while true {
            if !ready.isEmpty {
                var batch: [UnownedJob] = []
                swap(&batch, &ready)
                for job in batch { job.runSynchronously(on: asUnownedTaskExecutor()) }
                if ready.isEmpty {
                    batch.removeAll(keepingCapacity: true)
                    swap(&batch, &ready)
                }
                continue
            }
            guard !turnHandlers.isEmpty else { return }
            var handlers: [any TurnHandler] = []
            swap(&handlers, &turnHandlers)
            for handler in handlers { handler.endOfTurn() }
        }
    }

    private func dispatch(_ events: UnsafePointer<epoll_event>, count: Int) {
        for index in 0..<count {
            let data = courtyard_epoll_data(events, Int32(index))
            let file = Int32(bitPattern: UInt32(truncatingIfNeeded: data))
            if file == wakeUp {
                drainInbox()
                continue
            }
            let slot = slots[Int(file)]
            guard slot.generation == UInt32(truncatingIfNeeded: data >> 32) else { continue }
            slot.handler?.ready(FileEvents(rawValue: courtyard_epoll_events(events, Int32(index))))
        }
    }

    private func drainInbox() {
        var counter: UInt64 = 0
        _ = read(wakeUp, &counter, 8)
        let taken = inbox.withLock { inbox in
            let taken = inbox
            inbox = Inbox()
            return taken
        }
        ready.append(contentsOf: taken.jobs)
        for message in taken.messages { message() }
    }

    private func fireTimers() {
        // Actions insert and remove timers themselves, so they run after the wheel is at rest.
        var due: [@Sendable () -> Void] = []
        timers.advance(toMilliseconds: UInt64(now / 1_000_000)) { action in due.append(action) }
        for action in due { action() }
    }

    private func timeoutMilliseconds() -> Int32 {
        guard let due = timers.nextDueMilliseconds else { return -1 }
        let nowMilliseconds = UInt64(courtyard_monotonic_nanoseconds() / 1_000_000)
        return due <= nowMilliseconds ? 0 : Int32(min(due - nowMilliseconds, 60_000))
    }

    private func key(_ file: Int32) -> UInt64 {
        UInt64(slots[Int(file)].generation) << 32 | UInt64(UInt32(bitPattern: file))
    }

    private func signal() {
        var one: UInt64 = 1
        _ = write(wakeUp, &one, 8)
    }
}

/// Lets a timer and a cancellation race for one continuation; lives on the loop's thread.
private final class Sleeper: @unchecked Sendable {
    private var continuation: UnsafeContinuation<Void, Never>?
    private var timer: TimerToken?
    private var isAwake = false
    private unowned var loop: EventLoop?

    func start(
        on loop: EventLoop, for duration: Duration,
        _ continuation: UnsafeContinuation<Void, Never>
    ) {
        if isAwake { return continuation.resume() }
        self.loop = loop
        self.continuation = continuation
        timer = loop.schedule(after: duration) { self.wake() }
    }

    func wake() {
        isAwake = true
        if let timer { loop?.cancel(timer) }
        timer = nil
        continuation?.resume()
        continuation = nil
    }
}

extension Duration {
    /// The whole duration in nanoseconds, clamped to what 64 bits hold.
    package var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return seconds < 0 ? .min : .max }
        return scaled + attoseconds / 1_000_000_000
    }

    /// The whole duration in milliseconds.
    package var milliseconds: Int64 { nanoseconds / 1_000_000 }
}
