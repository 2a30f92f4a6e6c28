import CLinux

// Character classes of RFC 9110 §5.6.2, RFC 9112 and RFC 3986, as bit sets over the ASCII range.

private struct ASCIISet {
    private let low: UInt64
    private let high: UInt64

    init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        let word = byte < 64 ? low : high
        return byte < 128 && word >> UInt64(byte & 63) & 1 == 1
    }
}

/// `tchar`: letters, digits and ``!#$%&'*+-.^_`|~``.
@inline(__always)
func isTokenByte(_ byte: UInt8) -> Bool {
    ASCIISet(low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE).contains(byte)
}

/// What may stand in a field value: visible characters, space, tab, and bytes beyond ASCII.
@inline(__always)
func isFieldByte(_ byte: UInt8) -> Bool {
    byte >= 0x20 ? byte != 0x7F : byte == 0x09
}

/// `pchar` and `/` of RFC 3986 §3.3 without the percent sign.
@inline(__always)
func isPathByte(_ byte: UInt8) -> Bool {
    ASCIISet(low: 0x2FFF_FFD2_0000_0000, high: 0x47FF_FFFE_87FF_FFFF).contains(byte)
}

/// The path characters, `?`, and those that browsers leave unescaped in a query: ``[]^`{|}``.
@inline(__always)
func isQueryByte(_ byte: UInt8) -> Bool {
    ASCIISet(low: 0xAFFF_FFD2_0000_0000, high: 0x7FFF_FFFF_EFFF_FFFF).contains(byte)
}

/// Letters, digits, dot, dash and underscore: what host names are made of.
@inline(__always)
func isHostNameByte(_ byte: UInt8) -> Bool {
    isDigit(byte) || isLetter(byte) || byte == 0x2D || byte == 0x2E || byte == 0x5F
}

@inline(__always)
func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

@inline(__always)
func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

@inline(__always)
func isSpaceOrTab(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

@inline(__always)
func hexadecimalValue(_ byte: UInt8) -> UInt8? {
    if isDigit(byte) { return byte - 0x30 }
    let letter = (byte | 0x20) &- 0x61
    return letter < 6 ? letter + 10 : nil
}

extension Span where Element == UInt8 {
    /// The place of the first line feed at or after `start`.
    @inline(__always)
    func firstLineFeed(from start: Int) -> Int? {
        withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress, start < bytes.count,
                let found = memchr(base + start, 0x0A, bytes.count - start)
            else { return nil }
            return UnsafeRawPointer(found) - UnsafeRawPointer(base)
        }
    }

    /// Whether the bytes of `range` are `text`, which is lower-case, in any case.
    @inline(__always)
    func equals(_ range: Range<Int>, ignoringCase text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        let expected = text.utf8Start
        for offset in 0..<range.count {
            let byte = self[range.lowerBound + offset]
            let lower = byte &- 0x41 < 26 ? byte | 0x20 : byte
            if lower != expected[offset] { return false }
        }
        return true
    }

    /// `range` without spaces and tabs at its ends.
    @inline(__always)
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var lower = range.lowerBound
        var upper = range.upperBound
        while lower < upper, isSpaceOrTab(self[lower]) { lower += 1 }
        while lower < upper, isSpaceOrTab(self[upper - 1]) { upper -= 1 }
        return lower..<upper
    }

    func array(_ range: Range<Int>) -> [UInt8] {
        withUnsafeBufferPointer { Array($0[range]) }
    }
}

extension Span where Element == UInt8 {
    /// Whether the bytes of `range` are exactly `text`.
    @inline(__always)
    func isExactly(_ text: StaticString, at range: Range<Int>) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        let expected = text.utf8Start
        for offset in 0..<range.count where self[range.lowerBound + offset] != expected[offset] {
            return false
        }
        return true
    }
}
