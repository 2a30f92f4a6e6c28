import CPostgreSQL
import EventLoop

/// The progress of one COPY; wakes its caller whenever the socket moved.
final class CopyState: @unchecked Sendable {
    private var waiter: UnsafeContinuation<Void, Never>?
    private var failure: DatabaseError?
    private var hasStarted = false
    private let loop: EventLoop
    private var pausedAt: Int64?

    init(loop: EventLoop) { self.loop = loop }

    /// Since when the copy waits for a socket that does not move, on the loop's clock; nil while it
    /// is its caller's turn.
    var silentSince: Int64? { pausedAt }

    func continueCopy(on connection: Connection) {
        if !hasStarted, let handle = connection.handle, PQisBusy(handle) == 0 {
            hasStarted = true
            if let result = PQgetResult(handle) {
                let status = PQresultStatus(result)
                if status != PGRES_COPY_IN, status != PGRES_COPY_OUT {
                    failure = DatabaseError(result: result)
                }
                PQclear(result)
            }
        }
        wake()
    }

    func fail(_ error: DatabaseError) {
        failure = error
        wake()
    }

    func waitForStart() async throws {
        while !hasStarted, failure == nil { await pause() }
        if let failure { throw failure }
    }

    /// Queues bytes for sending and waits until libpq could take them.
    func put(_ bytes: [UInt8], on connection: Connection) async throws {
        while true {
            let outcome = bytes.withUnsafeBytes { buffer in
                PQputCopyData(
                    connection.handle, buffer.baseAddress?.assumingMemoryBound(to: CChar.self),
                    Int32(buffer.count))
            }
            if outcome < 0 { throw DatabaseError.unavailable("COPY data refused") }
            connection.flushCopy()
            // libpq would buffer without bound what the socket does not take.
            while connection.isFlushPending, failure == nil { await pause() }
            if let failure { throw failure }
            if outcome == 1 { return }
            if connection.handle == nil { throw DatabaseError.unavailable("COPY") }
        }
    }

    /// Cancels a COPY IN and reads what is left of the results.
    ///
    /// - Returns: Whether the connection is idle again.
    func settle(on connection: Connection) async -> Bool {
        var isCancelled = false
        while let handle = connection.handle {
            if PQisBusy(handle) == 1 {
                await pause()
                continue
            }
            guard let result = PQgetResult(handle) else { return true }
            let status = PQresultStatus(result)
            PQclear(result)
            switch status {
            case PGRES_COPY_IN where !isCancelled:
                isCancelled = PQputCopyEnd(handle, "stopped by the sender") == 1
                if !isCancelled { return false }
                connection.flushCopy()
            case PGRES_COPY_IN, PGRES_COPY_OUT: return false
            default: break
            }
        }
        return false
    }

    /// Ends COPY IN, with `reason` to cancel it, and returns the number of rows.
    func end(reason: String?, on connection: Connection) async throws -> Int {
        while true {
            guard let handle = connection.handle else { throw failure ?? .unavailable("COPY") }
            let outcome = PQputCopyEnd(handle, reason)
            if outcome < 0 { throw DatabaseError.unavailable("COPY end refused") }
            connection.flushCopy()
            if outcome == 1 { break }
            await pause()
        }
        return try await results(on: connection)
    }

    /// The next piece of COPY OUT, or nil at its end.
    func get(on connection: Connection) async throws -> [UInt8]? {
        while true {
            if let failure { throw failure }
            guard let handle = connection.handle else { throw DatabaseError.unavailable("COPY") }
            var buffer: UnsafeMutablePointer<CChar>?
            let count = PQgetCopyData(handle, &buffer, 1)
            if count > 0, let buffer {
                defer { PQfreemem(buffer) }
                return [UInt8](UnsafeRawBufferPointer(start: buffer, count: Int(count)))
            }
            if count < 0 {
                _ = try await results(on: connection)
                return nil
            }
            await pause()
        }
    }

    private func results(on connection: Connection) async throws -> Int {
        var rows = 0
        var problem: DatabaseError?
        while true {
            if let failure { throw failure }
            guard let handle = connection.handle else { throw DatabaseError.unavailable("COPY") }
            if PQisBusy(handle) == 1 {
                await pause()
                continue
            }
            guard let result = PQgetResult(handle) else { break }
            if PQresultStatus(result) == PGRES_COMMAND_OK {
                rows = PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
            } else if problem == nil {
                problem = DatabaseError(result: result)
            }
            PQclear(result)
        }
        if let problem { throw problem }
        return rows
    }

    private func pause() async {
        pausedAt = loop.now
        await withUnsafeContinuation { waiter = $0 }
        pausedAt = nil
    }

    private func wake() {
        waiter?.resume()
        waiter = nil
    }
}
