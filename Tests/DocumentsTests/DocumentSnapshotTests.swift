import Money
import Testing
import Values

@testable import Documents

@Suite struct `A snapshot` {
    @Test("BL-52: is read back as it was written, byte for byte", arguments: Sample.all)
    func roundTrip(document: DocumentSnapshot) throws {
        let bytes = document.bytes
        let read = try DocumentSnapshot(json: try JSON.parse(bytes))
        #expect(read == document)
        #expect(read.bytes == bytes)
    }

    @Test("BL-52: has one text, however the order of members was changed in storage")
    func order() throws {
        func reversed(_ json: JSON) -> JSON {
            switch json {
            case .object(let members):
                .object(members.reversed().map { .init(name: $0.name, value: reversed($0.value)) })
            case .array(let elements): .array(elements.map(reversed))
            default: json
            }
        }
        let document = Sample.receipt()
        #expect(try DocumentSnapshot(json: reversed(document.json)).bytes == document.bytes)
    }

    @Test("BL-50, BL-53, BL-132: adds up, and tells when it does not")
    func sums() {
        let invoice = Sample.invoice()
        #expect(invoice.totals == .init(net: 15_245, tax: 3_049, total: 18_294))
        #expect(invoice.taxes.map(\.tax) == [2_838, 211])
        #expect(invoice.taxes.map(\.label) == ["IVA", "IVA"])
        #expect(Sample.all.filter { !$0.addsUp } == [])
        #expect(Sample.receipt().totals.due == 8_294)
        var wrong = invoice
        wrong.totals.total += 1
        #expect(!wrong.addsUp)
        wrong = invoice
        wrong.taxes[0].tax += 1
        wrong.taxes[1].tax -= 1
        #expect(!wrong.addsUp)
        wrong = invoice
        wrong.lines[0].net += 1
        #expect(!wrong.addsUp)
        var credit = Sample.creditNote()
        credit.taxes[0].tax += 1
        credit.totals.tax += 1
        credit.totals.total += 1
        #expect(credit.addsUp)
    }

    @Test(
        "BL-52: names the member that cannot be read",
        arguments: [
            ("version", JSON.integer(2)), ("kind", "quote"), ("issued_on", "2026-02-30"),
            ("due_on", "soon"), ("currency", "usd"), ("language", "de"), ("lines", .null),
            ("number", .integer(1)), ("notes", .array([1])), ("seller", .null),
        ])
    func malformed(member: String, value: JSON) {
        let members = Sample.invoice().json.objectValue!.map { old in
            JSON.Member(name: old.name, value: old.name == member ? value : old.value)
        }
        let expected = MalformedSnapshot(member == "seller" ? "legal_name" : member)
        #expect(throws: expected) { try DocumentSnapshot(json: .object(members)) }
    }

    @Test("BL-50: an absent value is left out")
    func absent() {
        let json = Sample.creditNote().json
        #expect(json["due_on"] == nil)
        #expect(json["payment"] == nil)
        #expect(json["buyer"]?["bank"] == nil)
    }
}
