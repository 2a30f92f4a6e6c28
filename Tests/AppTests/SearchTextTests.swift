import HTTP
import Tenancy
import TestSupport
import Testing
import Values

@testable import App

/// What people type into a search box is looked for as it stands.
@Suite struct `Search text` {
    private static let hostile = [
        "%", "_", "\\", "100%", "a_b", "a\\b", "\\%", "%25", "' OR 1=1 --", "a*", "[a-z]", "(",
        "$1",
    ]

    private static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (digits.count == 1 ? "0" : "") + digits
        }.joined()
    }

    private func names(_ client: Client, _ path: String, _ text: String) async -> [String] {
        let answer = await client.get("\(path)?q=\(Self.encoded(text))")
        #expect(answer.status == 200, "\(path) \(text): \(answer.text)")
        return answer.data.compactMap { $0["name"]?.stringValue }
    }

    @Test("SEC-06: signs of LIKE and of regular expressions match themselves alone, in every list")
    func literally() async throws {
        let app = try TestApp(AllRoutes.all)
        let tenant = try await TestTenant.create(app, plan: "ENTERPRISE")
        let owner = try await tenant.member(.owner, name: "Olga")
        let stored = ["100% wool", "100 wool", "a_b team", "axb team", "a\\b team", "ab* team"]
        for (index, name) in stored.enumerated() {
            let text = JSON.string(name)
            let created = [
                await owner.client.post(
                    "/v1/contacts",
                    [
                        "name": text, "phone": .string("+49151123456\(10 + index)"),
                        "language": "en",
                    ]), await owner.client.post("/v1/groups", ["name": text]),
                await owner.client.post("/v1/teams", ["name": text, "kind": "support"]),
                await owner.client.post("/v1/roles", ["name": text, "permissions": []]),
                await owner.client.post(
                    "/v1/service-accounts", ["name": text, "scopes": ["contact.read"]]),
            ]
            for answer in created { #expect(answer.status == 201, "\(answer.text)") }
        }
        for path in ["contacts", "groups", "teams", "roles", "service-accounts"] {
            for text in Self.hostile {
                let found = await names(owner.client, "/v1/" + path, text)
                let expected = stored.filter { $0.contains(text) }
                #expect(Set(found) == Set(expected), "\(path) \(text)")
            }
        }
        // Names and addresses of members; none has such a sign.
        for text in Self.hostile where text != "_" {
            #expect(await names(owner.client, "/v1/members", text) == [], "\(text)")
        }
        #expect(app.defects == [])
    }
}
