/// The header that a TCP proxy puts before a connection to name its client: the PROXY protocol,
/// versions 1 (text) and 2 (binary), as HAProxy has specified it.
///
/// It is read only from configured addresses, and there it must come.
enum ProxyHeader {
    enum Step: Equatable {
        case needsMore
        case malformed
        /// The client's address, or nil if the proxy speaks for itself or does not know it.
        case complete(client: IPAddress?, byteCount: Int)
    }

    /// More bytes than this are refused; version 1 has at most 107.
    static let longestBytes = 2_048

    private static let signature: [UInt8] = [
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
    ]

    /// Reads `bytes`, all that the connection has brought so far.
    static func parse(_ bytes: Span<UInt8>) -> Step {
        guard bytes.count > 0 else { return .needsMore }
        return bytes[0] == 0x50 ? parseText(bytes) : parseBinary(bytes)
    }

    private static func parseText(_ bytes: Span<UInt8>) -> Step {
        guard let lineFeed = bytes.firstLineFeed(from: 0) else {
            return bytes.count < 107 ? .needsMore : .malformed
        }
        guard lineFeed < 107, lineFeed > 0, bytes[lineFeed - 1] == 0x0D else { return .malformed }
        let line = String(decoding: bytes.array(0..<(lineFeed - 1)), as: UTF8.self)
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count >= 2, words[0] == "PROXY" else { return .malformed }
        if words[1] == "UNKNOWN" { return .complete(client: nil, byteCount: lineFeed + 1) }
        guard words.count == 6, words[1] == "TCP4" || words[1] == "TCP6",
            let client = IPAddress(String(words[2])), IPAddress(String(words[3])) != nil,
            client.isV4 == (words[1] == "TCP4"), UInt16(words[4]) != nil, UInt16(words[5]) != nil
        else { return .malformed }
        return .complete(client: client, byteCount: lineFeed + 1)
    }

    private static func parseBinary(_ bytes: Span<UInt8>) -> Step {
        for index in 0..<min(bytes.count, signature.count)
        where bytes[index] != signature[index] { return .malformed }
        guard bytes.count >= 16 else { return .needsMore }
        let length = Int(bytes[14]) << 8 | Int(bytes[15])
        guard bytes[12] >> 4 == 2, bytes[12] & 15 <= 1, 16 + length <= longestBytes else {
            return .malformed
        }
        guard bytes.count >= 16 + length else { return .needsMore }
        let isLocal = bytes[12] & 15 == 0
        switch bytes[13] {
        case _ where isLocal: return .complete(client: nil, byteCount: 16 + length)
        case 0x11:
            guard length >= 12 else { return .malformed }
            let client = IPAddress(v4: UInt32(number(bytes, at: 16, count: 4)))
            return .complete(client: client, byteCount: 16 + length)
        case 0x21:
            guard length >= 36 else { return .malformed }
            let client = IPAddress(
                high: number(bytes, at: 16, count: 8), low: number(bytes, at: 24, count: 8))
            return .complete(client: client, byteCount: 16 + length)
        default: return .complete(client: nil, byteCount: 16 + length)
        }
    }

    private static func number(_ bytes: Span<UInt8>, at start: Int, count: Int) -> UInt64 {
        (start..<(start + count)).reduce(UInt64(0)) { $0 << 8 | UInt64(bytes[$1]) }
    }
}
