import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Contacts

@Suite struct `Groups` {
    @Test("MS-40: a group is made, shown, changed and deleted; its contacts stay")
    func life() async throws {
        let book = try await ContactBook()
        let made = await book.owner.post(
            "/v1/groups", ["name": " Friends ", "description": "Line\nline"])
        #expect(made.status == 201)
        #expect(made["name"] == "Friends")
        #expect(made["description"] == "Line\nline")
        #expect(made["member_count"] == 0)
        let id = try #require(made.id("id"))
        try await book.contact("A", "+4917012345", [("group_ids", [JSON(id)])])
        let changed = await book.owner.patch("/v1/groups/\(id)", ["name": "Foes"])
        #expect(changed["name"] == "Foes")
        #expect(changed["description"] == "Line\nline")
        #expect(changed["member_count"] == 1)
        #expect(await book.owner.delete("/v1/groups/\(id)").status == 204)
        #expect(await book.owner.delete("/v1/groups/\(id)").code == "not_found")
        #expect(await book.owner.get("/v1/contacts").data.first?["group_ids"] == [])
        #expect(try await book.audits("group.update").first?["changes"]?["name"]?["to"] == "Foes")
        #expect(book.app.defects == [])
    }

    @Test("MS-40: names are unique without regard to case and accents")
    func names() async throws {
        let book = try await ContactBook()
        _ = try await book.group("Café")
        let other = try await book.group("Other")
        #expect(await book.owner.post("/v1/groups", ["name": "CAFE"]).code == "name_taken")
        let renamed = await book.owner.patch("/v1/groups/\(other)", ["name": "cafe"])
        #expect(renamed.code == "name_taken")
        #expect(await book.owner.patch("/v1/groups/\(other)", ["name": "OTHER"]).status == 200)
        func errors(_ body: JSON) async -> [String] {
            await book.owner.post("/v1/groups", body).fieldErrors
        }
        #expect(await errors([:]) == ["/name: required"])
        #expect(await errors(["name": " "]) == ["/name: required"])
        #expect(await errors(["name": "a|b"]) == ["/name: invalid_format"])
        let long = JSON.string(String(repeating: "x", count: 61))
        #expect(await errors(["name": long, "x": 1]) == ["/name: too_long", "/x: unknown_field"])
    }

    @Test("MS-40: a workspace never has more than 1,000 groups, also when they race")
    func limit() async throws {
        let book = try await ContactBook()
        try await book.tenant.run(
            """
            INSERT INTO tenant.groups (id, name, created_at)
            SELECT gen_random_uuid(), 'Group ' || n, timestamptz '2026-01-01 00:00:00Z'
            FROM generate_series(1, 997) n
            """)
        let answers = await withTaskGroup(of: Answer.self) { group in
            for index in 0..<12 {
                group.addTask {
                    await book.owner.post("/v1/groups", ["name": .string("New \(index)")])
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.filter { $0.status == 201 }.count == 3)
        let refused = answers.filter { $0.status == 409 }
        #expect(refused.count == 9)
        #expect(refused.allSatisfy { $0.code == "group_limit_reached" })
        #expect(refused.first?.integer("limit") == 1_000)
        #expect(book.app.defects == [])
    }

    @Test("MS-41, OV-41: members come by ids or by filter, twice without harm")
    func members() async throws {
        let book = try await ContactBook()
        let group = try await book.group("G")
        let path = "/v1/groups/\(group)/members"
        try await book.fill(12)
        let ids = await book.walk("/v1/contacts?sort=created_at")
        let some = ids.prefix(3).map { JSON.string($0) }
        for _ in 0..<2 {
            let answer = await book.owner.post(path, ["ids": .array(some + ["x"])])
            #expect(answer["succeeded"] == .array(some))
            #expect(answer["failed"] == [["id": "x", "code": "not_found"]])
        }
        let filter: JSON = ["filter": ["created_from": "2026-01-01T00:00:03Z"]]
        #expect(await book.owner.post(path, filter).json == ["matched": 10, "changed": 9])
        #expect(await book.owner.post(path, filter).json == ["matched": 10, "changed": 0])
        #expect(await book.owner.get("/v1/groups/\(group)").integer("member_count") == 12)
        #expect(await book.walk(path, limit: 5).count == 12)
        let attribute: JSON = ["filter": ["attribute": ["n": "7"]]]
        #expect(await book.owner.delete(path, attribute).json == ["matched": 1, "changed": 1])
        let removed = await book.owner.delete(path, ["ids": [.string(ids[0])]])
        #expect(removed["succeeded"] == [.string(ids[0])])
        #expect(await book.owner.get(path).data.count == 10)
        #expect(
            await book.owner.delete(path, ["filter": [:]]).json == ["matched": 12, "changed": 10])
        #expect(try await book.audits("group_member.add").count == 4)
        #expect(book.app.defects == [])
    }

    @Test(
        "MS-41, OV-29: a change of members says whom it means",
        arguments: [
            ([:], ["/ids: required"]), (["ids": ["x"], "filter": [:]], ["/ids: required"]),
            (
                ["filter": ["nick": 1, "q": ""]],
                ["/filter/nick: unknown_field", "/filter/q: required"]
            ),
            (["filter": ["attribute": ["a": "\u{1}"]]], ["/filter/attribute/a: invalid_format"]),
        ] as [(JSON, [String])])
    func badMembers(_ body: JSON, _ errors: [String]) async throws {
        let book = try await ContactBook()
        let group = try await book.group("G")
        let answer = await book.owner.post("/v1/groups/\(group)/members", body)
        #expect(answer.fieldErrors == errors)
    }

    @Test("MS-43: statistics tell who can be reached, has opted out and was active")
    func statistics() async throws {
        let book = try await ContactBook()
        let group = try await book.group("G")
        let membership: (String, JSON) = ("group_ids", [JSON(group)])
        try await book.contact("A", "+4917012345", [membership, ("opted_out", true)])
        try await book.contact("B", "+4917012346", [membership])
        for kind in ["telegram", "whatsapp"] {
            _ = await book.owner.post(
                "/v1/contacts",
                [
                    "name": .string(kind), "group_ids": [JSON(group)],
                    "identities": [["channel_kind": .string(kind), "provider_user_id": "1"]],
                ])
        }
        let now = book.app.clock.now
        try await book.tenant.run(
            """
            UPDATE tenant.contacts SET last_message_at = CASE name
                WHEN 'A' THEN \(now - .seconds(29 * 86_400)) ELSE \(now - .seconds(31 * 86_400)) END
            WHERE name IN ('A', 'B')
            """)
        let answer = await book.owner.get("/v1/groups/\(group)")
        #expect(answer["member_count"] == 4)
        #expect(answer["reachable_count"] == 3)
        #expect(answer["opted_out_count"] == 1)
        #expect(answer["active_count"] == 1)
        #expect(answer["last_broadcast"] == .null)
    }

    @Test("MS-243, MS-296, OV-38: groups sort by name, age and members, whose number is exact")
    func list() async throws {
        let book = try await ContactBook()
        var expected: [String: Int] = [:]
        try await book.fill(9)
        for (index, name) in ["beta", "Álpha", "gamma", "delta"].enumerated() {
            let group = try await book.group(name)
            let count = [4, 9, 0, 4][index]
            expected[name] = count
            let filter: JSON = [
                "filter": [
                    "created_to": .string(
                        (Instant(rfc3339: "2026-01-01T00:00:01Z")! + .seconds(count)).description)
                ]
            ]
            _ = await book.owner.post("/v1/groups/\(group)/members", filter)
        }
        func names(_ sort: String) async -> [String] {
            await book.walk("/v1/groups?sort=\(sort)", "name", limit: 1)
        }
        #expect(await names("name") == ["Álpha", "beta", "delta", "gamma"])
        #expect(await names("-created_at") == ["delta", "gamma", "Álpha", "beta"])
        #expect(await names("-member_count") == ["Álpha", "delta", "beta", "gamma"])
        #expect(await names("member_count") == ["gamma", "beta", "delta", "Álpha"])
        for row in await book.owner.get("/v1/groups").data {
            let name = try #require(row["name"]?.stringValue)
            #expect(row["member_count"]?.integerValue == expected[name].map(Int64.init))
        }
        #expect(await book.owner.get("/v1/groups?q=ALP").data.count == 1)
    }

    @Test("MS-02, MS-41: a contact tells all its groups, also when several take it at once")
    func listsFollow() async throws {
        let book = try await ContactBook()
        var made: [ID] = []
        for number in 0..<6 { made.append(try await book.group("G\(number)")) }
        let groups = made
        try await book.fill(8)
        let ids = await book.owner.get("/v1/contacts").ids
        func change(_ group: ID, _ action: String) async {
            let answer = await book.owner.post(
                "/v1/contacts/bulk",
                [
                    "action": .string(action), "group_id": JSON(group),
                    "ids": .array(ids.map { .string($0) }),
                ])
            #expect(answer.status == 200, "\(answer.text)")
        }
        await withTaskGroup(of: Void.self) { tasks in
            for group in groups { tasks.addTask { await change(group, "add_to_group") } }
        }
        for id in ids {
            let contact = await book.owner.get("/v1/contacts/\(id)")
            #expect(contact["group_ids"] == .array(groups.sorted().map { JSON($0) }))
        }
        await withTaskGroup(of: Void.self) { tasks in
            for group in groups.dropFirst() {
                tasks.addTask { await change(group, "remove_from_group") }
            }
            tasks.addTask {
                let answer = await book.owner.delete("/v1/groups/\(groups[0])")
                #expect(answer.status == 204)
            }
        }
        for id in ids {
            let contact = await book.owner.get("/v1/contacts/\(id)")
            #expect(contact["group_ids"] == [])
        }
        #expect(book.app.defects == [])
    }

    @Test("MS-41: joining races with deletion of contacts and groups, and nothing is left over")
    func races() async throws {
        let book = try await ContactBook()
        for round in 0..<8 {
            let group = try await book.group("G\(round)")
            try await book.fill(10, from: 100 * round + 1)
            let ids = await book.owner.get("/v1/contacts?limit=10").ids.map { JSON.string($0) }
            async let joined = book.owner.post(
                "/v1/groups/\(group)/members", ["ids": .array(ids)])
            async let other =
                round.isMultiple(of: 2)
                ? book.owner.post(
                    "/v1/contacts/bulk", ["action": "delete", "ids": .array(ids.reversed())])
                : book.owner.delete("/v1/groups/\(group)")
            let (join, second) = (await joined, await other)
            #expect(join.status == 200 || (join.status == 404 && round % 2 == 1), "\(join.text)")
            #expect(second.status < 300, "\(second.text)")
        }
        #expect(book.app.defects == [])
    }
}
