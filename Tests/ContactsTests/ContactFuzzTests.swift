import HTTP
import Tenancy
import TestSupport
import Testing
import Values

@testable import Contacts

@Suite struct `Contacts under hostile input` {
    /// xorshift64*, so that every run sends the same requests.
    private struct Dice: RandomNumberGenerator {
        var state: UInt64 = 0x9e37_79b9_7f4a_7c15
        mutating func next() -> UInt64 {
            state ^= state >> 12
            state ^= state << 25
            state ^= state >> 27
            return state &* 2_685_821_657_736_338_717
        }
    }

    private static let texts = [
        "", " ", "a", "+4917012345", "x@y.example", "\u{0}", "\u{1}", "\u{fdfa}", "e\u{301}", "|",
        "%_\\", "'; DROP TABLE tenant.contacts; --", "$1", "tenant.contacts", "\u{202e}x", "👩‍👩‍👧",
        "null", "2026-01-01T00:00:00Z", "9999-12-31T23:59:60Z", "delete", "add_tag", "telegram",
        "\u{fffd}", "\u{10ffff}", "\u{2028}",
    ]

    private func value(_ dice: inout Dice, _ ids: [String], depth: Int = 0) -> JSON {
        switch Int.random(in: 0..<(depth > 2 ? 7 : 10), using: &dice) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &dice))
        case 2: return .integer(Int64.random(in: .min ... .max, using: &dice))
        case 3: return .number([1e308, -0.0, 5e-300, 1.5].randomElement(using: &dice) ?? 0)
        case 4: return .string(ids.randomElement(using: &dice) ?? "")
        case 5:
            let text = Self.texts.randomElement(using: &dice) ?? ""
            let count = [1, 40, 2_000].randomElement(using: &dice) ?? 1
            return .string(String(repeating: text, count: count))
        case 6: return .string(Self.texts.randomElement(using: &dice) ?? "")
        case 7, 8:
            let count = Int.random(in: 0..<4, using: &dice)
            return .array((0..<count).map { _ in value(&dice, ids, depth: depth + 1) })
        default:
            var names = ["name", "a", "q", "channel_kind", "provider_user_id", "", "\u{0}", "/~"]
            names.shuffle(using: &dice)
            return .object(
                names.prefix(3).map {
                    .init(name: $0, value: value(&dice, ids, depth: depth + 1))
                })
        }
    }

    @Test("OV-83, SEC-15: 3,000 random bodies and parameters cause no fault")
    func bodies() async throws {
        let book = try await ContactBook()
        let contact = try await book.contact("A", "+4917012345")
        let group = try await book.group("G")
        let ids = ["\(contact)", "\(group)", "00000000-0000-7000-8000-000000000000", "x"]
        var dice = Dice()
        let names = [
            "name", "phone", "email", "country_code", "iso_code", "language", "tags", "attributes",
            "opted_out", "group_ids", "identities", "into", "action", "ids", "group_id", "tag",
            "filter", "description", "nick",
        ]
        let changing: [(HTTP.Method, String)] = [
            (.post, "/v1/contacts"), (.patch, "/v1/contacts/\(contact)"),
            (.post, "/v1/contacts/\(contact)/merge"), (.post, "/v1/contacts/bulk"),
            (.post, "/v1/groups"), (.patch, "/v1/groups/\(group)"),
            (.post, "/v1/groups/\(group)/members"), (.delete, "/v1/groups/\(group)/members"),
        ]
        for _ in 0..<2_500 {
            var members: [JSON.Member] = []
            for name in names.shuffled(using: &dice).prefix(Int.random(in: 0..<7, using: &dice)) {
                let plain = Bool.random(using: &dice)
                let text = JSON.string(Self.texts.randomElement(using: &dice) ?? "")
                members.append(.init(name: name, value: plain ? text : value(&dice, ids)))
            }
            let (method, target) = changing.randomElement(using: &dice)!
            let answer = await book.owner.send(method, target, .object(members))
            #expect(answer.status < 500, "\(method) \(target) \(members) \(answer.text)")
        }
        let parameters = [
            "q", "group_id", "tag", "opted_out", "created_from", "created_to", "attribute[a]",
            "attribute[\u{0}]", "has_conversation", "sort", "limit", "cursor",
        ]
        let lists = [
            "/v1/contacts", "/v1/contacts/export.csv", "/v1/groups", "/v1/groups/\(group)/members",
        ]
        for _ in 0..<500 {
            let chosen = parameters.shuffled(using: &dice).prefix(2).map { name in
                let text = (Self.texts + ids + ["true", "name", "-1"]).randomElement(using: &dice)!
                return encoded(name) + "=" + encoded(text)
            }
            let target = lists.randomElement(using: &dice)! + "?" + chosen.joined(separator: "&")
            let answer = await book.owner.get(target)
            #expect(answer.status < 500, "\(target) \(answer.text)")
        }
        #expect(book.app.defects == [])
    }

    private func encoded(_ text: String) -> String {
        text.utf8.map { "%" + (["", "0"][$0 < 16 ? 1 : 0]) + String($0, radix: 16) }.joined()
    }
}
