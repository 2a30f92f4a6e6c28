import CAres
import CLinux
import EventLoop

/// Looks up TXT records (RFC 1035 §3.3.14), by which owners of domains prove that they are.
///
/// c-ares sends and reads the messages; each look-up waits on a thread of a small pool of its own,
/// since there are few of them and slow name servers must hold up nothing else. Decision 0022.
package struct TextLookup: Sendable {
    /// What the name servers say.
    package enum Answer: Sendable, Equatable {
        /// The records, each with its strings joined; there may be none of use among them.
        case records([String])
        /// The name does not exist, or has no TXT records.
        case absent
        /// No answer in time, or one that says nothing about the name; worth another try later.
        case unavailable
    }

    private static let pool = BlockingPool(name: "dns", threads: 2, queueLimit: 64)

    /// Addresses with ports, separated by commas, or nil for those of /etc/resolv.conf.
    private let servers: String?
    private let timeout: Duration

    package init(servers: String? = nil, timeout: Duration = .seconds(5)) {
        self.servers = servers
        self.timeout = timeout
    }

    /// The records of a name in ASCII; the caller resumes on its own executor.
    package func records(of name: String) async -> Answer {
        let answer = try? await Self.pool.run(startingWithin: timeout) { query(name) }
        return answer ?? .unavailable
    }

    private func query(_ name: String) -> Answer {
        guard let channel = channel() else { return .unavailable }
        let reply = Reply()
        // The channel ends before the reply does, and calls back once at most before that.
        defer { withExtendedLifetime(reply) { ares_destroy(channel) } }
        ares_query(
            channel, name, Self.internet, Self.text,
            { context, status, _, bytes, count in
                guard let context else { return }
                Unmanaged<Reply>.fromOpaque(context).takeUnretainedValue()
                    .take(status, bytes, count)
            }, Unmanaged.passUnretained(reply).toOpaque())
        let end = courtyard_monotonic_nanoseconds() + timeout.nanoseconds
        while reply.answer == nil, courtyard_monotonic_nanoseconds() < end {
            guard Self.step(channel, until: end) else { break }
        }
        return reply.answer ?? .unavailable
    }

    private static let internet: Int32 = 1
    private static let text: Int32 = 16

    private static let isReady = ares_library_init(ARES_LIB_INIT_ALL) == ARES_SUCCESS

    private func channel() -> ares_channel? {
        guard Self.isReady else { return nil }
        var options = ares_options()
        options.timeout = Int32(clamping: timeout.nanoseconds / 2_000_000)
        options.tries = 2
        let mask = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES
        var channel: ares_channel?
        guard ares_init_options(&channel, &options, mask) == ARES_SUCCESS else {
            return nil
        }
        if let servers, ares_set_servers_ports_csv(channel, servers) != ARES_SUCCESS {
            ares_destroy(channel)
            return nil
        }
        return channel
    }

    /// Waits for one of the channel's sockets or for its next time-out, and lets it go on.
    private static func step(_ channel: ares_channel, until end: Int64) -> Bool {
        var sockets = [Int32](repeating: -1, count: Int(ARES_GETSOCK_MAXNUM))
        let bits = UInt32(bitPattern: ares_getsock(channel, &sockets, ARES_GETSOCK_MAXNUM))
        var polled: [pollfd] = []
        for (index, socket) in sockets.enumerated() {
            let reads = bits & 1 << UInt32(index) != 0
            let writes = bits & 1 << UInt32(index + Int(ARES_GETSOCK_MAXNUM)) != 0
            guard reads || writes else { continue }
            let events = (reads ? POLLIN : 0) | (writes ? POLLOUT : 0)
            polled.append(pollfd(fd: socket, events: Int16(events), revents: 0))
        }
        guard !polled.isEmpty else { return false }
        let left = max(0, end - courtyard_monotonic_nanoseconds())
        var limit = timeval(
            tv_sec: Int(left / 1_000_000_000), tv_usec: Int(left % 1_000_000_000 / 1_000))
        var next = timeval()
        let wait = ares_timeout(channel, &limit, &next)?.pointee ?? limit
        let milliseconds = wait.tv_sec * 1_000 + Int(wait.tv_usec) / 1_000 + 1
        let ready = poll(&polled, nfds_t(polled.count), Int32(clamping: milliseconds))
        if ready <= 0 { ares_process_fd(channel, -1, -1) }
        for entry in polled where entry.revents != 0 {
            let isWritable = Int32(entry.revents) & POLLOUT != 0
            let isReadable = Int32(entry.revents) & ~POLLOUT != 0
            ares_process_fd(channel, isReadable ? entry.fd : -1, isWritable ? entry.fd : -1)
        }
        return true
    }
}

/// What came back; used by one thread.
private final class Reply {
    private(set) var answer: TextLookup.Answer?

    func take(_ status: Int32, _ bytes: UnsafeMutablePointer<UInt8>?, _ count: Int32) {
        switch status {
        case ARES_SUCCESS: answer = Self.records(bytes, count)
        case ARES_ENOTFOUND, ARES_ENODATA: answer = .absent
        default: answer = .unavailable
        }
    }

    private static func records(
        _ bytes: UnsafeMutablePointer<UInt8>?, _ count: Int32
    ) -> TextLookup.Answer {
        var list: UnsafeMutablePointer<ares_txt_ext>?
        let status = ares_parse_txt_reply_ext(bytes, count, &list)
        defer { if let list { ares_free_data(list) } }
        guard status == ARES_SUCCESS else {
            return status == ARES_ENODATA ? .absent : .unavailable
        }
        var records: [[UInt8]] = []
        var next = list
        while let entry = next?.pointee, records.count <= 256 {
            let part = UnsafeBufferPointer(start: entry.txt, count: entry.length)
            if entry.record_start != 0 || records.isEmpty {
                records.append(Array(part))
            } else {
                records[records.count - 1] += part
            }
            next = entry.next
        }
        return .records(records.map { String(decoding: $0, as: UTF8.self) })
    }
}
