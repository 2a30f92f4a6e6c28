import HTTP
import Testing

@testable import HTTPServer

/// The decoded content, or nil for a failure, when `bytes` come in pieces of `size`.
func decodeChunks(
    _ bytes: [UInt8], by size: Int, limits: ServerLimits = ServerLimits()
) -> (content: [UInt8], outcome: String) {
    var decoder = ChunkedDecoder(limits: limits)
    var content: [UInt8] = []
    var start = 0
    while start < bytes.count {
        let piece = Array(bytes[start..<min(bytes.count, start + size)])
        var index = 0
        loop: while true {
            switch decoder.next(piece.span, from: &index) {
            case .needsMore: break loop
            case .content(let range): content += piece[range]
            case .end: return (content, "end at \(start + index)")
            case .failed(.malformed): return (content, "malformed")
            case .failed(let failure): return (content, "\(failure)")
            }
        }
        start += piece.count
    }
    return (content, "unfinished")
}

@Suite struct `The chunked decoder` {
    @Test(arguments: [
        ("5\r\nhello\r\n0\r\n\r\n", "hello"), ("0\r\n\r\n", ""),
        ("1;a=b;c=\"d\"\r\nx\r\n000\r\n\r\n", "x"),
        ("A\r\n0123456789\r\na\r\nabcdefghij\r\n0\r\n\r\n", "0123456789abcdefghij"),
        ("1\r\nx\r\n0\r\nTrailer: yes\r\nOther: \r\n\r\n", "x"),
    ])
    func `reads`(_ text: String, _ content: String) {
        let bytes = Array((text + "GET /").utf8)
        for size in [1, 2, 3, 7, 1_000] {
            let result = decodeChunks(bytes, by: size)
            #expect(result.content == Array(content.utf8))
            #expect(result.outcome == "end at \(bytes.count - 5)")
        }
    }

    @Test(arguments: [
        "\r\n", "g\r\n", "5 \r\nhello\r\n", " 5\r\nhello\r\n", "0x5\r\nhello\r\n", "-1\r\n",
        "+5\r\n",
        "5\nhello\r\n", "5\r\nhello\n0\r\n\r\n", "5\r\nhelloX\r\n", "5\r\nhell\r\n0\r\n\r\n",
        "00000000000000001\r\nx\r\n", "ffffffffffffffff\r\n", "8000000000000000\r\n",
        "5;a\u{1}b\r\nhello\r\n",
        "5;a\nhello\r\n", "0\r\n\n", "0\r\nA b: c\r\n\r\n", "0\r\n: c\r\n\r\n",
        "0\r\nA: b\nC: d\r\n\r\n",
        "0\r\n A: b\r\n\r\n", "5\r\rhello\r\n",
    ])
    func `refuses`(_ text: String) {
        for size in [1, 2, 1_000] {
            #expect(decodeChunks(Array(text.utf8), by: size).outcome == "malformed")
        }
    }

    @Test func `bounds extensions and trailers`() {
        let long = String(repeating: "a", count: 5_000)
        #expect(
            decodeChunks(Array("1;\(long)\r\nx\r\n0\r\n\r\n".utf8), by: 100).outcome == "malformed")
        let manyExtensions = String(repeating: "1;\(long.prefix(200))\r\nx\r\n", count: 10)
        #expect(decodeChunks(Array(manyExtensions.utf8), by: 100).outcome == "malformed")
        #expect(
            decodeChunks(Array("0\r\nA: \(long)\r\n\r\n".utf8), by: 100).outcome == "headTooLarge")
    }
}
