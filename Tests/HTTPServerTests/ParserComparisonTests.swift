import CHTTPParser
import Testing

@testable import HTTPServer

/// SplitMix64 with a fixed seed, so that a failing case comes again.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

/// Heads put together from likely and unlikely parts.
struct HeadGenerator {
    var random: SeededGenerator

    private static let methods = [
        "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "get", "TRACE", "BREW", "",
    ]
    private static let targets = [
        "/", "/a", "/a/b?c=d", "/%41", "/a%2fb", "*", "http://x/", "/a b", "/\u{7F}", "/ä", "/../a",
        "/a?b#c", "//a", "/a%", "/a?%zz", "/~a!$&'()*+,;=:@",
    ]
    private static let versions = [
        "HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/1.1 ", "X",
    ]
    private static let fields = [
        "Host: x", "Host: x", "Host: x", "Host : x", "Content-Length: 5", "Content-Length: 05",
        "Content-Length: +5", "Content-Length: 5, 5", "Transfer-Encoding: chunked",
        "Transfer-Encoding: CHUNKED", "Transfer-Encoding: gzip", "Connection: close",
        "Connection: keep-alive, x", "A: b", "A:", "A:\tb \t", "A", ": b", " folded", "\tfolded",
        "Ä: b", "A: \u{1}", "A: ä", "Content-Length: 99999999999999999999", "Expect: 100-continue",
        "Upgrade: h2c", "X-Long: \(String(repeating: "y", count: 300))",
    ]
    private static let ends = [
        "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\n", "\r", "",
    ]

    mutating func pick(_ from: [String]) -> String { from.randomElement(using: &random) ?? "" }

    mutating func head() -> [UInt8] {
        let isTame = Int.random(in: 0..<3, using: &random) > 0
        func end(_ pick: String) -> String { isTame ? "\r\n" : pick }
        var text = "\(pick(Self.methods)) \(pick(Self.targets)) \(pick(Self.versions))"
        text += end(pick(Self.ends))
        if isTame { text += "Host: example.org\r\n" }
        for _ in 0..<Int.random(in: 0..<4, using: &random) {
            let field = pick(Self.fields)
            if isTame, field.hasPrefix("Host") { continue }
            text += field + end(pick(Self.ends))
        }
        return Array((text + end(pick(Self.ends)) + "hello").utf8)
    }

    /// The same bytes with one to three changed, removed, doubled or inserted.
    mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        let likely: [UInt8] = [0, 9, 10, 13, 32, 35, 37, 44, 58, 63, 127, 255]
        for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
            let index = Int.random(in: bytes.indices, using: &random)
            let byte =
                Bool.random(using: &random)
                ? likely[Int.random(in: likely.indices, using: &random)]
                : UInt8.random(in: 0...255, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes[index] = byte
            case 1: bytes.remove(at: index)
            case 2: bytes.insert(byte, at: index)
            default: bytes.insert(bytes[index], at: index)
            }
        }
        return bytes
    }
}

@Suite struct `The request parser, compared` {
    @Test func `SEC-32 never accepts what an independent parser reads otherwise`() {
        var generator = HeadGenerator(random: SeededGenerator(state: 0xC0))
        var accepted = 0
        for _ in 0..<40_000 {
            var bytes = generator.head()
            if Bool.random(using: &generator.random) { bytes = generator.mutate(bytes) }
            guard
                case .accepted(let method, let target, let length, let isChunked, _) = Verdict(
                    bytes)
            else { continue }
            accepted += 1
            let other = judge(bytes)
            let shown = String(decoding: bytes, as: UTF8.self)
            #expect(
                other == "\(method) \(target) \(length) \(isChunked)", "\(shown.debugDescription)")
        }
        #expect(accepted > 500, "the corpus has too few good heads to prove anything")
    }

    @Test func `gives the same result however the bytes are split`() {
        var generator = HeadGenerator(random: SeededGenerator(state: 0xF0))
        for _ in 0..<3_000 {
            let bytes = generator.mutate(generator.head())
            let whole = Verdict(bytes)
            let splits = (0..<3).map { _ in
                Int.random(in: 0...bytes.count, using: &generator.random)
            }
            #expect(Verdict(bytes, splits: splits) == whole)
            if bytes.count < 120 {
                #expect(Verdict(bytes, splits: Array(0..<bytes.count)) == whole)
            }
        }
    }

    @Test func `decodes mutated chunks alike however they are split`() {
        var generator = HeadGenerator(random: SeededGenerator(state: 0xCC))
        let seed = Array("5;a=b\r\nhello\r\n10\r\n0123456789abcdef\r\n0\r\nA: b\r\n\r\n".utf8)
        for _ in 0..<3_000 {
            let bytes = generator.mutate(seed)
            let whole = decodeChunks(bytes, by: .max)
            for size in [1, 3] {
                let split = decodeChunks(bytes, by: size)
                #expect(split.content == whole.content && split.outcome == whole.outcome)
            }
        }
    }

    private func judge(_ bytes: [UInt8]) -> String {
        let verdict = UnsafeMutablePointer<courtyard_verdict>.allocate(capacity: 1)
        defer { verdict.deallocate() }
        bytes.withUnsafeBytes { raw in
            courtyard_judge(
                raw.baseAddress?.assumingMemoryBound(to: CChar.self), raw.count, verdict)
        }
        guard verdict.pointee.accepted == 1 else { return "refused" }
        func text<Tuple>(_ tuple: Tuple) -> String {
            withUnsafeBytes(of: tuple) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        }
        let target = withUnsafeBytes(of: &verdict.pointee.target) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        let method = text(verdict.pointee.method)
        return "\(method) \(target) \(verdict.pointee.length) \(verdict.pointee.is_chunked == 1)"
    }
}
