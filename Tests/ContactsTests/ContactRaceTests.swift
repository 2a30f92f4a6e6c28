import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Contacts

@Suite struct `Contacts changed at the same time` {
    @Test("MS-04: of many creations with one phone exactly one succeeds, the others name it")
    func racingCreations() async throws {
        let book = try await ContactBook()
        let other = book.owner.through(try TestApp(ContactRoutes.all))
        let answers = await withTaskGroup(of: Answer.self) { group in
            for index in 0..<20 {
                let client = index.isMultiple(of: 2) ? book.owner : other
                group.addTask {
                    await client.post("/v1/contacts", ["name": "A", "phone": "+4917012345"])
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let created = answers.filter { $0.status == 201 }
        #expect(created.count == 1)
        let id = try #require(created.first?.string("id"))
        for answer in answers where answer.status != 201 {
            #expect(answer.code == "phone_taken")
            #expect(answer.string("contact_id") == id)
        }
        #expect(try await book.audits("contact.create").count == 1)
        #expect(book.app.defects == [])
    }

    @Test("MS-08: a merge and a deletion at once leave a whole contact or none")
    func mergeAgainstDeletion() async throws {
        let book = try await ContactBook()
        let group = try await book.group("G")
        for round in 0..<10 {
            let first = try await book.contact(
                "A", "+49170123\(10 + round)0", [("group_ids", [JSON(group)])])
            let second = try await book.contact("B", "+49170123\(10 + round)1")
            async let merged = book.owner.post(
                "/v1/contacts/\(first)/merge", ["into": JSON(second)])
            async let deleted = book.owner.delete("/v1/contacts/\(round % 2 == 0 ? first : second)")
            let (merge, delete) = (await merged, await deleted)
            if merge.status == 200 {
                // The merge came first; the deletion found the second, or no longer the first.
                #expect(delete.status == (round % 2 == 0 ? 404 : 204))
            } else {
                #expect(delete.status == 204)
                #expect(merge.status == (round % 2 == 0 ? 404 : 422))
            }
        }
        #expect(book.app.defects == [])
        let count = try await book.tenant.run(
            """
            SELECT count(*) FROM tenant.group_members gm WHERE NOT EXISTS
                (SELECT FROM tenant.contacts c WHERE c.id = gm.contact_id)
            """)
        #expect(count[0].integer(0) == 0)
    }

    @Test("MS-08: two merges into each other leave exactly one contact")
    func mutualMerges() async throws {
        let book = try await ContactBook()
        for round in 0..<5 {
            let first = try await book.contact("A", "+49170123\(10 + round)0")
            let second = try await book.contact("B", "+49170123\(10 + round)1")
            async let one = book.owner.post("/v1/contacts/\(first)/merge", ["into": JSON(second)])
            async let two = book.owner.post("/v1/contacts/\(second)/merge", ["into": JSON(first)])
            let statuses = [await one.status, await two.status].sorted()
            #expect(statuses[0] == 200 && (statuses[1] == 404 || statuses[1] == 422))
        }
        #expect(await book.owner.get("/v1/contacts").data.count == 5)
        #expect(book.app.defects == [])
    }

    @Test("MS-10: bulk actions that overlap in opposite order all finish")
    func overlappingBulks() async throws {
        let book = try await ContactBook()
        try await book.fill(40)
        let ids = await book.walk("/v1/contacts").map { JSON.string($0) }
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<8 {
                group.addTask {
                    let order = index.isMultiple(of: 2) ? ids : ids.reversed()
                    let answer = await book.owner.post(
                        "/v1/contacts/bulk",
                        ["action": "add_tag", "tag": .string("t\(index)"), "ids": .array(order)])
                    #expect(answer["succeeded"].arrayValue?.count == 40)
                }
            }
        }
        let tags = await book.owner.get("/v1/contacts?limit=1").data[0]["tags"]?.arrayValue?.count
        #expect(tags == 8)
        #expect(book.app.defects == [])
    }
}
