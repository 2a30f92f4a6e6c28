import Testing
import Values

private func written(_ body: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    body(&writer)
    return String(decoding: writer.bytes, as: UTF8.self)
}

@Suite struct `JSON is written` {
    @Test func `with commas and colons in their places`() {
        let text = written { json in
            json.beginObject()
            json.key("a")
            json.beginArray()
            json.endArray()
            json.key("b")
            json.beginArray()
            json.integer(1)
            json.beginObject()
            json.endObject()
            json.bool(true)
            json.null()
            json.endArray()
            json.key("c d" as String)
            json.raw("[1]" as StaticString)
            json.key("d")
            json.raw(Array("2".utf8))
            json.key("e")
            json.string("")
            json.endObject()
        }
        #expect(text == #"{"a":[],"b":[1,{},true,null],"c d":[1],"d":2,"e":""}"#)
    }

    @Test func `with ids and instants as text`() throws {
        let id = try #require(ID("0192f3a4-5b6c-7d8e-9fa0-b1c2d3e4f506"))
        let text = written { json in
            json.beginArray()
            json.id(id)
            json.instant(Instant(microseconds: 0))
            json.endArray()
        }
        #expect(text == "[\"\(id)\",\"1970-01-01T00:00:00.000Z\"]")
    }

    @Test(
        arguments: [
            (0, "0"), (-1, "-1"), (10, "10"), (1234567890, "1234567890"),
            (Int64.max, "9223372036854775807"), (Int64.min, "-9223372036854775808"),
        ] as [(Int64, String)])
    func `with integers`(_ value: Int64, _ text: String) {
        #expect(written { $0.integer(value) } == text)
    }

    @Test func `with doubles that read back the same`() throws {
        for value in [0.1, -2.5, 1e16, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 100, -0.0]
            as [Double]
        {
            let text = written { $0.number(value) }
            guard case .number(let read) = try JSON.parse(Array(text.utf8)) else {
                Issue.record("\(text) is no number")
                continue
            }
            #expect(read == value && read.sign == value.sign)
        }
        for value in [Double.nan, .infinity, -.infinity] {
            #expect(written { $0.number(value) } == "null")
        }
    }

    @Test(
        "1.2.1: strings are escaped",
        arguments: [
            ("\"\\/", #""\"\\/""#),
            ("\u{8}\u{c}\n\r\t\0\u{1f}\u{7f}", "\"\\b\\f\\n\\r\\t\\u0000\\u001f\u{7f}\""),
            ("a\u{2028}b\u{2029}", "\"a\\u2028b\\u2029\""), ("’“€…", "\"’“€…\""), ("é😀", "\"é😀\""),
            ("</script>", "\"</script>\""), ("\u{202a}\u{2027}", "\"\u{202a}\u{2027}\""),
        ])
    func escaping(_ value: String, _ text: String) {
        #expect(written { $0.string(value) } == text)
        #expect(written { $0.key(value) } == text + ":")
    }

    @Test func `with escapes at every place of a long text`() throws {
        let specials = [
            "\"", "\\", "\n", "\0", "\u{2028}", "\u{2029}", "é", "’", "😀", "!", "\u{1f}",
        ]
        for special in specials {
            for length in 0..<20 {
                for place in 0...length {
                    let text =
                        String(repeating: "a", count: place) + special
                        + String(repeating: "~", count: length - place) + special
                    let bytes = JSON.string(text).serialized
                    #expect(try JSON.parse(bytes) == .string(text))
                    let isRaw = bytes.contains { $0 < 0x20 }
                    #expect(!isRaw)
                }
            }
        }
    }

    @Test func `from a value, and read back equal`() throws {
        let value: JSON = ["a": [1, 2.5, "x\n", nil, true], "b": ["c": [:]], "d": []]
        #expect(try JSON.parse(value.serialized) == value)
    }

    @Test func `of more bytes than were reserved`() {
        var writer = JSONWriter(capacity: 1)
        writer.beginArray()
        for _ in 0..<1_000 { writer.string("\u{1}") }
        writer.endArray()
        let element = #""\u0001""#
        let wanted = "[" + Array(repeating: element, count: 1_000).joined(separator: ",") + "]"
        #expect(String(decoding: writer.bytes, as: UTF8.self) == wanted)
    }
}
