import Foundation
import TestSupport
import Testing

@testable import App

@Suite struct `Settings from the environment` {
    private func configuration(_ settings: [String: String]) throws -> Configuration {
        try Configuration(
            environment: ["COURTYARD_DATABASE_URL": "postgresql://x"].merging(settings) { $1 })
    }

    private func mistakes(_ settings: [String: String]) -> [String] {
        do {
            _ = try configuration(settings)
            return []
        } catch let mistakes as Configuration.Mistakes {
            return mistakes.sentences
        } catch {
            return ["\(error)"]
        }
    }

    @Test("OV-61: a database address is enough")
    func minimum() throws {
        let configuration = try configuration([:])
        #expect(configuration.port == 8080)
        #expect(configuration.origin == "http://127.0.0.1:8080")
        #expect(throws: Configuration.Mistakes.self) { try Configuration(environment: [:]) }
    }

    @Test("OV-61: docs/configuration.md has a row for every variable, and for no other")
    func documented() throws {
        let text = try String(
            contentsOfFile: TestEnvironment.repository + "/docs/configuration.md", encoding: .utf8)
        let rows = text.split(separator: "\n").compactMap { line in
            line.hasPrefix("| `COURTYARD_") ? line.split(separator: "`")[1] : nil
        }
        #expect(Set(rows.map(String.init)) == (try configuration([:]).names))
        #expect(Set(rows).count == rows.count)
    }

    @Test(
        "OV-61: each mistake is a sentence that names its variable",
        arguments: [
            ("COURTYARD_LISTEN", "8080"), ("COURTYARD_LOOPS", "0"), ("COURTYARD_SIGN_UP", "maybe"),
            ("COURTYARD_RATE_AUTH", "-1"), ("COURTYARD_TRUSTED_PROXIES", "10.0.0.0/99"),
            ("COURTYARD_TLS_KEY", "/key.pem"), ("COURTYARD_TLS_CERTIFICATE", "/c.pem"),
            ("COURTYARD_MAIL", "mail.example"), ("COURTYARD_LISTENN", "127.0.0.1:1"),
        ])
    func mistake(name: String, value: String) {
        let found = mistakes([name: value])
        #expect(found.count == 1)
        #expect(found.first?.contains(name) == true)
    }

    @Test("OV-61: all mistakes are told at once")
    func allAtOnce() {
        #expect(mistakes(["COURTYARD_LOOPS": "x", "COURTYARD_SIGN_UP": "x"]).count == 2)
    }

    @Test("OV-61: mail by SMTP needs a sender")
    func sender() throws {
        #expect(mistakes(["COURTYARD_MAIL": "smtp://127.0.0.1:25"]).count == 1)
        let settings = [
            "COURTYARD_MAIL": "smtp://127.0.0.1:25", "COURTYARD_MAIL_FROM": "no-reply@a.example",
        ]
        #expect(mistakes(settings).isEmpty)
    }
}
