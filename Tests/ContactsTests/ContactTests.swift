import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Contacts

@Suite struct `Contacts` {
    @Test("MS-02, MS-03: a contact comes back with every field, normalised")
    func everyField() async throws {
        let book = try await ContactBook()
        let group = try await book.group("Friends")
        let answer = await book.owner.post(
            "/v1/contacts",
            [
                "name": "  Zoe\u{308} ", "phone": "+49 (170) 123-45 67", "email": "Zoe@Example.com",
                "country_code": "49", "iso_code": "de", "language": "DE-at",
                "tags": ["vip", " vip ", "new"], "opted_out": true,
                "attributes": ["City": "Köln", "age": 41, "rate": 1.5, "paid": true],
                "group_ids": [JSON(group)],
                "identities": [["channel_kind": "telegram", "provider_user_id": "77"]],
            ])
        #expect(answer.status == 201)
        let contact = answer.json
        #expect(contact["name"] == "Zoë")
        #expect(contact["phone"] == "+491701234567")
        #expect(contact["email"] == "zoe@example.com")
        #expect(contact["country_code"] == "+49")
        #expect(contact["iso_code"] == "DE")
        #expect(contact["language"] == "de-AT")
        #expect(contact["tags"] == ["vip", "new"])
        #expect(contact["attributes"]?["age"] == 41)
        #expect(contact["attributes"]?["rate"] == 1.5)
        #expect(contact["attributes"]?["paid"] == true)
        #expect(contact["attributes"]?["City"] == "Köln")
        #expect(contact["opted_out"] == true)
        #expect(contact["group_ids"] == [JSON(group)])
        #expect(
            contact["identities"] == [["channel_kind": "telegram", "provider_user_id": "77"]])
        #expect(contact["last_message_at"] == .null)
        let id = try #require(answer.id("id"))
        #expect(await book.owner.get("/v1/contacts/\(id)").json == contact)
        let audit = try await book.audits("contact.create")
        #expect(audit.count == 2 || audit.count == 1)
        #expect(audit.last?["phone"] == "+491701234567")
        #expect(book.app.defects == [])
    }

    @Test("MS-03: a contact without phone is known by a channel identity")
    func identityOnly() async throws {
        let book = try await ContactBook()
        let identity: JSON = ["channel_kind": "messenger", "provider_user_id": "x-1"]
        let answer = await book.owner.post(
            "/v1/contacts", ["name": "A", "phone": nil, "identities": [identity, identity]])
        #expect(answer.status == 201)
        #expect(answer["phone"] == .null)
        #expect(answer["identities"] == [identity])
        let second = await book.owner.post("/v1/contacts", ["name": "B", "identities": [identity]])
        #expect(second.code == "identity_taken")
        #expect(second.string("contact_id") == answer.string("id"))
        let id = try #require(answer.id("id"))
        let emptied = await book.owner.patch("/v1/contacts/\(id)", ["identities": []])
        #expect(emptied.fieldErrors == ["/phone: required"])
    }

    @Test(
        "MS-260, MS-261, OV-28, OV-29: every broken field is named at once",
        arguments: [
            ([:], 422, ["/name: required", "/phone: required"]),
            (["name": "A"], 422, ["/phone: required"]),
            (["name": "A", "phone": nil], 422, ["/phone: required"]),
            (["name": "A", "identities": []], 422, ["/phone: required"]),
            (["name": " ", "phone": "0170"], 422, ["/name: required", "/phone: invalid_phone"]),
            (["name": "A", "phone": "+49170123456789012"], 422, ["/phone: invalid_phone"]),
            (
                [
                    "name": "A", "phone": "+4917012345", "email": "x", "iso_code": "ZZ",
                    "country_code": "0", "language": "-", "tags": ["a|b", ""],
                    "attributes": ["name": 1, "": 2, "ok": "\u{1}", "n": 1e300, "m": 1e-300],
                ], 422,
                [
                    "/attributes/: required", "/attributes/m: out_of_range",
                    "/attributes/n: out_of_range", "/attributes/name: reserved_name",
                    "/attributes/ok: invalid_format", "/country_code: invalid_country_code",
                    "/email: invalid_email", "/iso_code: invalid_iso_code",
                    "/language: invalid_language", "/tags/0: invalid_format", "/tags/1: required",
                ]
            ),
            (
                ["name": "A", "phone": "+4917012345", "id": "x", "nick": 1], 422,
                ["/id: read_only", "/nick: unknown_field"]
            ),
            (["name": 1, "phone": "+4917012345"], 400, []),
            (["name": "A", "phone": "+4917012345", "tags": "a"], 400, []),
            (["name": "A", "phone": "+4917012345", "attributes": ["a": ["b"]]], 400, []),
            (["name": "A", "phone": "+4917012345", "attributes": ["a": nil]], 400, []),
        ] as [(JSON, Int, [String])])
    func badFields(_ body: JSON, _ status: Int, _ errors: [String]) async throws {
        let book = try await ContactBook()
        let answer = await book.owner.post("/v1/contacts", body)
        #expect(answer.status == status)
        #expect(answer.fieldErrors == errors)
        #expect(await book.owner.get("/v1/contacts").data.isEmpty)
        #expect(book.app.defects == [])
    }

    @Test("MS-02, OV-26: limits count what is stored")
    func limits() async throws {
        let book = try await ContactBook()
        func attempt(_ body: JSON) async -> [String] {
            await book.owner.post("/v1/contacts", body).fieldErrors
        }
        let phone: JSON = "+4917012345"
        #expect(
            await attempt(["name": .string(String(repeating: "x", count: 121)), "phone": phone])
                == ["/name: too_long"])
        let tags = (0...50).map { JSON.string("t\($0)") }
        #expect(
            await attempt(["name": "A", "phone": phone, "tags": .array(tags)])
                == ["/tags: too_many"])
        let attributes = (0...100).map { JSON.Member(name: "k\($0)", value: 1) }
        #expect(
            await attempt(["name": "A", "phone": phone, "attributes": .object(attributes)])
                == ["/attributes: too_many"])
        let exact: JSON = [
            "name": .string(" " + String(repeating: "é", count: 120)), "phone": phone,
            "tags": .array(Array(tags.dropLast())),
            "attributes": .object(
                attributes.dropLast(2) + [
                    .init(
                        name: String(repeating: "k", count: 64),
                        value: .string(String(repeating: "v", count: 1_000)))
                ]),
        ]
        #expect(await book.owner.post("/v1/contacts", exact).status == 201)
    }

    @Test("MS-04, MS-262: a phone in use is refused with the id of its contact")
    func phoneTaken() async throws {
        let book = try await ContactBook()
        let first = try await book.contact("A", "+4917012345")
        let second = try await book.contact("B", "+4917012346")
        let again = await book.owner.post(
            "/v1/contacts", ["name": "C", "phone": "+49 170 12345"])
        #expect(again.status == 409)
        #expect(again.code == "phone_taken")
        #expect(again.id("contact_id") == first)
        let changed = await book.owner.patch(
            "/v1/contacts/\(second)", ["phone": "+4917012345"])
        #expect(changed.code == "phone_taken")
        #expect(changed.id("contact_id") == first)
        #expect(try await book.audits("contact.update").isEmpty)
    }

    @Test("MS-03: a change leaves what it does not name, clears with null, and is audited")
    func changes() async throws {
        let book = try await ContactBook()
        let id = try await book.contact(
            "A", "+4917012345",
            [("email", "a@b.example"), ("attributes", ["a": 1, "b": "x"]), ("tags", ["t"])])
        let answer = await book.owner.patch(
            "/v1/contacts/\(id)",
            [
                "name": "B", "email": nil, "attributes": ["a": nil, "c": true],
                "identities": [["channel_kind": "telegram", "provider_user_id": "5"]],
            ])
        #expect(answer.status == 200)
        #expect(answer["name"] == "B")
        #expect(answer["email"] == .null)
        #expect(answer["phone"] == "+4917012345")
        #expect(answer["tags"] == ["t"])
        #expect(answer["attributes"] == ["b": "x", "c": true])
        let changes = try await book.audits("contact.update").first?["changes"]
        #expect(changes?["name"]?["from"] == "A")
        #expect(changes?["name"]?["to"] == "B")
        #expect(changes?["email"]?["from"] == "a@b.example")
        #expect(changes?["tags"] == nil)
        let cleared = await book.owner.patch(
            "/v1/contacts/\(id)", ["attributes": nil, "phone": nil])
        #expect(cleared["attributes"] == [:])
        #expect(cleared["phone"] == .null)
        #expect(
            await book.owner.patch("/v1/contacts/\(id)", ["name": nil]).fieldErrors
                == ["/name: required"])
        #expect(book.app.defects == [])
    }

    @Test("MS-02: attributes stay within their number when changes add up")
    func attributeSum() async throws {
        let book = try await ContactBook()
        let many = (0..<100).map { JSON.Member(name: "k\($0)", value: 1) }
        let id = try await book.contact("A", "+4917012345", [("attributes", .object(many))])
        #expect(
            await book.owner.patch("/v1/contacts/\(id)", ["attributes": ["new": 1]]).fieldErrors
                == ["/attributes: too_many"])
        #expect(
            await book.owner.patch(
                "/v1/contacts/\(id)", ["attributes": ["new": 1, "k0": nil]]
            ).status == 200)
    }

    @Test("MS-42, MS-03: groups of a contact are set by whoever may write groups")
    func groupsOfContact() async throws {
        let book = try await ContactBook()
        let (one, two) = (try await book.group("One"), try await book.group("Two"))
        let id = try await book.contact("A", "+4917012345", [("group_ids", [JSON(one)])])
        let moved = await book.owner.patch("/v1/contacts/\(id)", ["group_ids": [JSON(two)]])
        #expect(moved["group_ids"] == [JSON(two)])
        let unknown = try await book.app.run { $0.newID() }
        let refused = await book.owner.patch(
            "/v1/contacts/\(id)", ["group_ids": [JSON(one), JSON(unknown), "x"], "name": "Z"])
        #expect(refused.fieldErrors == ["/group_ids/2: unknown_id"])
        let refusedLater = await book.owner.patch(
            "/v1/contacts/\(id)", ["group_ids": [JSON(one), JSON(unknown)], "name": "Z"])
        #expect(refusedLater.fieldErrors == ["/group_ids/1: unknown_id"])
        #expect(await book.owner.get("/v1/contacts/\(id)")["name"] == "A")
        let user = try await book.tenant.member(.user).client
        let denied = await user.patch("/v1/contacts/\(id)", ["group_ids": []])
        #expect(denied.code == "permission_denied")
        #expect(denied.string("required_permission") == "group.write")
        #expect(await user.patch("/v1/contacts/\(id)", ["name": "Q"]).status == 200)
    }

    @Test("MS-07: an erased contact leaves no identity and no membership")
    func erasure() async throws {
        let book = try await ContactBook()
        let group = try await book.group("G")
        let id = try await book.contact(
            "A", "+4917012345",
            [
                ("group_ids", [JSON(group)]),
                ("identities", [["channel_kind": "telegram", "provider_user_id": "5"]]),
            ])
        #expect(await book.owner.delete("/v1/contacts/\(id)").status == 204)
        #expect(await book.owner.delete("/v1/contacts/\(id)").code == "not_found")
        #expect(await book.owner.get("/v1/contacts/\(id)").code == "not_found")
        let left = try await book.tenant.run(
            """
            SELECT (SELECT count(*) FROM tenant.contact_identities)
                + (SELECT count(*) FROM tenant.group_members)
            """)
        #expect(left[0].integer(0) == 0)
        #expect(try await book.audits("contact.delete").count == 1)
    }

    @Test("MS-08: merging fills what is missing, unites the rest and removes the first")
    func merging() async throws {
        let book = try await ContactBook()
        let (one, two) = (try await book.group("One"), try await book.group("Two"))
        let identity: JSON = ["channel_kind": "telegram", "provider_user_id": "5"]
        let first = try await book.contact(
            "First", "+4917012345",
            [
                ("email", "first@b.example"), ("tags", ["a", "b"]),
                ("attributes", ["x": 1, "y": 2]),
                ("opted_out", true), ("group_ids", [JSON(one), JSON(two)]),
                ("language", "de"), ("identities", [identity]),
            ])
        let created = await book.owner.post(
            "/v1/contacts",
            [
                "name": "Second", "email": "second@b.example", "tags": ["b", "c"],
                "attributes": ["x": 9], "group_ids": [JSON(two)],
                "identities": [["channel_kind": "whatsapp", "provider_user_id": "6"]],
            ])
        let second = try #require(created.id("id"))
        let merged = await book.owner.post(
            "/v1/contacts/\(first)/merge", ["into": JSON(second)])
        #expect(merged.status == 200)
        #expect(merged["name"] == "Second")
        #expect(merged["phone"] == "+4917012345")
        #expect(merged["email"] == "second@b.example")
        #expect(merged["language"] == "de")
        #expect(merged["tags"] == ["b", "c", "a"])
        #expect(merged["attributes"] == ["x": 9, "y": 2])
        #expect(merged["opted_out"] == true)
        #expect(merged["group_ids"].arrayValue?.count == 2)
        #expect(merged["identities"].arrayValue?.count == 2)
        #expect(await book.owner.get("/v1/contacts/\(first)").code == "not_found")
        #expect(await book.owner.get("/v1/contacts/\(second)").json == merged.json)
        #expect(book.app.defects == [])
    }

    @Test("MS-08: a merge into itself, into nobody or beyond the limits changes nothing")
    func badMerges() async throws {
        let book = try await ContactBook()
        let tags = (0..<50).map { JSON.string("t\($0)") }
        let first = try await book.contact("A", "+4917012345", [("tags", .array(tags))])
        let second = try await book.contact("B", "+4917012346", [("tags", ["other"])])
        let nobody = try await book.app.run { $0.newID() }
        func merge(_ id: ID, _ into: JSON) async -> Answer {
            await book.owner.post("/v1/contacts/\(id)/merge", ["into": into])
        }
        #expect(await merge(first, JSON(first)).fieldErrors == ["/into: invalid_target"])
        #expect(await merge(first, JSON(nobody)).fieldErrors == ["/into: unknown_id"])
        #expect(await merge(first, "x").fieldErrors == ["/into: unknown_id"])
        #expect(await merge(nobody, JSON(first)).code == "not_found")
        #expect(await merge(first, JSON(second)).code == "merge_too_large")
        #expect(await book.owner.get("/v1/contacts").data.count == 2)
    }

    @Test("OV-11, OV-76: another workspace's contact is not found by any route")
    func foreignIDs() async throws {
        let (mine, theirs) = (try await ContactBook(), try await ContactBook())
        let foreign = try await theirs.contact("A", "+4917012345")
        let group = try await theirs.group("G")
        let own = try await mine.contact("B", "+4917012346")
        let contact = "/v1/contacts/\(foreign)"
        #expect(await mine.owner.get(contact).code == "not_found")
        #expect(await mine.owner.patch(contact, ["name": "X"]).code == "not_found")
        #expect(await mine.owner.delete(contact).code == "not_found")
        #expect(await mine.owner.post(contact + "/merge", ["into": JSON(own)]).code == "not_found")
        #expect(
            await mine.owner.post("/v1/contacts/\(own)/merge", ["into": JSON(foreign)]).fieldErrors
                == ["/into: unknown_id"])
        for path in ["", "/members", "/members/export.csv"] {
            #expect(await mine.owner.get("/v1/groups/\(group)\(path)").code == "not_found")
        }
        #expect(await mine.owner.patch("/v1/groups/\(group)", ["name": "X"]).code == "not_found")
        #expect(await mine.owner.delete("/v1/groups/\(group)").code == "not_found")
        #expect(
            await mine.owner.post("/v1/groups/\(group)/members", ["ids": [JSON(own)]]).code
                == "not_found")
        let bulk = await mine.owner.post(
            "/v1/contacts/bulk", ["action": "delete", "ids": [JSON(foreign)]])
        #expect(bulk["succeeded"] == [])
        #expect(await mine.owner.get("/v1/contacts?group_id=\(group)").data.isEmpty)
        #expect(await theirs.owner.get(contact).status == 200)
    }
}
