import Foundation
import TestSupport
import Testing

@testable import App

@Suite struct `Addresses of providers` {
    /// Names of formats, which nobody calls, and hosts that stand for any.
    private let names: Set<String> = [
        "www.w3.org", "schemas.openid.net", "schemas.openxmlformats.org", "login.example.com",
    ]

    @Test("OV-16: no provider's address stands in the code")
    func sources() throws {
        let folder = URL(fileURLWithPath: TestEnvironment.repository + "/Sources")
        let files = try #require(FileManager.default.enumerator(atPath: folder.path))
        var read = 0
        for case let path as String in files where path.hasSuffix(".swift") {
            read += 1
            let text = try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
            for line in text.split(separator: "\n") {
                guard !line.drop(while: { $0 == " " }).hasPrefix("//") else { continue }
                for match in line.matches(of: /https?:\/\/([a-z0-9-]+(\.[a-z0-9-]+)+)/) {
                    #expect(names.contains(String(match.1)), "\(path): \(line)")
                }
            }
        }
        #expect(read > 100)
    }

    @Test("OV-16: each can be pointed at a local stand-in")
    func standIns() throws {
        let configuration = try Configuration(environment: [
            "COURTYARD_DATABASE_URL": "postgresql://x",
            "COURTYARD_MAIL": "smtp://127.0.0.1:1025",
            "COURTYARD_MAIL_FROM": "no-reply@courtyard.example",
            "COURTYARD_SMS": "twilio+http://sid:token@127.0.0.1:1026",
            "COURTYARD_SMS_FROM": "+15005550006",
            "COURTYARD_DNS": "127.0.0.1:1027",
            "COURTYARD_TEST_LOCAL_PROVIDERS": "yes",
        ])
        #expect(configuration.nameServers == "127.0.0.1:1027")
        #expect(configuration.allowsLocalProviders)
        guard case .smtp = configuration.mail, case .twilio = configuration.sms else {
            Issue.record("Mail and SMS do not leave by the stand-ins.")
            return
        }
    }
}
