import CCurl
import EventLoop

/// libcurl's many transfers at once, driven by the readiness and the timers of one event loop.
///
/// libcurl says which sockets to watch and when to be called; nothing here ever blocks. Handles and
/// their connection pool live on the loop, so no member may be used from another thread.
/// Source: libcurl-multi(3), "multi_socket".
final class CurlMulti: TurnHandler, @unchecked Sendable {
    // Unchecked: lives on one EventLoop.

    /// Watches one socket; the loop keeps it alive while it is registered.
    private final class Watch: FileHandler {
        let file: Int32
        unowned let owner: CurlMulti
        init(_ file: Int32, _ owner: CurlMulti) { (self.file, self.owner) = (file, owner) }
        func ready(_ events: FileEvents) { owner.socketReady(file, events) }
    }

    private struct Running {
        var transfer: Transfer
        var continuation: UnsafeContinuation<CURLcode?, Never>
    }

    let loop: EventLoop
    private let multi: UnsafeMutableRawPointer?
    private var watches: [Int32: Watch] = [:]
    private var running: [UnsafeMutableRawPointer: Running] = [:]
    private var timer: TimerToken?
    private var isKickQueued = false
    private(set) var isClosed = false

    /// What libcurl must do once in a process before anything else; safe in every thread.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_SSL)) == CURLE_OK

    /// ``close()`` must be called on the loop before the object goes.
    init(loop: EventLoop) {
        self.loop = loop
        multi = Self.isReady ? curl_multi_init() : nil
        guard let multi else { return }
        // libcurl calls back with this object unretained; close() ends that before it can go.
        let context = Unmanaged.passUnretained(self).toOpaque()
        _ = courtyard_curl_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, context)
        _ = courtyard_curl_multi_set_socket(multi) { _, file, what, context, _ in
            CurlMulti.from(context)?.watch(file, what)
            return 0
        }
        _ = courtyard_curl_multi_set_pointer(multi, CURLMOPT_TIMERDATA, context)
        _ = courtyard_curl_multi_set_timer(multi) { _, milliseconds, context in
            CurlMulti.from(context)?.setTimer(milliseconds)
            return 0
        }
        _ = courtyard_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 64)
    }

    /// Runs a transfer to its end.
    ///
    /// - Returns: libcurl's result, or `nil` when the task was cancelled or the client closed.
    func perform(_ transfer: Transfer) async -> CURLcode? {
        assert(loop.isCurrent, "transfers start on the loop of their client")
        return await withTaskCancellationHandler {
            await withUnsafeContinuation { start(transfer, $0) }
        } onCancel: {
            loop.execute { self.end(transfer.easy, nil) }
        }
    }

    /// Aborts what runs and closes all connections.
    func close() {
        guard let multi, !isClosed else { return }
        for easy in running.keys { end(easy, nil) }
        isClosed = true
        for file in watches.keys { loop.unregister(file) }
        watches = [:]
        if let timer { loop.cancel(timer) }
        timer = nil
        curl_multi_cleanup(multi)
    }

    private func start(
        _ transfer: Transfer, _ continuation: UnsafeContinuation<CURLcode?, Never>
    ) {
        guard let multi, !isClosed else { return continuation.resume(returning: nil) }
        guard let easy = transfer.easy, !transfer.isBroken,
            curl_multi_add_handle(multi, easy) == CURLM_OK
        else { return continuation.resume(returning: CURLE_FAILED_INIT) }
        running[easy] = Running(transfer: transfer, continuation: continuation)
    }

    private func end(_ easy: UnsafeMutableRawPointer?, _ result: CURLcode?) {
        guard let easy, let ended = running.removeValue(forKey: easy) else { return }
        curl_multi_remove_handle(multi, easy)
        ended.continuation.resume(returning: result)
    }

    // MARK: What libcurl asks for

    private static func from(_ context: UnsafeMutableRawPointer?) -> CurlMulti? {
        context.map { Unmanaged<CurlMulti>.fromOpaque($0).takeUnretainedValue() }
    }

    private func watch(_ file: Int32, _ what: Int32) {
        if isClosed { return }
        if what == CURL_POLL_REMOVE {
            if watches.removeValue(forKey: file) != nil { loop.unregister(file) }
            return
        }
        var events: FileEvents = []
        if what & CURL_POLL_IN != 0 { events.insert(.readable) }
        if what & CURL_POLL_OUT != 0 { events.insert(.writable) }
        if watches[file] != nil { return loop.change(file, to: events) }
        let watch = Watch(file, self)
        watches[file] = watch
        loop.register(file, for: events, handler: watch)
    }

    private func setTimer(_ milliseconds: Int) {
        if let timer { loop.cancel(timer) }
        timer = nil
        if isClosed || milliseconds < 0 { return }
        // libcurl must not be called from its own callback, so "now" means the end of this turn.
        if milliseconds == 0 {
            if !isKickQueued { loop.atEndOfTurn(self) }
            isKickQueued = true
            return
        }
        timer = loop.schedule(after: .milliseconds(milliseconds)) { [weak self] in
            self?.timer = nil
            self?.act(CURL_SOCKET_BAD, 0)
        }
    }

    func endOfTurn() {
        isKickQueued = false
        act(CURL_SOCKET_BAD, 0)
    }

    // MARK: What the loop reports

    private func socketReady(_ file: Int32, _ events: FileEvents) {
        var mask: Int32 = 0
        if events.contains(.readable) { mask |= CURL_CSELECT_IN }
        if events.contains(.writable) { mask |= CURL_CSELECT_OUT }
        if !events.isDisjoint(with: .failed) { mask |= CURL_CSELECT_ERR }
        act(file, mask)
    }

    private func act(_ file: Int32, _ mask: Int32) {
        guard let multi, !isClosed else { return }
        var count: Int32 = 0
        _ = curl_multi_socket_action(multi, file, mask, &count)
        while let message = curl_multi_info_read(multi, &count) {
            // The message dies with the handle's removal, so both are read before.
            let (easy, result) = (message.pointee.easy_handle, message.pointee.data.result)
            if message.pointee.msg == CURLMSG_DONE { end(easy, result) }
        }
    }
}
