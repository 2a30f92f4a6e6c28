import CPostgreSQL
import Values

/// Lays bind values out the way libpq wants them: one buffer of binary forms and arrays that point
/// into it.
///
/// Reused from statement to statement; lives on one loop.
///
/// Source: PostgreSQL's `*_recv` functions; numbers are big-endian.
final class Parameters {
    private var bytes: [UInt8] = []
    private var spans: [(offset: Int, length: Int32)] = []
    private var types: [Oid] = []
    private var pointers: [UnsafePointer<CChar>?] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []

    /// Calls `body` with the arguments that PQsendQueryParams and PQsendQueryPrepared share.
    func with<Result>(
        _ binds: [Bind],
        _ body: (
            _ count: Int32, _ types: UnsafePointer<Oid>?,
            _ values: UnsafePointer<UnsafePointer<CChar>?>?, _ lengths: UnsafePointer<Int32>?,
            _ formats: UnsafePointer<Int32>?
        ) -> Result
    ) -> Result {
        if binds.isEmpty { return body(0, nil, nil, nil, nil) }
        bytes.removeAll(keepingCapacity: bytes.capacity < 1 << 20)
        spans.removeAll(keepingCapacity: true)
        types.removeAll(keepingCapacity: true)
        for bind in binds { append(bind) }
        // An empty value must still be distinguishable from NULL, so the buffer is never empty.
        bytes.append(0)
        return bytes.withUnsafeBytes { buffer in
            pointers.removeAll(keepingCapacity: true)
            lengths.removeAll(keepingCapacity: true)
            formats.removeAll(keepingCapacity: true)
            for span in spans {
                if span.offset < 0 {
                    pointers.append(nil)
                } else {
                    pointers.append(
                        buffer.baseAddress?.advanced(by: span.offset)
                            .assumingMemoryBound(to: CChar.self))
                }
                lengths.append(span.length)
                formats.append(1)
            }
            return body(Int32(binds.count), types, pointers, lengths, formats)
        }
    }

    private func append(_ bind: Bind) {
        let start = bytes.count
        let type: BindType
        switch bind {
        case .null(let nullType):
            types.append(nullType.rawValue)
            spans.append((-1, 0))
            return
        case .bool(let value): (type, _) = (.bool, bytes.append(value ? 1 : 0))
        case .integer(let value): (type, _) = (.integer, big(value))
        case .number(let value): (type, _) = (.number, big(value.bitPattern))
        case .text(let value): (type, _) = (.text, bytes.append(contentsOf: value.utf8))
        case .bytes(let value): (type, _) = (.bytes, bytes.append(contentsOf: value))
        case .id(let value): (type, _) = (.id, identifier(value))
        case .instant(let value): (type, _) = (.instant, big(value.postgresMicroseconds))
        case .json(let value): (type, _) = (.json, json(value))
        case .texts(let values):
            type = .texts
            array(.text, values) { bytes.append(contentsOf: $0.utf8) }
        case .integers(let values):
            type = .integers
            array(.integer, values) { big($0) }
        case .bools(let values):
            type = .bools
            array(.bool, values) { bytes.append($0 ? 1 : 0) }
        case .ids(let values):
            type = .ids
            array(.id, values) { identifier($0) }
        case .instants(let values):
            type = .instants
            array(.instant, values) { big($0.postgresMicroseconds) }
        case .jsons(let values):
            type = .jsons
            array(.json, values) { json($0) }
        }
        types.append(type.rawValue)
        spans.append((start, Int32(bytes.count - start)))
    }

    private func big<Number: FixedWidthInteger>(_ value: Number) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    private func identifier(_ value: ID) {
        big(value.high)
        big(value.low)
    }

    private func json(_ value: [UInt8]) {
        bytes.append(1)
        bytes.append(contentsOf: value)
    }

    /// One-dimensional arrays: dimensions, null flag, element type, length, lower bound, elements.
    private func array<Element>(
        _ element: BindType, _ values: [Element?], _ write: (Element) -> Void
    ) {
        big(Int32(values.isEmpty ? 0 : 1))
        big(Int32(values.contains { $0 == nil } ? 1 : 0))
        big(element.rawValue)
        guard !values.isEmpty else { return }
        big(Int32(values.count))
        big(Int32(1))
        for value in values {
            guard let value else {
                big(Int32(-1))
                continue
            }
            let place = bytes.count
            big(Int32(0))
            write(value)
            let length = Int32(bytes.count - place - 4).bigEndian
            withUnsafeBytes(of: length) { source in
                for index in 0..<4 { bytes[place + index] = source[index] }
            }
        }
    }
}
