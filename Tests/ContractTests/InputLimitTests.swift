import Foundation
import HTTP
import Tenancy
import TestSupport
import Testing
import Values

@testable import App

/// Rules of input as the API description tells them.
@Suite struct `Rules of input` {
    /// Texts that are compared with a list, or read in a form, that JSON Schema has no word for.
    private static let readOtherwise: Set<String> = [
        "timezone", "country_code", "from", "to", "logout_token",
    ]

    private static func description() throws -> JSON {
        try JSON.parse(
            Array(
                try Data(
                    contentsOf: URL(
                        filePath: TestEnvironment.repository + "/docs/openapi.json"))))
    }

    private static func text(_ json: JSON) -> String {
        String(decoding: json.serialized, as: UTF8.self)
    }

    private static func operations() throws -> [(name: String, operation: JSON)] {
        let paths = try description()["paths"]?.objectValue ?? []
        return paths.flatMap { path in
            (path.value.objectValue ?? []).map { ("\($0.name) \(path.name)", $0.value) }
        }
    }

    private func allows(_ type: String, in schema: JSON) -> Bool {
        switch schema["type"] {
        case .string(let name)?: name == type
        case .array(let names)?: names.contains(.string(type))
        default: false
        }
    }

    /// Texts and lists without a bound.
    private func unbounded(_ schema: JSON, _ place: String) -> [String] {
        var found: [String] = []
        let rules = ["maxLength", "format", "enum", "pattern", "const"]
        if allows("string", in: schema), rules.allSatisfy({ schema[$0] == nil }) {
            found.append(place)
        }
        if allows("array", in: schema), schema["maxItems"] == nil { found.append(place) }
        for property in schema["properties"]?.objectValue ?? [] {
            guard !Self.readOtherwise.contains(property.name) else { continue }
            found += unbounded(property.value, place + "/" + property.name)
        }
        if let items = schema["items"] { found += unbounded(items, place + "[]") }
        for word in ["oneOf", "anyOf", "allOf"] {
            for part in schema[word]?.arrayValue ?? [] { found += unbounded(part, place) }
        }
        return found
    }

    @Test("SEC-14: every text and list that a request may hold has its bound in the description")
    func bounds() throws {
        var findings: [String] = []
        var bodies = 0
        for (name, operation) in try Self.operations() {
            for content in operation["requestBody"]?["content"]?.objectValue ?? [] {
                bodies += 1
                findings += unbounded(content.value["schema"] ?? .null, name)
            }
            for parameter in operation["parameters"]?.arrayValue ?? [] {
                let place = "\(name) ?\(parameter["name"]?.stringValue ?? "")"
                findings += unbounded(parameter["schema"] ?? .null, place)
            }
        }
        #expect(bodies > 40)
        #expect(findings == [])
    }

    @Test("SEC-14: the limits of persons, addresses and workspaces are those of the document")
    func limits() throws {
        let text = try String(
            contentsOfFile: TestEnvironment.repository + "/docs/security.md", encoding: .utf8)
        let settings = ServiceSettings(schemaVersion: 1)
        let row =
            "| \(settings.requestsPerSession), \(settings.requestsPerToken), "
            + "\(settings.requestsPerWorkspace) a minute"
        #expect(text.replacing(/(\d),(\d{3})/) { "\($0.1)\($0.2)" }.contains(row), "\(row)")
        #expect(text.contains("| \(settings.authCallsPerAddress) a minute |"))
        #expect(text.contains("| sessions | \(SessionLimits.perPerson) | person |"))
        #expect(text.contains("| JSON body | 1 MiB, \(JSON.Limits().depth) levels deep |"))
    }

    @Test("SEC-38: every route that can give out a session stands in the document of ways in")
    func waysIn() throws {
        let text = try ["sessions-and-login", "single-sign-on"].map {
            try String(
                contentsOfFile: TestEnvironment.repository + "/docs/\($0).md", encoding: .utf8)
        }.joined()
        let schemas = try Self.description()["components"]?["schemas"]?.objectValue ?? []
        let sessions = schemas.filter { Self.text($0.value).contains("\"landing\"") }.map(\.name)
        #expect(sessions.count == 3)
        var ways = 0
        for (name, operation) in try Self.operations() {
            let answers = (operation["responses"]?.objectValue ?? []).filter {
                $0.name.hasPrefix("2")
            }
            let isWay = answers.contains { answer in
                sessions.contains { Self.text(answer.value).contains("/schemas/\($0)\"") }
            }
            guard isWay, !name.hasPrefix("get ") else { continue }
            ways += 1
            let path = name.split(separator: " ")[1].replacing("/v1", with: "", maxReplacements: 1)
            #expect(text.contains(path), "\(name)")
        }
        #expect(ways >= 7)
    }

    @Test("SEC-59, ID-10: the times of sessions in the document are those in force")
    func sessionTimes() throws {
        let text = try String(
            contentsOfFile: TestEnvironment.repository + "/docs/sessions-and-login.md",
            encoding: .utf8)
        let (privileged, usual) = (SessionLimits.privileged, SessionLimits.usual)
        for row in [
            "| without a request | \(privileged.idleSeconds / 60) minutes "
                + "| \(usual.idleSeconds / 60) minutes |",
            "| after login | \(privileged.absoluteSeconds / 3_600) hours "
                + "| \(usual.absoluteSeconds / 3_600) hours |",
            "| at the same time | \(SessionLimits.perPerson) | \(SessionLimits.perPerson) |",
            "Single sign-on does not change these times",
        ] {
            #expect(text.contains(row), "\(row)")
        }
    }

    @Test("SEC-37: what is downloaded has a name of ours, in plain letters")
    func downloadNames() async throws {
        let owner = try await SharedWorkspace.shared.tenant().member(.owner)
        var files = 0
        for sample in RouteSample.inTenants where sample.route.method == .get {
            guard
                sample.route.path.hasSuffix(".csv") || sample.route.path.hasSuffix(".jsonl")
                    || sample.route.path.hasSuffix(".xlsx")
            else { continue }
            let path = sample.path([owner.id.description])
            let answer = await sample.call(owner.client, path)
            guard answer.status == 200 else { continue }
            files += 1
            let disposition = answer.field("Content-Disposition") ?? ""
            #expect(
                disposition.wholeMatch(of: /attachment; filename="[a-z0-9-]+\.[a-z]+"/) != nil,
                "\(path): \(disposition)")
            #expect(answer.contentType != nil)
        }
        #expect(files >= 4)
    }
}
