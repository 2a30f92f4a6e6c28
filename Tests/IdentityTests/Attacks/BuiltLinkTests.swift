import Crypto
import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Identity

/// Addresses that are made of what somebody stored, and addresses that somebody stores.
@Suite struct `Links made of stored text` {
    @Test("SEC-03, SEC-78: what a workspace stored comes to its provider as one value each")
    func encoded() async throws {
        let company = try await Company.make()
        let nasty = "a&scope=admin#x=/?%20é\"' <b>+"
        let saved = await company.owner.client.put(
            company.path, company.settings.with("client_id", .string(nasty)))
        #expect(saved.status == 200, "\(saved.text)")
        let begun = await Browser(company.owner).post(company.path + "/test")
        let address = try #require(begun.string("authorization_url"), "\(begun.text)")
        #expect(address.hasPrefix(company.provider.issuer + "/authorize?"))
        #expect(
            address.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !Array("\"<>#'".utf8).contains($0) }
        )
        let query = FormQuery.dictionary(address)
        #expect(query["client_id"] == nasty)
        #expect(query["scope"] == "openid email profile")
        #expect(query["response_type"] == "code")
    }

    @Test(
        "SEC-03: scripts and data are no addresses",
        arguments: [
            "javascript:alert(1)", "JavaScript://a.example/%0aalert(1)", "data:text/html,x",
            "vbscript:x", "file:///etc/passwd", "https:a.example",
            "//a.example",
        ])
    func schemes(address: String) async throws {
        let company = try await Company.make()
        let saved = await company.owner.client.put(
            company.path, company.settings.with("issuer", .string(address)))
        #expect(saved.status == 422, "\(saved.text)")
        #expect(saved.fieldErrors.contains { $0.hasPrefix("/issuer: ") }, "\(saved.fieldErrors)")
    }
}
