import CPostgreSQL
import Values

/// The rows of one statement, in PostgreSQL's binary form; owns libpq's result.
///
/// Immutable once made, so it may travel between threads.
package final class Rows: @unchecked Sendable {
    private let result: OpaquePointer
    package let count: Int
    /// Rows that an INSERT, UPDATE or DELETE touched; 0 for others.
    package let affected: Int

    init(adopting result: OpaquePointer) {
        self.result = result
        count = Int(PQntuples(result))
        affected = PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
    }

    deinit { PQclear(result) }

    package var isEmpty: Bool { count == 0 }
    package var first: Row? { count > 0 ? Row(rows: self, index: 0) : nil }

    package subscript(_ index: Int) -> Row {
        precondition(index < count)
        return Row(rows: self, index: Int32(index))
    }

    package func map<Value>(_ transform: (Row) throws -> Value) rethrows -> [Value] {
        try (0..<count).map { try transform(self[$0]) }
    }

    @inline(__always)
    fileprivate func bytes(_ row: Int32, _ column: Int32) -> UnsafeRawBufferPointer? {
        // NULL has no bytes, so whatever has some need not be asked.
        let length = PQgetlength(result, row, column)
        if length == 0, PQgetisnull(result, row, column) == 1 { return nil }
        return UnsafeRawBufferPointer(
            start: PQgetvalue(result, row, column), count: Int(length))
    }
}

/// One row.
///
/// Columns are read by position; the non-optional readers trap on NULL, which is a defect of the
/// statement.
package struct Row {
    private let rows: Rows
    private let index: Int32

    fileprivate init(rows: Rows, index: Int32) {
        self.rows = rows
        self.index = index
    }

    /// The binary form of a column, or nil for NULL; valid while the row is alive.
    package func bytes(_ column: Int) -> UnsafeRawBufferPointer? {
        rows.bytes(index, Int32(column))
    }

    /// A copy of a bytea; empty when it is NULL.
    package func byteArray(_ column: Int) -> [UInt8] { bytes(column).map { Array($0) } ?? [] }
    package func isNull(_ column: Int) -> Bool { bytes(column) == nil }

    package func optionalText(_ column: Int) -> String? {
        bytes(column).map { String(decoding: $0, as: UTF8.self) }
    }
    package func text(_ column: Int) -> String { present(optionalText(column)) }

    /// int2, int4 and int8.
    package func optionalInteger(_ column: Int) -> Int64? {
        bytes(column).map { $0.reduce(Int64(Int8(bitPattern: $0[0])) >> 8) { $0 << 8 | Int64($1) } }
    }
    package func integer(_ column: Int) -> Int64 { present(optionalInteger(column)) }

    package func optionalBool(_ column: Int) -> Bool? { bytes(column).map { $0[0] != 0 } }
    package func bool(_ column: Int) -> Bool { present(optionalBool(column)) }

    package func optionalNumber(_ column: Int) -> Double? {
        bytes(column).map { Double(bitPattern: Self.big($0)) }
    }
    package func number(_ column: Int) -> Double { present(optionalNumber(column)) }

    package func optionalID(_ column: Int) -> ID? { bytes(column).map { ID(bytes: $0) } }
    package func id(_ column: Int) -> ID { present(optionalID(column)) }

    package func optionalInstant(_ column: Int) -> Instant? {
        bytes(column).map { Instant(postgresMicroseconds: Int64(bitPattern: Self.big($0))) }
    }
    package func instant(_ column: Int) -> Instant { present(optionalInstant(column)) }

    /// The text of a jsonb column, without its version byte.
    package func optionalJSONBytes(_ column: Int) -> UnsafeRawBufferPointer? {
        bytes(column).map { UnsafeRawBufferPointer(rebasing: $0.dropFirst()) }
    }
    /// A jsonb column.
    ///
    /// What PostgreSQL stores as jsonb is always within our parser's limits, since it was written
    /// by us; anything else reads as null.
    package func json(_ column: Int) -> JSON {
        guard let bytes = optionalJSONBytes(column) else { return .null }
        return (try? JSON.parse(Array(bytes))) ?? .null
    }

    package func texts(_ column: Int) -> [String] {
        array(column) { String(decoding: $0, as: UTF8.self) }
    }
    package func ids(_ column: Int) -> [ID] { array(column) { ID(bytes: $0) } }

    /// The elements of a one-dimensional array without NULLs; NULL itself reads as empty.
    package func array<Element>(
        _ column: Int, _ read: (UnsafeRawBufferPointer) -> Element
    ) -> [Element] {
        var elements: [Element] = []
        forEachElement(column) { elements.append(read($0)) }
        return elements
    }

    /// Visits the elements of a one-dimensional array without building them.
    package func forEachElement(_ column: Int, _ visit: (UnsafeRawBufferPointer) -> Void) {
        guard let bytes = bytes(column), bytes.count >= 20 else { return }
        let count = Int(bytes.loadUnaligned(fromByteOffset: 12, as: Int32.self).bigEndian)
        var offset = 20
        for _ in 0..<count {
            let length = bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self).bigEndian
            offset += 4
            guard length >= 0 else { continue }
            visit(UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + Int(length)]))
            offset += Int(length)
        }
    }

    private static func big(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        bytes.loadUnaligned(as: UInt64.self).bigEndian
    }

    private func present<Value>(_ value: Value?) -> Value {
        guard let value else {
            preconditionFailure("NULL in a column that the code reads as present")
        }
        return value
    }
}
