import Foundation
import TestSupport
import Testing
import Values

@Suite struct `Stories of workspaces` {
    /// A file that ends with the test.
    private final class Upload {
        let path = NSTemporaryDirectory() + "courtyard-upload-" + UUID().uuidString

        init(_ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }
        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    @Test("ST-01, WS-01, WS-03, WS-04, WS-80, WS-90, WS-91: sign-up and workspace settings")
    func signUp() throws {
        let world = try World()
        let ana = try world.signUp("Harbour Books", "Ana Ruiz", "ana@harbour.example")
        let changed = try ana.patch(
            "/v1/workspace", ["name": "Harbour & Sons", "timezone": "America/Bogota"])
        #expect(changed.status == 200, "\(changed.body)")
        let unknown = try ana.patch("/v1/workspace", ["timezone": "Mars/Base"])
        #expect(unknown.status == 422)
        #expect(unknown.body.contains("invalid_timezone"))

        func set(_ bytes: [UInt8]) throws -> Browser.Page {
            let file = try Upload(bytes)
            return try ana.upload("/v1/workspace/logo", by: "PUT", as: "logo", file: file.path)
        }
        #expect(try set(TestPicture.encoded(.png, 300, 120)).status == 200)
        let large = try set([UInt8](repeating: 0, count: 3 * 1_024 * 1_024))
        #expect(large.status == 413)
        #expect(large.code == "payload_too_large")
        let animated = try set(TestPicture.encoded(.gif, 300, 120))
        #expect(animated.status == 415)
        #expect(animated.code == "unsupported_media_type")

        let workspace = try ana.get("/v1/workspace")
        #expect(workspace["name"] == "Harbour & Sons")
        #expect(workspace["timezone"] == "America/Bogota")
        #expect(workspace["plan"] == "FREE")
        let members = try ana.get("/v1/members").rows
        #expect(members.count == 1)
        #expect(members.first?["role_name"] == "Owner")
        let logo = try ana.get(try #require(workspace["logo_url"]))
        #expect(logo.status == 200)
        #expect(logo.head.lowercased().contains("content-type: image/png"))
        #expect(try Browser(world.server).get(try #require(workspace["logo_url"])).status == 401)
    }
}
