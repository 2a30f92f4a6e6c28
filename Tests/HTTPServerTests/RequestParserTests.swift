import HTTP
import Testing

@testable import HTTPServer

/// What the parser made of some bytes, in a form that can be compared.
enum Verdict: Equatable, CustomStringConvertible {
    case unfinished
    case refused(String)
    case accepted(method: String, target: String, length: Int, isChunked: Bool, taken: Int)

    var description: String {
        switch self {
        case .unfinished: "unfinished"
        case .refused(let name): name
        case .accepted(let method, let target, let length, let isChunked, let taken):
            "\(method) \(target) \(length) \(isChunked) \(taken)"
        }
    }

    /// Feeds `bytes` in pieces that end at `splits`.
    init(_ bytes: [UInt8], splits: [Int] = [], limits: ServerLimits = ServerLimits()) {
        var parser = RequestParser(limits: limits)
        for end in splits.sorted() + [bytes.count] {
            switch parser.parse(bytes.span.extracting(0..<end)) {
            case .needsMore: continue
            case .failed(let failure):
                self = .refused(Self.name(failure))
                return
            case .complete(let parsed):
                self = Verdict(parsed)
                return
            }
        }
        self = .unfinished
    }

    private init(_ parsed: ParsedHead) {
        let head = parsed.head
        var target = String(decoding: head.bytes[head.path], as: UTF8.self)
        if let query = head.query {
            target += "?" + String(decoding: head.bytes[query], as: UTF8.self)
        }
        var length = 0
        if case .length(let bytes) = parsed.framing { length = bytes }
        self = .accepted(
            method: head.method.rawValue, target: target, length: length,
            isChunked: parsed.framing == .chunked, taken: parsed.byteCount)
    }

    private static func name(_ failure: WireFailure) -> String {
        if case .malformed = failure { return "malformed" }
        return "\(failure)"
    }
}

/// Malformed and ambiguous heads: what the issue's "Bad input" names, and the smuggling set.
let refusedHeads: [(what: String, head: String, status: Int)] = [
    ("bare LF after the request line", "GET / HTTP/1.1\nHost: x\r\n\r\n", 400),
    ("bare LF after a field", "GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n", 400),
    ("bare LF as the empty line", "GET / HTTP/1.1\r\nHost: x\r\n\n", 400),
    ("bare CR in a field", "GET / HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n", 400),
    ("bare CR in the request line", "GET /\r HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ("obs-fold", "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n", 400),
    ("folded first field", "GET / HTTP/1.1\r\n Host: x\r\n\r\n", 400),
    ("space before the colon", "GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400),
    ("tab before the colon", "GET / HTTP/1.1\r\nHost\t: x\r\n\r\n", 400),
    ("empty field name", "GET / HTTP/1.1\r\nHost: x\r\n: b\r\n\r\n", 400),
    ("no colon", "GET / HTTP/1.1\r\nHost: x\r\nAbc\r\n\r\n", 400),
    ("separator in a name", "GET / HTTP/1.1\r\nHost: x\r\nA(b: c\r\n\r\n", 400),
    ("UTF-8 in a name", "GET / HTTP/1.1\r\nHost: x\r\nÄ: c\r\n\r\n", 400),
    ("NUL in a value", "GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n", 400),
    ("control character in a value", "GET / HTTP/1.1\r\nHost: x\r\nA: b\u{1}\r\n\r\n", 400),
    ("DEL in a value", "GET / HTTP/1.1\r\nHost: x\r\nA: b\u{7F}\r\n\r\n", 400),
    ("no Host", "GET / HTTP/1.1\r\n\r\n", 400),
    ("two Hosts", "GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", 400),
    ("empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400),
    ("Host with a path", "GET / HTTP/1.1\r\nHost: x/y\r\n\r\n", 400),
    ("Host with user", "GET / HTTP/1.1\r\nHost: a@x\r\n\r\n", 400),
    ("Host with two names", "GET / HTTP/1.1\r\nHost: x, y\r\n\r\n", 400),
    ("Host with a bad port", "GET / HTTP/1.1\r\nHost: x:99999\r\n\r\n", 400),
    ("Host with letters as port", "GET / HTTP/1.1\r\nHost: x:80a\r\n\r\n", 400),
    ("Host with an open bracket", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400),
    ("two equal lengths", post("Content-Length: 1\r\nContent-Length: 1"), 400),
    ("two unlike lengths", post("Content-Length: 1\r\nContent-Length: 2"), 400),
    ("length list", post("Content-Length: 1, 1"), 400),
    ("signed length", post("Content-Length: +1"), 400),
    ("negative length", post("Content-Length: -1"), 400),
    ("length with space inside", post("Content-Length: 1 1"), 400),
    ("hexadecimal length", post("Content-Length: 0x10"), 400),
    ("empty length", post("Content-Length:"), 400),
    ("overlong length", post("Content-Length: 99999999999999999999"), 400),
    ("both lengths", post("Content-Length: 5\r\nTransfer-Encoding: chunked"), 400),
    ("both lengths, other order", post("Transfer-Encoding: chunked\r\nContent-Length: 5"), 400),
    ("two codings fields", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: x"), 400),
    ("unknown coding", post("Transfer-Encoding: gzip, chunked"), 501),
    ("chunked twice", post("Transfer-Encoding: chunked, chunked"), 501),
    ("identity coding", post("Transfer-Encoding: identity"), 501),
    ("coding with a look-alike", post("Transfer-Encoding: xchunked"), 501),
    ("coding with vertical tab", post("Transfer-Encoding: \u{B}chunked"), 400),
    ("unknown expectation", post("Expect: 200-ok\r\nContent-Length: 1"), 417),
    ("HTTP/1.0", "GET / HTTP/1.0\r\nHost: x\r\n\r\n", 505),
    ("HTTP/2.0", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    ("HTTP/1.2", "GET / HTTP/1.2\r\nHost: x\r\n\r\n", 505),
    ("no version", "GET /\r\nHost: x\r\n\r\n", 400),
    ("lower-case version", "GET / http/1.1\r\nHost: x\r\n\r\n", 400),
    ("long version", "GET / HTTP/1.10\r\nHost: x\r\n\r\n", 400),
    ("space after the version", "GET / HTTP/1.1 \r\nHost: x\r\n\r\n", 400),
    ("two spaces", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ("leading space", " GET / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ("tab between", "GET\t/ HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ("two empty lines before", "\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ("lower-case method", "get / HTTP/1.1\r\nHost: x\r\n\r\n", 501),
    ("unknown method", "BREW / HTTP/1.1\r\nHost: x\r\n\r\n", 501),
    ("TRACE", "TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", 501),
    ("CONNECT", "CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n", 501),
    ("method with a separator", "GE(T / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ("absolute form", get("http://x/"), 400),
    ("asterisk with GET", get("*"), 400),
    ("authority form", get("x:80"), 400),
    ("empty target", "GET  HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ("fragment", get("/a#b"), 400),
    ("raw UTF-8", get("/ä"), 400),
    ("raw quote", get("/a\"b"), 400),
    ("backslash", get("/a\\b"), 400),
    ("control character", get("/a\u{1}b"), 400),
    ("half an escape", get("/a%4"), 400),
    ("no hexadecimal", get("/a%zz"), 400),
    ("bad escape in the query", get("/a?b=%4"), 400),
    ("NUL in the query", get("/a?b=%00"), 400),
    ("encoded slash", get("/a%2fb"), 400),
    ("encoded slash, upper case", get("/a%2Fb"), 400),
    ("encoded backslash", get("/a%5cb"), 400),
    ("encoded NUL", get("/a%00b"), 400),
    ("encoded line feed", get("/a%0ab"), 400),
    ("encoded dots", get("/%2e%2e/a"), 400),
    ("half encoded dots", get("/.%2e/a"), 400),
    ("dot segment", get("/a/./b"), 400),
    ("dot dot segment", get("/a/../b"), 400),
    ("dot dot at the end", get("/a/.."), 400),
    ("dot at the end", get("/."), 400),
    ("overlong target", get("/" + String(repeating: "a", count: 8_192)), 414),
    ("overlong field", get("/").replacingEnd("A: \(String(repeating: "a", count: 17_000))"), 431),
    (
        "too many fields",
        get("/").replacingEnd((0..<100).map { "A\($0): b" }.joined(separator: "\r\n")), 431
    ),
]

private func post(_ fields: String) -> String {
    "POST /echo HTTP/1.1\r\nHost: x\r\n\(fields)\r\n\r\n"
}

private func get(_ target: String) -> String {
    "GET \(target) HTTP/1.1\r\nHost: x\r\n\r\n"
}

extension String {
    fileprivate func replacingEnd(_ fields: String) -> String {
        String(dropLast(1)) + "\(fields)\r\n\r\n"
    }
}

private let names: [Int: String] = [
    400: "malformed", 414: "targetTooLong", 417: "expectationFailed", 431: "headTooLarge",
    501: "notImplemented", 505: "unsupportedVersion",
]

@Suite struct `The request parser` {
    @Test(arguments: refusedHeads.indices)
    func `refuses`(_ index: Int) {
        let (what, head, status) = refusedHeads[index]
        #expect(Verdict(Array(head.utf8)) == .refused(names[status]!), "\(what)")
    }

    @Test(arguments: [
        (get("/"), "GET", "/"), (get("//"), "GET", "//"),
        (get("/a/b%20c?d=e%2ff&g[h]=i"), "GET", "/a/b%20c?d=e%2ff&g[h]=i"),
        (get("/a?"), "GET", "/a?"), (get("/.well-known/x..y/..."), "GET", "/.well-known/x..y/..."),
        ("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "OPTIONS", "*"),
        ("\r\n" + get("/"), "GET", "/"),
        ("DELETE /a HTTP/1.1\r\nhOsT:x:80\r\nA:\r\nB: \tc\t \r\n\r\n", "DELETE", "/a"),
        ("GET / HTTP/1.1\r\nHost: [2001:db8::1]:8080\r\n\r\n", "GET", "/"),
        ("GET / HTTP/1.1\r\nHost: x\r\nX-Name: Zoë\r\n\r\n", "GET", "/"),
    ])
    func `accepts`(_ head: String, _ method: String, _ target: String) {
        let bytes = Array(head.utf8)
        #expect(
            Verdict(bytes)
                == .accepted(
                    method: method, target: target, length: 0, isChunked: false,
                    taken: bytes.count))
    }

    @Test func `takes exactly one head and finds its length`() {
        let bytes = Array((post("Content-Length: 12") + "GET ").utf8)
        #expect(
            Verdict(bytes)
                == .accepted(
                    method: "POST", target: "/echo", length: 12, isChunked: false,
                    taken: bytes.count - 4))
    }

    @Test func `trims values and keeps names`() throws {
        var parser = RequestParser(limits: ServerLimits())
        let text = Array(
            "GET / HTTP/1.1\r\nHost: x\r\nAuthorization: \t Bearer a b \t\r\n\r\n".utf8)
        guard case .complete(let parsed) = parser.parse(text.span) else {
            Issue.record("not complete")
            return
        }
        #expect(parsed.head.string(.authorization) == "Bearer a b")
        #expect(parsed.head.count(of: .host) == 1)
    }

    @Test(arguments: FieldName.allCases)
    func `recognises every field in any case`(_ name: FieldName) {
        for text in [name.rawValue, name.rawValue.uppercased()] {
            let bytes = Array(text.utf8)
            #expect(FieldName.recognised(bytes.span, 0..<bytes.count) == name)
        }
        let longer = Array((name.rawValue + "x").utf8)
        #expect(FieldName.recognised(longer.span, 0..<longer.count) == nil)
    }

    @Test func `says close only for the option close`() {
        for (value, persists) in [("close", false), ("Keep-Alive, CLOSE", false), ("closed", true)]
        {
            var parser = RequestParser(limits: ServerLimits())
            let text = Array("GET / HTTP/1.1\r\nHost: x\r\nConnection: \(value)\r\n\r\n".utf8)
            guard case .complete(let parsed) = parser.parse(text.span) else {
                Issue.record("not complete")
                continue
            }
            #expect(parsed.isPersistent == persists)
        }
    }
}
