import CLinux
import HTTP
import Synchronization
import Tenancy
import Values

/// One JSON object a line on standard output; gathered and written together (design §11).
final class RequestLog: RequestObserver {
    private let isOn: Bool
    private let buffer = Mutex<[UInt8]>([])

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
        line("refused \(failure) with \(status)")
    }

    func line(_ text: String) {
        append(Array(text.utf8))
        flush()
    }

    func flush() {
        let bytes = buffer.withLock { buffer in
            defer { buffer.removeAll(keepingCapacity: true) }
            return buffer
        }
        bytes.withUnsafeBytes { _ = write(1, $0.baseAddress, $0.count) }
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
