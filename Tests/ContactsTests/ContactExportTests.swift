import HTTP
import Persistence
import Tabular
import Tenancy
import TestSupport
import Testing
import Values

@testable import Contacts

@Suite struct `The contact file` {
    private let header =
        "name,phone,email,country_code,iso_code,language,tags,groups,opted_out,created_at"

    @Test("MS-28, OV-40, SEC-07: columns, order, quoting, formulas and local time are as written")
    func content() async throws {
        let book = try await ContactBook()
        try await book.tenant.run("UPDATE tenant.settings SET timezone = 'Europe/Berlin'")
        let (one, two) = (try await book.group("Béta, \"x\""), try await book.group("alpha"))
        let first = try await book.contact(
            "=1+1", "+4917012345",
            [
                ("tags", ["b", "a"]), ("group_ids", [JSON(one), JSON(two)]), ("opted_out", true),
                ("email", "a@b.example"), ("country_code", "49"), ("iso_code", "DE"),
                ("language", "de"),
                ("attributes", ["City": "Köln\nDeutz", "age": 41, "paid": true, "rate": -1.5]),
            ])
        let second = try await book.contact(
            "O'Neil, \"Bo\"", "+4917012346",
            [
                ("attributes", ["@note": "-x"])
            ])
        for (id, day) in [(first, "2026-07-01T10:00:00.5Z"), (second, "2026-01-01T10:00:00Z")] {
            try await book.tenant.run(
                """
                UPDATE tenant.contacts SET created_at = \(Instant(rfc3339: day)!)
                WHERE id = \(id)
                """)
        }
        let answer = await book.owner.get("/v1/contacts/export.csv")
        #expect(answer.status == 200)
        #expect(answer.contentType == "text/csv; charset=utf-8")
        #expect(
            answer.field("Content-Disposition") == "attachment; filename=\"contacts.csv\"")
        #expect(answer.streamFailure == nil)
        let expected = [
            header + ",'@note,City,age,paid,rate",
            "'=1+1,+4917012345,a@b.example,+49,DE,de,b|a,\"alpha|Béta, \"\"x\"\"\",true,"
                + "2026-07-01T12:00:00.500+02:00,,\"Köln\nDeutz\",41,true,-1.5",
            "\"O'Neil, \"\"Bo\"\"\",+4917012346,,,,,,,false,2026-01-01T11:00:00.000+01:00,'-x,,,,",
        ]
        #expect(answer.text == expected.joined(separator: "\r\n") + "\r\n")
        #expect(book.app.defects == [])
    }

    @Test("MS-28, OV-40: the file has the list's filters and order, and is audited")
    func filters() async throws {
        let book = try await ContactBook()
        try await book.fill(5)
        let answer = await book.owner.get(
            "/v1/contacts/export.csv?sort=-name&created_from=2026-01-01T00:00:04Z")
        let rows = answer.text.split(separator: "\r\n")
        #expect(rows[0] == "\(header),n")
        #expect(rows.dropFirst().map { $0.prefix(9) } == ["Contact 5", "Contact 4"])
        let audit = try await book.audits("contact.export")
        #expect(audit.count == 1)
        #expect(audit[0]["parameters"]?["sort"] == "-name")
        #expect(
            await book.owner.get("/v1/contacts/export.csv?sort=phone").code == "invalid_sort")
        #expect(
            await book.owner.get("/v1/contacts/export.csv?limit=5").code == "unknown_parameter")
        #expect(
            await book.owner.get("/v1/contacts/export.csv?opted_out=true").text
                == header + "\r\n")
        let user = try await book.tenant.member(.user).client
        #expect(
            await user.get("/v1/contacts/export.csv").string("required_permission")
                == "contact.export")
        #expect(try await book.audits("contact.export").count == 2)
    }

    @Test("MS-28: more contacts than a batch are all there, once")
    func batches() async throws {
        let book = try await ContactBook()
        try await book.fill(2_500)
        let answer = await book.owner.get("/v1/contacts/export.csv?sort=name")
        let phones = answer.text.split(separator: "\r\n").dropFirst()
            .map { $0.split(separator: ",")[1] }
        #expect(phones.count == 2_500)
        #expect(Set(phones).count == 2_500)
    }

    @Test("MS-28, AC-133, SEC-63: a caller who loses the right meanwhile gets a broken transfer")
    func revokedMeanwhile() async throws {
        let book = try await ContactBook()
        try await book.fill(3_000)
        let script = try await book.tenant.serviceAccount([.contactRead, .contactExport])
        // The entry of the export is the moment after which the right goes.
        try await book.tenant.run("SELECT 1")
        async let answer = script.get("/v1/contacts/export.csv")
        while try await book.audits("contact.export").isEmpty {}
        try await book.tenant.run("DELETE FROM cell.own_admissions")
        let file = await answer
        let count = file.text.split(separator: "\r\n").count
        // Either it broke off, or it had been read to its end before.
        #expect((file.streamFailure != nil && count < 3_001) || count == 3_001)
    }

    @Test("MS-28: a file with too many columns is refused, not cut")
    func tooManyColumns() async throws {
        let book = try await ContactBook()
        try await book.tenant.run(
            """
            INSERT INTO tenant.contacts (id, name, attributes, created_at, updated_at)
            SELECT gen_random_uuid(), 'A', jsonb_build_object('k' || n, 1), now(), now()
            FROM generate_series(1, 901) n
            """)
        let answer = await book.owner.get("/v1/contacts/export.csv")
        #expect(answer.status == 422)
        #expect(answer.code == "too_many_columns")
        #expect(
            await book.owner.get("/v1/contacts/export.csv?attribute%5Bk1%5D=1").status == 200)
    }

    @Test("MS-244: members of a group are exported alone")
    func groupFile() async throws {
        let book = try await ContactBook()
        try await book.fill(4)
        let group = try await book.group("G")
        _ = await book.owner.post("/v1/groups/\(group)/members", ["filter": ["q": "contact 3"]])
        let answer = await book.owner.get("/v1/groups/\(group)/members/export.csv")
        #expect(answer.text.split(separator: "\r\n").count == 2)
        #expect(answer.text.contains("Contact 3,+4917"))
        #expect(try await book.audits("group_member.export").count == 1)
    }

    @Test("MS-28: what is exported reads back as the same draft")
    func roundTrip() async throws {
        let book = try await ContactBook()
        try await book.contact(
            "'=x", "+4917012345",
            [
                ("tags", ["-a", "b"]), ("country_code", "+49"), ("iso_code", "DE"),
                ("attributes", ["=k": "@v", "n": 1.5e20, "b": false, "d": "2026-01-01"]),
            ])
        let text = await book.owner.get("/v1/contacts/export.csv").text
        let lines = text.split(separator: "\r\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
                .map { FormulaGuard.removed(from: String($0)) }
        }
        var cells: [ContactColumn: String] = [:]
        var attributes: [(key: String, text: String)] = []
        for (header, cell) in zip(lines[0], lines[1]) {
            if let column = ContactColumn(header: header) {
                cells[column] = cell
            } else {
                attributes.append((header, cell))
            }
        }
        let draft = try ContactDraft(cells: cells, attributes: attributes)
        #expect(draft.name == "'=x")
        #expect(draft.phone == "+4917012345")
        #expect(draft.countryCode == "+49")
        #expect(draft.tags == ["-a", "b"])
        let stored = try await book.tenant.run(
            "SELECT a.key, a.value FROM tenant.contacts c, jsonb_each_text(c.attributes) a")
        for index in 0..<stored.count {
            let member = JSON.Member(
                name: stored[index].text(0), value: .string(stored[index].text(1)))
            #expect(draft.attributes.contains(member))
        }
        #expect(stored.count == draft.attributes.count)
    }
}
