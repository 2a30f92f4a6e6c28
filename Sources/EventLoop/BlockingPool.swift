import CLinux

/// A few threads for work that would hold up a loop: password hashing, image decoding, file I/O.
///
/// The queue is bounded and each piece of work has a deadline by which it must have begun, so that
/// a flood is refused early instead of answered late. Source: design §4.
package final class BlockingPool: @unchecked Sendable {
    /// The queue was full, or the work waited longer than its deadline; nothing was done.
    package struct Overloaded: Error {}

    private struct Work {
        var deadline: Int64
        var body: (_ isLate: Bool) -> Void
    }

    private let queueLimit: Int
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let arrival = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var queue: [Work] = []
    private var head = 0

    /// - Parameters:
    ///   - name: What the threads are called in `ps` and `top`.
    ///   - threads: How many pieces of work run at the same time; at least 1.
    ///   - queueLimit: How many may wait for a thread.
    package init(name: String, threads: Int, queueLimit: Int) {
        self.queueLimit = queueLimit
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(arrival, nil)
        for index in 0..<max(1, threads) {
            startThread(name: "\(name)-\(index)") { [self] in
                // So that a flood of logins does not keep the loops from the CPU.
                courtyard_yield_to_others()
                serve()
            }
        }
    }

    /// Pieces of work that wait for a thread now.
    package var queueDepth: Int {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return queue.count - head
    }

    /// Runs `work` on one of the pool's threads; the caller resumes on its own executor.
    ///
    /// - Throws: ``Overloaded``, or what `work` throws.
    package func run<Value: Sendable>(
        startingWithin deadline: Duration, _ work: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withUnsafeThrowingContinuation { continuation in
            let accepted = submit(
                Work(deadline: courtyard_monotonic_nanoseconds() + deadline.nanoseconds) { isLate in
                    if isLate { return continuation.resume(throwing: Overloaded()) }
                    continuation.resume(with: Result { try work() })
                })
            if !accepted { continuation.resume(throwing: Overloaded()) }
        }
    }

    private func submit(_ work: Work) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard queue.count - head < queueLimit else { return false }
        queue.append(work)
        pthread_cond_signal(arrival)
        return true
    }

    private func serve() {
        while true {
            let work = next()
            work.body(courtyard_monotonic_nanoseconds() > work.deadline)
        }
    }

    private func next() -> Work {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while head == queue.count { pthread_cond_wait(arrival, mutex) }
        let work = queue[head]
        head += 1
        if head == queue.count {
            queue.removeAll(keepingCapacity: true)
            head = 0
        } else if head > queueLimit {
            // A pool that is never idle must not keep what its finished work held.
            queue.removeFirst(head)
            head = 0
        }
        return work
    }
}

/// Starts a detached operating-system thread; `name` is cut to 15 bytes, as Linux shows them.
func startThread(name: String, _ body: @escaping @Sendable () -> Void) {
    final class Start {
        let name: String
        let body: @Sendable () -> Void
        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }
    var thread = pthread_t()
    let start = Unmanaged.passRetained(Start(name: name, body: body)).toOpaque()
    let failure = pthread_create(
        &thread, nil,
        { argument in
            guard let argument else { return nil }
            let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
            _ = courtyard_set_thread_name(String(start.name.prefix(15)))
            start.body()
            return nil
        }, start)
    precondition(failure == 0, "pthread_create failed: \(failure)")
    pthread_detach(thread)
}
