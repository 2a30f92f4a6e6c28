import HTTP
import Tenancy
import TestSupport
import Testing
import Values

@testable import Contacts

@Suite struct `Bulk actions on contacts` {
    private func bulk(_ book: ContactBook, _ more: JSON) async -> Answer {
        await book.owner.post("/v1/contacts/bulk", more)
    }

    @Test("MS-10, OV-41: each id is accounted for")
    func outcome() async throws {
        let book = try await ContactBook()
        let (one, two) = (
            try await book.contact("A", "+4917012345"), try await book.contact("B", "+4917012346")
        )
        let unknown = try await book.app.run { $0.newID() }
        let answer = await bulk(
            book,
            [
                "action": "add_tag", "tag": " vip ",
                "ids": [JSON(one), JSON(unknown), "nonsense", JSON(one), JSON(two)],
            ])
        #expect(answer.status == 200)
        #expect(answer["succeeded"] == [JSON(one), JSON(two)])
        #expect(
            answer["failed"] == [
                ["id": JSON(unknown), "code": "not_found"],
                ["id": "nonsense", "code": "not_found"],
            ])
        #expect(await book.owner.get("/v1/contacts?tag=vip").data.count == 2)
        let removed = await bulk(
            book, ["action": "remove_tag", "tag": "vip", "ids": [JSON(one)]])
        #expect(removed["succeeded"] == [JSON(one)])
        #expect(await book.owner.get("/v1/contacts?tag=vip").ids == [two.description])
        let deleted = await bulk(book, ["action": "delete", "ids": [JSON(one), JSON(two)]])
        #expect(deleted["succeeded"] == [JSON(one), JSON(two)])
        #expect(await book.owner.get("/v1/contacts").data.isEmpty)
        #expect(try await book.audits("contact.bulk").count == 3)
    }

    @Test("MS-10: a contact that has all the tags it may have is reported")
    func tooManyTags() async throws {
        let book = try await ContactBook()
        let tags = (0..<50).map { JSON.string("t\($0)") }
        let full = try await book.contact("A", "+4917012345", [("tags", .array(tags))])
        let refused = await bulk(book, ["action": "add_tag", "tag": "x", "ids": [JSON(full)]])
        #expect(refused["failed"] == [["id": JSON(full), "code": "too_many"]])
        let harmless = await bulk(book, ["action": "add_tag", "tag": "t1", "ids": [JSON(full)]])
        #expect(harmless["succeeded"] == [JSON(full)])
    }

    @Test("MS-10, MS-41: groups take and give up contacts, twice without harm")
    func groups() async throws {
        let book = try await ContactBook()
        let group = try await book.group("G")
        let id = try await book.contact("A", "+4917012345")
        for _ in 0..<2 {
            let answer = await bulk(
                book, ["action": "add_to_group", "group_id": JSON(group), "ids": [JSON(id)]])
            #expect(answer["succeeded"] == [JSON(id)])
        }
        #expect(await book.owner.get("/v1/groups/\(group)").integer("member_count") == 1)
        for _ in 0..<2 {
            let answer = await bulk(
                book, ["action": "remove_from_group", "group_id": JSON(group), "ids": [JSON(id)]])
            #expect(answer["succeeded"] == [JSON(id)])
        }
        #expect(await book.owner.get("/v1/groups/\(group)").integer("member_count") == 0)
    }

    @Test(
        "OV-41, OV-29: what is missing or too much is named",
        arguments: [
            ([:], ["/action: required", "/ids: required"]),
            (["action": "add_tag", "ids": []], ["/ids: required", "/tag: required"]),
            (["action": "fly", "ids": ["x"]], ["/action: invalid_option"]),
            (["action": "add_to_group", "ids": ["x"]], ["/group_id: required"]),
            (["action": "add_tag", "tag": "a|b", "ids": ["x"]], ["/tag: invalid_format"]),
        ] as [(JSON, [String])])
    func badBodies(_ body: JSON, _ errors: [String]) async throws {
        let book = try await ContactBook()
        #expect(await bulk(book, body).fieldErrors == errors)
    }

    @Test("OV-41: more than 500 ids are too many")
    func tooManyIDs() async throws {
        let book = try await ContactBook()
        func delete(_ count: Int) async -> Answer {
            let ids = (0..<count).map { JSON.string("\($0)") }
            return await bulk(book, ["action": "delete", "ids": .array(ids)])
        }
        #expect(await delete(501).fieldErrors == ["/ids: too_many_items"])
        #expect(await delete(500)["failed"].arrayValue?.count == 500)
    }

    @Test("MS-10, OV-72: each action asks for its own permission")
    func permissions() async throws {
        let book = try await ContactBook()
        let id = try await book.contact("A", "+4917012345")
        let user = try await book.tenant.member(.user).client
        let deletion: JSON = ["action": "delete", "ids": [JSON(id)]]
        let refused = await user.post("/v1/contacts/bulk", deletion)
        #expect(refused.string("required_permission") == "contact.delete")
        let script = try await book.tenant.serviceAccount([.contactRead, .contactWrite])
        let scopeless = await script.post("/v1/contacts/bulk", deletion)
        #expect(scopeless.code == "scope_missing")
        #expect(scopeless.string("required_scope") == "contact.delete")
        let tagged = await user.post(
            "/v1/contacts/bulk", ["action": "add_tag", "tag": "x", "ids": [JSON(id)]])
        #expect(tagged.status == 200)
    }
}
