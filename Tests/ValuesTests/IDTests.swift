import Testing
import Values

@Suite struct `An id` {
    let text = "0192f3a4-5b6c-7d8e-9fa0-b1c2d3e4f506"

    @Test func `reads and writes its text`() throws {
        let id = try #require(ID(text))
        #expect(id.high == 0x0192_f3a4_5b6c_7d8e)
        #expect(id.low == 0x9fa0_b1c2_d3e4_f506)
        #expect(id.description == text)
        #expect(ID(text.uppercased()) == id)
        #expect(ID(utf8: Array(text.utf8)) == id)
        #expect(ID(utf8: text.utf8.reversed().reversed() as [UInt8]) == id)
        #expect(ID(utf8: AnyCollection(text.utf8)) == id)
        var output = Array("x".utf8)
        id.write(to: &output)
        #expect(output == Array(("x" + text).utf8))
    }

    @Test func `writes every digit in its place`() throws {
        for shift in 0..<32 {
            let word: UInt64 = 0xfedc_ba98_7654_3210
            let id = ID(high: word << (shift * 2) | 1, low: word >> (shift * 2))
            #expect(ID(id.description) == id)
        }
        #expect(ID(high: 0, low: 0).description == "00000000-0000-0000-0000-000000000000")
        #expect(ID(high: .max, low: .max).description == "ffffffff-ffff-ffff-ffff-ffffffffffff")
    }

    @Test(
        "OV-22: a malformed id is refused",
        arguments: [
            "", "0192f3a4-5b6c-7d8e-9fa0-b1c2d3e4f50", "0192f3a4-5b6c-7d8e-9fa0-b1c2d3e4f5066",
            "0192f3a45b6c7d8e9fa0b1c2d3e4f506", "{0192f3a4-5b6c-7d8e-9fa0-b1c2d3e4f506}",
            "0192f3a4-5b6c-7d8e-9fa0_b1c2d3e4f506", "0192f3a4-5b6c-7d8e-9fa0-b1c2d3e4f50g",
            "0192f3a45-b6c-7d8e-9fa0-b1c2d3e4f506", "+192f3a4-5b6c-7d8e-9fa0-b1c2d3e4f506",
            " 192f3a4-5b6c-7d8e-9fa0-b1c2d3e4f506", "0192f3a4-5b6c-7d8e-9fa0-b1c2d3e4f5é",
        ])
    func malformed(_ text: String) {
        #expect(ID(text) == nil)
    }

    @Test func `keeps its bytes in network order`() throws {
        let id = try #require(ID(text))
        let bytes = id.withBytes { Array($0) }
        #expect(bytes.prefix(3) == [0x01, 0x92, 0xf3])
        #expect(bytes.count == 16)
        #expect(bytes.withUnsafeBytes { ID(bytes: $0) } == id)
    }

    @Test func `sorts as its bytes do`() {
        let ids = [
            ID(high: 0, low: 1), ID(high: 0, low: .max), ID(high: 1, low: 0),
            ID(high: .max, low: 0),
        ]
        #expect(ids.reversed().sorted() == ids)
    }
}

@Suite struct `A new id` {
    let noon = Instant(microseconds: 1_772_356_500_123_999)

    @Test("OV-22: it is a UUID of version 7 with the time in front")
    func layout() {
        var generator = IDGenerator()
        let id = generator.next(at: noon)
        #expect(id.high >> 16 == 1_772_356_500_123)
        #expect(id.high >> 12 & 0xf == 7)
        #expect(id.low >> 62 == 0b10)
    }

    @Test func `is greater than those before it, also within a millisecond`() {
        var generator = IDGenerator()
        var last = generator.next(at: noon)
        for step in 0..<20_000 {
            let id = generator.next(at: noon + .microseconds(step))
            #expect(id > last)
            last = id
        }
    }

    @Test func `stays ordered when the clock steps back a little, and follows when it is set`() {
        var generator = IDGenerator()
        let first = generator.next(at: noon)
        let second = generator.next(at: noon - .seconds(5))
        #expect(second > first)
        let third = generator.next(at: noon - .seconds(3600))
        #expect(third.high >> 16 == 1_772_352_900_123)
        #expect(generator.next(at: noon - .seconds(3600)) > third)
    }

    @Test func `before 1970 counts as 1970`() {
        var generator = IDGenerator()
        #expect(generator.next(at: .earliest).high >> 16 == 0)
    }

    @Test func `of two generators differs`() {
        var (one, other) = (IDGenerator(), IDGenerator())
        #expect(one.next(at: noon) != other.next(at: noon))
    }
}
