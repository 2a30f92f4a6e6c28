import HTTP
import HTTPClient
import TestSupport
import Testing
import Values

@testable import Identity

/// Key sets that fail, lie or change while a login is under way.
@Suite struct `A provider's key set during a login` {
    /// A company whose provider's keys nobody here has read yet.
    private func company() async throws -> Company {
        let company = try await Company.inUse()
        try await company.install([company.provider])
        return company
    }

    typealias Fault = (name: String, answer: Result<IncomingResponse, HTTPClientFailure>)

    static let faults: [Fault] = [
        ("slow", .failure(.timeout)), ("huge", .failure(.tooLarge)),
        ("elsewhere", .failure(.refusedAddress)),
        ("busy", .success(TestProvider.json(["keys": []], status: 503))),
        ("moved", .success(TestProvider.json([:], status: 302))),
        ("no JSON", .success(IncomingResponse(status: 200, fields: [], body: [0xFF, 0xFE]))),
        ("empty", .success(TestProvider.json(["keys": []]))),
        ("a list", .success(TestProvider.json([]))),
        ("many keys", .success(TestProvider.json(["keys": .array(many)]))),
        (
            "repeated members",
            .success(
                IncomingResponse(
                    status: 200, fields: [], body: Array(#"{"keys": [], "keys": []}"#.utf8)))
        ),
    ]
    private static let many = (0..<5_000).map { TestSigner.rsa.jwk("k\($0)") }

    @Test("ID-85, SEC-57, SEC-74, SEC-103: while it fails nobody comes in, and then they do")
    func failing() async throws {
        let company = try await company()
        for fault in Self.faults {
            company.provider.change { $0.faults["/keys"] = fault.answer }
            let browser = company.browser
            let answer = try await company.logIn(browser)
            #expect([401, 502, 504].contains(answer.status), "\(fault.name): \(answer.text)")
            #expect(browser.sessionCookie == nil, "\(fault.name)")
            #expect(try await company.person("ann@\(company.domain)") == nil)
        }
        company.provider.change { $0.faults = [:] }
        #expect(try await company.logIn(company.browser).status == 200)
        #expect(company.world.app.defects == [])
    }

    @Test("SEC-57: a key rotated in between the start and the end of a login is found")
    func rotated() async throws {
        let company = try await company()
        #expect(try await company.logIn(company.browser).status == 200)
        let browser = company.browser
        let address = try await company.begin(browser)
        company.provider.change {
            $0.signer = .p256
            $0.keyID = "k2"
            $0.keys = [TestSigner.p256.jwk("k2")]
        }
        #expect(try await company.finish(browser, address).status == 200)
    }

    @Test("SEC-57, SEC-73: a set that now holds another key under the old name opens nothing more")
    func replaced() async throws {
        let company = try await company()
        company.provider.change { $0.keys = [TestSigner.otherRSA.jwk("k1")] }
        let browser = company.browser
        #expect(try await company.logIn(browser).code == "sso_rejected")
        // A private or symmetric key in a public set is nobody's to sign with.
        company.provider.change {
            $0.keys = [["kty": "oct", "kid": "k1", "k": "c2VjcmV0", "alg": "HS256"]]
        }
        try await company.install([company.provider])
        #expect([401, 502].contains(try await company.logIn(browser).status))
        #expect(browser.sessionCookie == nil)
    }
}
