import CLinux

/// A growable run of bytes with a read end and a write end, kept outside Swift's arrays so that it
/// can be handed to system calls and used again without clearing.
///
/// Lives on one loop.
///
/// The one place where the server touches raw memory for input and output; every index is checked.
final class ByteBuffer {
    static let standardCapacity = 32 * 1024

    private var base: UnsafeMutablePointer<UInt8>
    private(set) var capacity: Int
    private var start = 0
    private var end = 0

    init(capacity: Int = ByteBuffer.standardCapacity) {
        self.capacity = capacity
        base = .allocate(capacity: capacity)
    }

    deinit { base.deallocate() }

    var count: Int { end - start }
    var isEmpty: Bool { end == start }

    /// The unread bytes; valid until the buffer is next changed.
    var readable: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: base + start, count: end - start)
    }

    /// The space behind the unread bytes; at least as much as the last `reserve` asked for.
    var writable: UnsafeMutableBufferPointer<UInt8> {
        UnsafeMutableBufferPointer(start: base + end, count: capacity - end)
    }

    /// Takes `count` bytes from the read end.
    func consume(_ count: Int) {
        precondition(count >= 0 && count <= self.count)
        start += count
        if start == end { clear() }
    }

    /// Declares the first `count` bytes of `writable` as written.
    func commit(_ count: Int) {
        precondition(count >= 0 && count <= capacity - end)
        end += count
    }

    func clear() {
        start = 0
        end = 0
    }

    /// Makes room for `extra` bytes by moving or by growing.
    @inline(__always)
    func reserve(_ extra: Int) {
        if capacity - end < extra { makeRoom(extra) }
    }

    @inline(never)
    private func makeRoom(_ extra: Int) {
        let count = self.count
        if capacity - count >= extra, start >= capacity / 2 {
            base.update(from: base + start, count: count)
        } else {
            let larger = max(capacity * 2, count + extra)
            let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
            memory.update(from: base + start, count: count)
            base.deallocate()
            base = memory
            capacity = larger
        }
        start = 0
        end = count
    }

    // MARK: Appending

    func append(_ byte: UInt8) {
        reserve(1)
        base[end] = byte
        end += 1
    }

    func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress, bytes.count > 0 else { return }
        reserve(bytes.count)
        memcpy(base + end, source, bytes.count)
        end += bytes.count
    }

    func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBufferPointer { append($0) }
    }

    func append(_ bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBufferPointer { append($0) }
    }

    @inline(__always)
    func append(_ text: StaticString) {
        append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends a field value; a control character, which would end or split the field, becomes a
    /// space.
    func append(fieldValue text: String) {
        var text = text
        text.withUTF8 { bytes in
            reserve(bytes.count)
            for byte in bytes {
                base[end] = isFieldByte(byte) ? byte : 0x20
                end += 1
            }
        }
    }

    func append(decimal value: Int) {
        precondition(value >= 0)
        reserve(20)
        var digits = 1
        var bound = 10
        while digits < 19, value >= bound {
            digits += 1
            bound = digits < 19 ? bound * 10 : .max
        }
        var rest = value
        var index = end + digits
        end = index
        repeat {
            index -= 1
            base[index] = UInt8(48 + rest % 10)
            rest /= 10
        } while rest > 0
    }

    func append(hexadecimal value: Int) {
        precondition(value >= 0)
        reserve(16)
        let digits = max(1, (67 - value.leadingZeroBitCount) / 4)
        for digit in stride(from: digits - 1, through: 0, by: -1) {
            let nibble = UInt8(truncatingIfNeeded: value >> (digit * 4)) & 15
            base[end] = nibble < 10 ? 48 + nibble : 87 + nibble
            end += 1
        }
    }
}

/// Spare buffers of the standard size, so that active connections share a few and idle ones have
/// none.
struct BufferPool {
    private var spare: [ByteBuffer] = []
    private let limit = 64

    mutating func take() -> ByteBuffer { spare.popLast() ?? ByteBuffer() }

    mutating func give(_ buffer: ByteBuffer) {
        guard buffer.capacity == ByteBuffer.standardCapacity, spare.count < limit else { return }
        buffer.clear()
        spare.append(buffer)
    }
}
