import Testing
import Values

@Suite struct `Base 64` {
    static let vectors = [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ]

    @Test(arguments: vectors)
    func `follows RFC 4648`(_ plain: String, _ text: String) {
        #expect(Base64.encode(Array(plain.utf8)) == text)
        #expect(Base64.decode(text) == Array(plain.utf8))
        let unpadded = text.filter { $0 != "=" }
        #expect(Base64URL.encode(Array(plain.utf8)) == unpadded)
        #expect(Base64URL.decode(unpadded) == Array(plain.utf8))
    }

    @Test func `has its two alphabets`() {
        #expect(Base64.encode([0xfb, 0xff]) == "+/8=")
        #expect(Base64URL.encode([0xfb, 0xff]) == "-_8")
        #expect(Base64.decode("-_8=") == nil)
        #expect(Base64URL.decode("+/8") == nil)
    }

    @Test(
        "1.1.1: only the one text of some bytes is read",
        arguments: [
            "Zg=", "Zg", "Zg===", "Z", "Zh==", "Zm9=", "Zg==Zg==", "=", "====", "Zm 9", "Zm9v\n",
            "Zm9vé", "Z===", "Zm=v",
        ])
    func strictness(_ text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test(
        "1.1.1: only the one text of some bytes is read, without padding",
        arguments: ["Zg==", "Z", "Zh", "Zm9vY", "Zm9", "Zm9v=", " Zg", "Zm9vYmF"])
    func strictnessWithoutPadding(_ text: String) {
        #expect(Base64URL.decode(text) == nil)
    }

    @Test func `reads back what it writes, at every length`() {
        for count in 0..<100 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + count) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        }
    }
}

@Suite struct `Hexadecimal and base 62` {
    @Test func `hexadecimal is written in lower case and read in either`() {
        let bytes = (0...255).map { UInt8($0) }
        #expect(Hex.decode(Hex.encode(bytes)) == bytes)
        #expect(Hex.decode(Hex.encode(bytes).uppercased()) == bytes)
        #expect(Hex.encode([0x0a, 0xff]) == "0aff")
        for text in ["a", "0g", " 0", "0x", "é"] { #expect(Hex.decode(text) == nil) }
    }

    @Test func `base 62 fills its width`() {
        func text(_ bytes: [UInt8], _ width: Int) -> String {
            var output: [UInt8] = []
            Base62.append(bytes, width: width, to: &output)
            return String(decoding: output, as: UTF8.self)
        }
        #expect(text([0], 3) == "000")
        #expect(text([61], 1) == "z")
        #expect(text([62], 2) == "10")
        #expect(text([0xff, 0xff, 0xff, 0xff], 6) == "4gfFC3")
        #expect(text([UInt8](repeating: 0xff, count: 32), 43).count == 43)
    }
}

@Suite struct `Percent-encoding` {
    @Test(
        "1.1.1: it is decoded once",
        arguments: [
            ("", ""), ("abc", "abc"), ("a%20b", "a b"), ("a+b", "a+b"), ("%2e%2E%2f", "../"),
            ("%252e", "%2e"), ("%C3%A9", "é"), ("é", "é"), ("%00", "\0"), ("%25", "%"),
        ])
    func decoding(_ text: String, _ value: String) {
        #expect(PercentEncoding.decode(text) == value)
    }

    @Test(arguments: [
        "%", "%2", "a%", "%zz", "%2g", "%%41", "%C3", "%C0%AF", "%ED%A0%80", "%FF", "% 1",
    ])
    func `is refused where it is malformed or no UTF-8`(_ text: String) {
        #expect(PercentEncoding.decode(text) == nil)
        #expect(Query.parse("a=" + text) == nil)
        #expect(Query.parse(text) == nil)
    }

    @Test func `is written so that it reads back`() {
        let text = "a b/ü?&=%+#😀~-._\0"
        #expect(PercentEncoding.encode("a b/ü") == "a%20b%2F%C3%BC")
        #expect(PercentEncoding.decode(PercentEncoding.encode(text)) == text)
        #expect(Query.parse("x=" + PercentEncoding.encode(text))?.first?.value == text)
    }

    @Test func `of a query gives names and values in order`() throws {
        let query = try #require(Query.parse("a=1&b=x+y%2B&a=2&c&=d&&e=f=g&%C3%A9=%26"))
        #expect(query.map(\.name) == ["a", "b", "a", "c", "", "e", "é"])
        #expect(query.map(\.value) == ["1", "x y+", "2", "", "d", "f=g", "&"])
        #expect(try #require(Query.parse("")).isEmpty)
    }
}
