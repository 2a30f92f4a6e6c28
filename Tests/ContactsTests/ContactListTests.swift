import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Contacts

@Suite struct `The list of contacts` {
    @Test(
        "MS-240, OV-39: q finds parts of name, phone and e-mail, literally, in any case and accent",
        arguments: [
            ("q=m%C3%BCLLER", ["Ähre Müller"]), ("q=muller", ["Ähre Müller"]),
            ("q=ahre", ["Ähre Müller"]), ("q=%25", ["100% off"]), ("q=_", ["under_score"]),
            ("q=%5C", ["back\\slash"]), ("q=12347", ["under_score"]), ("q=%2B49", nil),
            ("q=EXAMPLE.com", ["Ähre Müller"]), ("q=zzz", []), ("q=%EF%BC%85", ["100% off"]),
            ("q=r%20_", []), ("tag=a", ["Ähre Müller"]), ("tag=A", []),
            ("opted_out=true", ["100% off"]), ("attribute%5BCity%5D=K%C3%B6ln", ["Ähre Müller"]),
            ("attribute%5Bn%5D=1", ["100% off"]), ("attribute%5Bb%5D=true", ["100% off"]),
            ("attribute%5BCity%5D=k%C3%B6ln", []), ("has_conversation=true", []),
            ("has_conversation=false", nil), ("q=off&opted_out=false", []),
        ] as [(String, [String]?)])
    func filters(_ query: String, _ names: [String]?) async throws {
        let book = try await ContactBook()
        let all = ["Ähre Müller", "100% off", "under_score", "back\\slash"]
        try await book.contact(
            all[0], "+4917012345",
            [("email", "a@example.com"), ("tags", ["a"]), ("attributes", ["City": "Köln"])])
        try await book.contact(
            all[1], "+4917012346", [("opted_out", true), ("attributes", ["n": 1, "b": true])])
        try await book.contact(all[2], "+4917012347")
        try await book.contact(all[3], "+4917012348")
        let answer = await book.owner.get("/v1/contacts?" + query)
        #expect(answer.status == 200, "\(answer.text)")
        let found = answer.data.compactMap { $0["name"]?.stringValue }
        #expect(Set(found) == Set(names ?? all))
    }

    @Test("MS-240: contacts are found by when they were created, and by group")
    func byTimeAndGroup() async throws {
        let book = try await ContactBook()
        try await book.fill(5)
        func names(_ query: String) async -> [String] {
            await book.owner.get("/v1/contacts?sort=created_at&" + query).data
                .compactMap { $0["name"]?.stringValue }
        }
        #expect(
            await names("created_from=2026-01-01T00:00:02Z&created_to=2026-01-01T00:00:04Z")
                == ["Contact 2", "Contact 3"])
        let group = try await book.group("G")
        let added = await book.owner.post(
            "/v1/groups/\(group)/members", ["filter": ["q": "contact 4"]])
        #expect(added.json == ["matched": 1, "changed": 1])
        #expect(await names("group_id=\(group)") == ["Contact 4"])
    }

    @Test(
        "MS-240, OV-38: every sort has one order, forwards and backwards, page by page",
        arguments: ["name", "created_at", "last_message_at"])
    func sorts(_ sort: String) async throws {
        let book = try await ContactBook()
        try await book.fill(23)
        try await book.tenant.run(
            """
            UPDATE tenant.contacts SET last_message_at = created_at + interval '1 day',
                name = 'Same' WHERE (attributes ->> 'n')::int % 3 = 0
            """)
        let up = await book.walk("/v1/contacts?sort=\(sort)", limit: 4)
        let down = await book.walk("/v1/contacts?sort=-\(sort)", limit: 7)
        #expect(Set(up).count == 23)
        #expect(up == down.reversed())
        if sort == "created_at" {
            #expect(await book.walk("/v1/contacts", limit: 50) == down)
        }
    }

    @Test("OV-36: a walk with inserts and deletes in between neither repeats nor skips")
    func stableWalk() async throws {
        let book = try await ContactBook()
        try await book.fill(60)
        let original = Set(await book.walk("/v1/contacts"))
        var (seen, doomed): ([String], Set<String>) = ([], [])
        var cursor = ""
        var round = 0
        repeat {
            let page = await book.owner.get("/v1/contacts?sort=name&limit=7\(cursor)")
            seen += page.ids
            // Before and behind the cursor, rows come and go; the page's own last row goes too.
            try await book.fill(5, from: 1_000 + round * 5)
            for id in Set([page.ids.last, original.subtracting(seen).subtracting(doomed).min()]) {
                guard let id else { continue }
                doomed.insert(id)
                #expect(await book.owner.delete("/v1/contacts/\(id)").status == 204)
            }
            cursor = page.string("next_cursor").map { "&cursor=\($0)" } ?? ""
            round += 1
        } while !cursor.isEmpty && round < 100
        #expect(round < 100)
        #expect(Set(seen).count == seen.count)
        #expect(original.subtracting(doomed).isSubset(of: seen))
    }

    @Test("OV-37: a forged cursor that PostgreSQL could not read is refused")
    func forgedCursors() async throws {
        let book = try await ContactBook()
        try await book.fill(2)
        let keys: [(sort: String, key: [UInt8])] = [
            ("name", [0x61, 0]), ("created_at", [0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE]),
        ]
        for (sort, key) in keys {
            let page = await book.owner.get("/v1/contacts?sort=\(sort)&limit=1")
            let cursor = try #require(page.string("next_cursor"))
            let fingerprint = try #require(Base64URL.decode(cursor)).prefix(8)
            let forged = Cursor(sortKey: key, id: ID(high: 1, low: 1))
                .encoded(fingerprint: Array(fingerprint))
            let answer = await book.owner.get("/v1/contacts?sort=\(sort)&cursor=\(forged)")
            #expect(answer.code == "invalid_cursor", "\(sort)")
        }
    }

    @Test("OV-37: a cursor of another list, filter, sort, workspace, or a damaged one is refused")
    func cursors() async throws {
        let (book, other) = (try await ContactBook(), try await ContactBook())
        try await book.fill(3)
        let group = try await book.group("G")
        let page = await book.owner.get("/v1/contacts?sort=name&limit=1")
        let cursor = try #require(page.string("next_cursor"))
        let next = await book.owner.get("/v1/contacts?sort=name&limit=2&cursor=\(cursor)")
        #expect(next.status == 200)
        let damaged = String(cursor.dropLast()) + (cursor.hasSuffix("A") ? "B" : "A")
        for target in [
            "/v1/contacts?cursor=\(cursor)", "/v1/contacts?sort=-name&cursor=\(cursor)",
            "/v1/contacts?sort=name&q=c&cursor=\(cursor)", "/v1/groups?sort=name&cursor=\(cursor)",
            "/v1/groups/\(group)/members?sort=name&cursor=\(cursor)",
            "/v1/contacts?sort=name&cursor=\(damaged)", "/v1/contacts?sort=name&cursor=x",
        ] {
            #expect(await book.owner.get(target).code == "invalid_cursor", "\(target)")
        }
        #expect(
            await other.owner.get("/v1/contacts?sort=name&cursor=\(cursor)").code
                == "invalid_cursor")
    }

    @Test(
        "OV-28, OV-35, OV-38: parameters are checked",
        arguments: [
            ("sort=phone", "invalid_sort"), ("sort=--name", "invalid_sort"),
            ("limit=x", "invalid_parameter"), ("q=", "invalid_parameter"),
            ("q=" + String(repeating: "x", count: 201), "invalid_parameter"),
            ("opted_out=1", "invalid_parameter"), ("group_id=1", "invalid_parameter"),
            ("created_from=2026-01-01", "invalid_parameter"), ("nick=1", "unknown_parameter"),
            ("q=a&q=b", "repeated_parameter"), ("attribute=1", "unknown_parameter"),
            ("attribute%5B%5D=1", "unknown_parameter"), ("q=%00", "invalid_parameter"),
            ("attribute%5Ba%00%5D=1", "unknown_parameter"), ("limit=0", nil), ("limit=1000", nil),
        ] as [(String, String?)])
    func badParameters(_ query: String, _ code: String?) async throws {
        let book = try await ContactBook()
        let answer = await book.owner.get("/v1/contacts?" + query)
        #expect(answer.code == code, "\(answer.text)")
        #expect(book.app.defects == [])
    }

    @Test("OV-36: names that grow when folded can still be walked")
    func growingNames() async throws {
        let book = try await ContactBook()
        // Each of these scalars becomes eighteen in NFKC.
        let long = String(repeating: "\u{fdfa}", count: 119)
        for digit in 0..<3 { try await book.contact("\(long)\(digit)", "+491701234\(digit)5") }
        #expect(await book.walk("/v1/contacts?sort=name", limit: 1).count == 3)
        #expect(book.app.defects == [])
    }
}
