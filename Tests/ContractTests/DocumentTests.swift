import Foundation
import HTTP
import TestSupport
import Testing
import Values

@testable import App

@Suite struct `Generated documents` {
    @Test(
        "OV-64, AC-41, SEC-67: the committed documents are those that the routes give",
        arguments: ["openapi.json", "authorization.md"])
    func committed(name: String) throws {
        let path = TestEnvironment.repository + "/docs/" + name
        let generated = name == "openapi.json" ? Documents.openapi : Documents.authorization
        if TestEnvironment["UPDATE_GOLDEN"] == "1" {
            try generated.write(toFile: path, atomically: true, encoding: .utf8)
        }
        let committed = try String(contentsOfFile: path, encoding: .utf8)
        #expect(
            committed == generated,
            "docs/\(name) differs from the routes; UPDATE_GOLDEN=1 scripts/test rewrites it"
        )
    }

    @Test("OV-64: an independent validator finds nothing wrong with the API description")
    func valid() throws {
        let python = TestEnvironment.repository + "/.venv/bin/python"
        try #require(
            FileManager.default.isExecutableFile(atPath: python),
            "There is no .venv; run scripts/venv, which needs PyPI.")
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("openapi-\(UUID()).json")
        try Documents.openapi.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = ["-m", "openapi_spec_validator", file.path]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(text)")
    }

    @Test("AC-41: /meta/endpoints lists every route with its permission")
    func endpoints() async throws {
        let app = try TestApp(AllRoutes.all)
        let answer = await Client(app: app).get("/v1/meta/endpoints")
        #expect(answer.status == 200)
        #expect(answer.data.count == AllRoutes.all.count)
        for (row, route) in zip(answer.data, AllRoutes.descriptions) {
            #expect(row["path"]?.stringValue == route.path)
            #expect(row["method"]?.stringValue == route.method.rawValue)
            if case .permission(let name) = route.access.audience {
                #expect(row["permission"]?.stringValue == name)
            } else {
                #expect(row["permission"] == .null)
            }
        }
    }

    @Test("OV-32: operation ids are unique, and no two routes share method and path")
    func unique() {
        let ids = AllRoutes.descriptions.map(\.id)
        #expect(Set(ids).count == ids.count)
        let keys = AllRoutes.descriptions.map { "\($0.method.rawValue) \($0.path)" }
        #expect(Set(keys).count == keys.count)
    }

    @Test("OV-30: a code has one status and one title wherever it is used")
    func problems() {
        var known: [String: ProblemKind] = [:]
        for kind in AllRoutes.descriptions.flatMap(\.failures) + ProblemKind.common {
            #expect(kind.slug == kind.code.replacingOccurrences(of: "_", with: "-"))
            if let other = known[kind.code] { #expect(other == kind) }
            known[kind.code] = kind
        }
    }

    @Test("OV-62: /meta lists the choices that clients need")
    func meta() async throws {
        let answer = await Client(app: try TestApp(AllRoutes.all)).get("/v1/meta")
        #expect(answer.status == 200)
        let names = [
            "languages", "data_retention_options", "plans", "protocols", "code_example_languages",
        ]
        for name in names { #expect(!(answer[name].arrayValue ?? []).isEmpty) }
    }
}
