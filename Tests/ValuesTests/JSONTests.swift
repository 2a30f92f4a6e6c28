import Testing

@testable import Values

private func parse(_ text: String, limits: JSON.Limits = JSON.Limits()) throws -> JSON {
    try JSON.parse(Array(text.utf8), limits: limits)
}

private func failure(_ text: String) -> JSON.Failure? {
    failure(Array(text.utf8))
}

private func failure(_ bytes: [UInt8]) -> JSON.Failure? {
    do throws(JSON.Failure) {
        _ = try JSON.parse(bytes)
        return nil
    } catch {
        return error
    }
}

@Suite struct `JSON is read` {
    @Test func `as a value of its kind`() throws {
        #expect(try parse("null") == .null)
        #expect(try parse(" \t\r\n true ") == true)
        #expect(try parse("false") == false)
        #expect(try parse("[]") == [])
        #expect(try parse("{}") == .object([]))
        #expect(try parse("\"\"") == "")
        #expect(try parse("[1, [2], {\"a\" : [ ]}]") == [1, [2], ["a": []]])
        #expect(try parse("{\"b\":1,\"a\":null}") == ["b": 1, "a": nil])
    }

    @Test func `with look-up of members`() throws {
        let value = try parse(#"{"name":"Ana","age":7,"tags":["x"],"on":true}"#)
        #expect(value["name"]?.stringValue == "Ana")
        #expect(value["age"]?.integerValue == 7)
        #expect(value["tags"]?.arrayValue == ["x"])
        #expect(value["on"]?.boolValue == true)
        #expect(value["none"] == nil)
        #expect(JSON.null["name"] == nil)
    }

    @Test(arguments: [
        ("0", JSON.integer(0)), ("-1", .integer(-1)), ("10", .integer(10)),
        ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("9223372036854775808", .number(9_223_372_036_854_775_808)),
        ("-9223372036854775809", .number(-9_223_372_036_854_775_808)),
        ("0.5", .number(0.5)), ("1e2", .number(100)), ("1E+2", .number(100)),
        ("-1.5e-1", .number(-0.15)), ("1.0", .number(1)), ("1e-400", .number(0)),
        ("1.7976931348623157e308", .number(.greatestFiniteMagnitude)),
    ])
    func `with numbers of both kinds`(_ text: String, _ value: JSON) throws {
        #expect(try parse(text) == value)
    }

    @Test func `with minus zero as a double`() throws {
        guard case .number(let value) = try parse("-0") else {
            Issue.record("-0 is no integer")
            return
        }
        #expect(value.sign == .minus && value == 0)
    }

    @Test(arguments: [
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"), (#""\u00e9\u00E9""#, "éé"),
        (#""\ud83d\ude00!""#, "😀!"), (#""a\u0000b""#, "a\0b"), ("\"é😀\u{7f}\"", "é😀\u{7f}"),
        (#""\uFFFF\uE000\uD7FF""#, "\u{ffff}\u{e000}\u{d7ff}"), (#""x\ny\\""#, "x\ny\\"),
        (#""\uDBFF\uDFFF""#, "\u{10ffff}"),
    ])
    func `with escapes decoded once`(_ text: String, _ value: String) throws {
        #expect(
            try parse(text).stringValue?.unicodeScalars.elementsEqual(value.unicodeScalars) == true)
    }

    @Test func `of the greatest depth and no deeper`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try parse(nested(32))
        #expect(failure(nested(33)) == .init(offset: 32, reason: .tooDeep))
        #expect(failure(String(repeating: "{\"a\":", count: 33))?.reason == .tooDeep)
        _ = try parse("[" + Array(repeating: "[[]]", count: 100).joined(separator: ",") + "]")
    }

    @Test func `up to a number of values`() throws {
        let limits = JSON.Limits(values: 4)
        _ = try parse("[1,2,3]", limits: limits)
        #expect(throws: JSON.Failure(offset: 7, reason: .tooManyValues)) {
            try parse("[1,2,3,4]", limits: limits)
        }
    }
}

@Suite struct `JSON is refused` {
    typealias Reason = JSON.Failure.Reason

    @Test(
        arguments: [
            ("", 0, .unexpectedEnd), ("  ", 2, .unexpectedEnd), ("nul", 3, .unexpectedEnd),
            ("nulL", 3, .unexpectedByte), ("True", 0, .unexpectedByte),
            ("[1,]", 3, .unexpectedByte),
            ("[1 2]", 3, .unexpectedByte), ("[", 1, .unexpectedEnd), ("[1", 2, .unexpectedEnd),
            ("]", 0, .unexpectedByte), ("{\"a\"}", 4, .unexpectedByte),
            ("{\"a\":}", 5, .unexpectedByte),
            ("{\"a\":1,}", 7, .unexpectedByte), ("{a:1}", 1, .unexpectedByte),
            ("{", 1, .unexpectedEnd),
            ("{1:2}", 1, .unexpectedByte), ("{\"a\":1]", 6, .unexpectedByte),
            ("[1}", 2, .unexpectedByte),
            ("1 2", 2, .trailingBytes), ("{}x", 2, .trailingBytes), ("null\0", 4, .trailingBytes),
            ("'a'", 0, .unexpectedByte), ("// x\n1", 0, .unexpectedByte),
            ("\u{feff}1", 0, .unexpectedByte),
            ("\u{a0}1", 0, .unexpectedByte), ("NaN", 0, .unexpectedByte),
            ("Infinity", 0, .unexpectedByte),
        ] as [(String, Int, Reason)])
    func `where the grammar is broken`(_ text: String, offset: Int, reason: Reason) {
        #expect(failure(text) == JSON.Failure(offset: offset, reason: reason))
    }

    @Test(
        arguments: [
            ("01", .malformedNumber), ("-", .unexpectedEnd), ("-a", .malformedNumber),
            ("1.", .unexpectedEnd), ("1.e1", .malformedNumber), ("1e", .unexpectedEnd),
            ("1e+", .unexpectedEnd), ("+1", .unexpectedByte), (".5", .unexpectedByte),
            ("-01", .malformedNumber), ("00", .malformedNumber), ("0x10", .trailingBytes),
            ("1e309", .numberOutOfRange), ("-1e309", .numberOutOfRange), ("1_0", .trailingBytes),
            ("1" + String(repeating: "0", count: 400), .numberOutOfRange),
        ] as [(String, Reason)])
    func `where a number is wrong`(_ text: String, reason: Reason) {
        #expect(failure(text)?.reason == reason)
    }

    @Test(
        arguments: [
            ("\"a", .unexpectedEnd), ("\"a\nb\"", .controlCharacter), ("\"\0\"", .controlCharacter),
            ("\"\u{1f}\"", .controlCharacter), (#""\x""#, .malformedEscape),
            (#""\"#, .unexpectedEnd),
            (#""\u12""#, .malformedEscape), (#""\u12g4""#, .malformedEscape),
            (#""\u12"#, .unexpectedEnd),
            (#""\ud800""#, .loneSurrogate), (#""\ud800\n""#, .loneSurrogate),
            (#""\udc00""#, .loneSurrogate),
            (#""\ud800\ud800""#, .loneSurrogate), (#""\ud800\u0041""#, .loneSurrogate),
            (#""\U0041""#, .malformedEscape), (#""\n"#, .unexpectedEnd),
            ("\"\\\n\"", .malformedEscape),
            ("\"\\n\n\"", .controlCharacter),
        ] as [(String, Reason)])
    func `where a string is wrong`(_ text: String, reason: Reason) {
        #expect(failure(text)?.reason == reason)
    }

    @Test(
        arguments: [
            [0x80], [0xc0, 0x80], [0xc3], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80],
            [0xe2, 0x82], [0xff], [0xf8, 0x88, 0x80, 0x80, 0x80], [0xe0, 0x80, 0xaf],
        ] as [[UInt8]])
    func `where bytes are not UTF-8`(_ bytes: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        #expect(failure([quote] + bytes + [quote])?.reason == .invalidUTF8)
        #expect(failure(Array(#""\n"#.utf8) + bytes + [quote])?.reason == .invalidUTF8)
        #expect(failure(Array("{\"".utf8) + bytes + Array("\":1}".utf8))?.reason == .invalidUTF8)
    }

    @Test func `where a member occurs twice`() {
        #expect(failure(#"{"a":1,"a":2}"#) == .init(offset: 7, reason: .duplicateMember))
        #expect(failure(#"{"a":1,"\u0061":2}"#)?.reason == .duplicateMember)
        #expect(failure(#"{"é":1,"e\u0301":2}"#)?.reason == .duplicateMember)
        let many = (0..<40).map { "\"m\($0)\":\($0)" }
        #expect(failure("{" + many.joined(separator: ",") + "}") == nil)
        for twice in [0, 11, 12, 39] {
            let text = "{" + (many + ["\"m\(twice)\":0"]).joined(separator: ",") + "}"
            #expect(failure(text)?.reason == .duplicateMember)
        }
        #expect(failure(#"[{"a":1},{"a":1},{"b":{"a":1}}]"#) == nil)
    }

    @Test func `at every cut of a text that was whole`() throws {
        let whole = Array(#"{"a":[1.5e3,"x\u00e9\ud83d\ude00",true],"b":{"c":null}}"#.utf8)
        _ = try JSON.parse(whole)
        for count in 0..<whole.count {
            #expect(failure(Array(whole[..<count])) != nil)
        }
    }

    @Test func `or read, but never crashes, on any bytes`() {
        var random = SystemRandomNumberGenerator()
        let alphabet =
            Array(#"{}[]",:\u0123abcdef-+.eE tnrslx"#.utf8) + [0, 0x80, 0xc3, 0xe2, 0xff]
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...24, using: &random)
            let bytes = (0..<count).map { _ in alphabet.randomElement(using: &random) ?? 0 }
            if let value = try? JSON.parse(bytes) {
                #expect((try? JSON.parse(value.serialized)) == value)
            }
        }
    }
}
