import CLinux
import EventLoop
import HTTP
import Jobs
import Synchronization
import Tenancy
import Values

/// One JSON object a line on standard output; gathered and written together (design §11).
final class RequestLog: RequestObserver {
    private let isOn: Bool
    private let buffer = Mutex<[UInt8]>([])
    private let output = Mutex<Void>(())

    init(isOn: Bool) {
        self.isOn = isOn
    }

    func finished(_ record: RequestRecord) {
        guard isOn || record.isDefect else { return }
        var writer = JSONWriter(capacity: 256)
        writer.beginObject()
        writer.key("time")
        writer.instant(Instant.system)
        writer.key("request_id")
        writer.string(record.requestID)
        writer.key("method")
        writer.string(record.method)
        writer.key("route")
        if let route = record.route { writer.string(route) } else { writer.null() }
        writer.key("status")
        writer.integer(Int64(record.status))
        writer.key("duration_us")
        writer.integer(record.nanoseconds / 1_000)
        if let tenant = record.tenant {
            writer.key("tenant")
            writer.integer(tenant)
        }
        if let principal = record.principal {
            writer.key("principal")
            writer.id(principal)
        }
        writer.key("address")
        writer.string(record.address)
        if let outcome = record.outcome {
            writer.key(record.isDefect ? "defect" : "outcome")
            writer.string(outcome)
        }
        writer.endObject()
        append(writer.bytes)
    }

    func refused(_ failure: WireFailure, status: Int) {
        guard isOn else { return }
        var writer = JSONWriter(capacity: 128)
        writer.beginObject()
        writer.key("time")
        writer.instant(Instant.system)
        writer.key("event")
        writer.string("refused")
        writer.key("status")
        writer.integer(Int64(status))
        writer.key("reason")
        writer.string(String(describing: failure))
        writer.endObject()
        append(writer.bytes)
    }

    /// How a run of background work ended; routine ends are left out.
    func finished(_ report: JobReport) {
        var outcome = "finished"
        var error: String?
        switch report.outcome {
        case .finished: break
        case .again, .givenBack: return
        case .failed(let text): (outcome, error) = ("failed", text)
        case .dead(let text): (outcome, error) = ("dead", text)
        }
        guard isOn || error != nil else { return }
        var members: [(String, JSON)] = [
            ("id", .string(report.id.description)), ("kind", .string(report.kind)),
            ("outcome", .string(outcome)), ("attempt", .integer(Int64(report.attempt))),
            ("duration_us", .integer(report.nanoseconds / 1_000)),
        ]
        if let tenant = report.tenant { members.append(("tenant", .integer(tenant))) }
        if let error { members.append(("error", .string(error))) }
        event("job", members)
    }

    /// How far an audit log's chain has come: where logs are kept, so are its heads.
    func sealed(_ progress: AuditSealing.Progress) {
        guard isOn else { return }
        var members = [("log", JSON.integer(progress.log))]
        for member in progress.head.json.objectValue ?? [] {
            members.append((member.name, member.value))
        }
        event("audit_head", members)
    }

    /// Something that happened to the server itself; written at once.
    func event(_ name: StaticString, _ members: [(String, JSON)] = []) {
        var writer = JSONWriter(capacity: 128)
        writer.beginObject()
        writer.key("time")
        writer.instant(Instant.system)
        writer.key("event")
        writer.string(name.description)
        for (name, value) in members {
            writer.key(name)
            writer.value(value)
        }
        writer.endObject()
        append(writer.bytes)
        flush()
    }

    /// Text for the person at the terminal, such as a mail under `log:`.
    func text(_ text: String) {
        append(Array(text.utf8))
        flush()
    }

    /// Writes what was gathered.
    ///
    /// Lines of several threads never mix; a reader that is away for good costs the lines, not the
    /// server.
    func flush() {
        output.withLock { _ in
            let bytes = buffer.withLock { buffer in
                let bytes = buffer
                buffer.removeAll(keepingCapacity: buffer.count < 262_144)
                return bytes
            }
            bytes.withUnsafeBytes { bytes in
                var start = 0
                while start < bytes.count {
                    let count = write(
                        1, bytes.baseAddress?.advanced(by: start), bytes.count - start)
                    if count > 0 {
                        start += count
                    } else if courtyard_errno() != EINTR {
                        return
                    }
                }
            }
        }
    }

    /// Flushes from now on every 200 ms; must be called on the loop.
    func flushRegularly(on loop: EventLoop) {
        loop.schedule(after: .milliseconds(200)) { [self] in
            flush()
            flushRegularly(on: loop)
        }
    }

    private func append(_ bytes: [UInt8]) {
        let isFull = buffer.withLock { buffer in
            buffer.append(contentsOf: bytes)
            buffer.append(10)
            return buffer.count > 32_768
        }
        if isFull { flush() }
    }
}
