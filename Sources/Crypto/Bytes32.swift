/// 32 bytes in place: no allocation, cheap to copy, compare and hash.
package struct Bytes32: Sendable {
    /// In memory order.
    private let words: (UInt64, UInt64, UInt64, UInt64)

    package static let count = 32

    /// - Parameter bytes: Exactly 32 bytes.
    package init(_ bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count == Bytes32.count, "32 bytes are needed")
        words = (
            bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
        )
    }

    /// Lets `fill` write 32 bytes.
    init(filledBy fill: (UnsafeMutableRawBufferPointer) -> Void) {
        self = withUnsafeTemporaryAllocation(byteCount: Bytes32.count, alignment: 8) { buffer in
            fill(buffer)
            return Bytes32(UnsafeRawBufferPointer(buffer))
        }
    }

    /// From the cryptographic random generator.
    package static func random() -> Bytes32 { Bytes32(filledBy: SecureRandom.fill) }

    /// Lends the 32 bytes.
    package func withBytes<Value, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try withUnsafePointer(to: words) { (pointer) throws(Failure) in
            try body(UnsafeRawBufferPointer(start: pointer, count: Bytes32.count))
        }
    }

    package var bytes: [UInt8] { withBytes { Array($0) } }
}

extension Bytes32: Hashable {
    package static func == (left: Bytes32, right: Bytes32) -> Bool {
        left.words == right.words
    }

    /// Takes one word: digests and secrets are spread evenly already.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
    }
}
