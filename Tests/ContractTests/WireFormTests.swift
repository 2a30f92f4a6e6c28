import HTTP
import TestSupport
import Testing
import Values

@testable import App

/// The form of everything that goes over the wire, on every route (OV-20).
@Suite struct `The form of requests and answers` {
    /// The names of all members that an object of the API description declares, anywhere in it.
    private func names(in json: JSON) -> [String] {
        if let elements = json.arrayValue { return elements.flatMap(names) }
        guard let members = json.objectValue else { return [] }
        return members.flatMap { member in
            let own = member.name == "properties" ? member.value.objectValue ?? [] : []
            return own.map(\.name) + names(in: member.value)
        }
    }

    @Test("OV-20: every member and every parameter has a name in snake case")
    func names() throws {
        let description = try JSON.parse(Array(Documents.openapi.utf8))
        let members = Set(names(in: description))
        let parameters = AllRoutes.descriptions.flatMap(\.parameters).map(\.name)
        #expect(members.count > 100)
        for name in members.union(parameters) {
            #expect(name.wholeMatch(of: /[a-z][a-z0-9]*(_[a-z0-9]+)*/) != nil, "\(name)")
        }
    }

    @Test("OV-20: an answer has the media type that its route says", arguments: RouteSample.all)
    func mediaType(sample: RouteSample) async throws {
        guard sample.route.method == .get, !sample.route.takesAnyQuery else { return }
        let caller = try await sample.caller()
        let answer = await sample.call(caller.client, caller.path)
        guard answer.status < 300 else {
            #expect(answer.contentType == "application/problem+json; charset=utf-8")
            return
        }
        let type = try #require(answer.contentType)
        switch sample.route.answer {
        case .json:
            #expect(type == "application/json; charset=utf-8")
            #expect(answer.json.objectValue != nil)
            #expect(String(validating: answer.body, as: UTF8.self) != nil)
        case .media(_, let declared) where declared.hasSuffix("/*"):
            #expect(type.hasPrefix(declared.dropLast()))
        case .media(_, let declared): #expect(type.hasPrefix(declared))
        case .empty: Issue.record("\(sample.route.path) answers with content")
        }
    }

    @Test(
        "OV-20, OV-70: a body that is not UTF-8 is 400", arguments: RouteSample.all,
        [
            Array(#"{"name": ""#.utf8) + [0xff] + Array(#""}"#.utf8),
            Array(#"{"name": ""#.utf8) + [0xed, 0xa0, 0x80] + Array(#""}"#.utf8),
            [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00],
        ])
    func notUTF8(sample: RouteSample, body: [UInt8]) async throws {
        guard sample.takesJSON else { return }
        let caller = try await sample.caller()
        let answer = await caller.client.app.send(
            sample.route.method, caller.path,
            fields: caller.client.fields + [("Content-Type", "application/json")], body: body)
        if sample.isRefusedEarlier(answer) { return }
        #expect(answer.status == 400, "\(answer.text)")
        #expect(answer.code == "malformed_request")
    }
}
