/// What a TZif file says (RFC 8536): transitions in the past, and a rule for what comes after them.
struct TZFile: Sendable {
    /// Unix seconds at which the clocks change, ascending.
    private var transitions: [Int] = []
    /// Seconds east of UTC from the transition of the same index on.
    private var offsets: [Int] = []
    /// Seconds east of UTC before the first transition.
    private var firstOffset = 0
    private var rule: POSIXTimeZone?

    /// Nil unless the bytes are a file of version 2 or later.
    init?(_ bytes: [UInt8]) {
        var reader = Reader(bytes: bytes)
        guard let first = reader.header(), first.version >= 2,
            reader.skip(first.dataByteCount(timeByteCount: 4)),
            let header = reader.header(), header.version >= 2, header.typeCount > 0
        else { return nil }

        var indices: [Int] = []
        for _ in 0..<header.transitionCount {
            guard let time = reader.integer(byteCount: 8) else { return nil }
            transitions.append(time)
        }
        for _ in 0..<header.transitionCount {
            guard let index = reader.integer(byteCount: 1) else { return nil }
            indices.append(index & 0xff)
        }
        var typeOffsets: [Int] = []
        for _ in 0..<header.typeCount {
            guard let offset = reader.integer(byteCount: 4), reader.skip(2),
                abs(offset) <= 26 * 3600
            else { return nil }
            typeOffsets.append(offset)
        }
        guard reader.skip(header.trailerByteCount), let footer = reader.footer(),
            indices.allSatisfy({ $0 < typeOffsets.count }),
            zip(transitions, transitions.dropFirst()).allSatisfy({ $0 < $1 })
        else { return nil }
        if !footer.isEmpty {
            guard let parsed = POSIXTimeZone(footer) else { return nil }
            rule = parsed
        }
        offsets = indices.map { typeOffsets[$0] }
        firstOffset = typeOffsets[0]
    }

    func offsetSeconds(at seconds: Int) -> Int {
        guard let last = transitions.last, seconds < last else {
            return rule?.offsetSeconds(at: seconds) ?? offsets.last ?? firstOffset
        }
        // The number of transitions at or before the instant, by bisection.
        var (low, high) = (0, transitions.count)
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle] <= seconds { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? firstOffset : offsets[low - 1]
    }

    /// The counts of RFC 8536 §3.1.
    private struct Header {
        var version: Int
        var utcIndicatorCount, standardIndicatorCount, leapSecondCount: Int
        var transitionCount, typeCount, designationByteCount: Int
        var timeByteCount = 8

        /// Bytes behind the local time types, with times of 8 bytes.
        var trailerByteCount: Int {
            designationByteCount + leapSecondCount * (timeByteCount + 4) + standardIndicatorCount
                + utcIndicatorCount
        }

        func dataByteCount(timeByteCount: Int) -> Int {
            var header = self
            header.timeByteCount = timeByteCount
            return transitionCount * (timeByteCount + 1) + typeCount * 6 + header.trailerByteCount
        }
    }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0

        mutating func skip(_ count: Int) -> Bool {
            guard count <= bytes.count - position else { return false }
            position += count
            return true
        }

        /// A signed big-endian integer.
        mutating func integer(byteCount: Int) -> Int? {
            let start = position
            guard skip(byteCount) else { return nil }
            var value = Int(Int8(bitPattern: bytes[start]))
            for byte in bytes[(start + 1)..<position] { value = value << 8 | Int(byte) }
            return value
        }

        mutating func header() -> Header? {
            let start = position
            guard skip(20), bytes[start..<(start + 4)].elementsEqual("TZif".utf8) else {
                return nil
            }
            let digit = bytes[start + 4] &- UInt8(ascii: "0")
            var counts: [Int] = []
            for _ in 0..<6 {
                guard let count = integer(byteCount: 4), 0...65_536 ~= count else { return nil }
                counts.append(count)
            }
            return Header(
                version: digit < 10 ? Int(digit) : 1, utcIndicatorCount: counts[0],
                standardIndicatorCount: counts[1], leapSecondCount: counts[2],
                transitionCount: counts[3], typeCount: counts[4], designationByteCount: counts[5])
        }

        /// The text between the last two line feeds.
        mutating func footer() -> ArraySlice<UInt8>? {
            let newline = UInt8(ascii: "\n")
            guard bytes.count - position >= 2, bytes[position] == newline, bytes.last == newline
            else { return nil }
            return bytes[(position + 1)..<(bytes.count - 1)]
        }
    }
}
