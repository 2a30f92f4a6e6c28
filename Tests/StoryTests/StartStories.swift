import Foundation
import TestSupport
import Testing

@Suite struct `Starting and stopping` {
    @Test("OV-60: a migrated server answers health and readiness and ends cleanly on SIGTERM")
    func startAndStop() throws {
        let database = try StoryDatabase()
        try ServerProcess.command(["migrate"], on: database)
        let server = try ServerProcess(database)
        let browser = Browser(server)
        #expect(try browser.get("/health").body == #"{"status":"ok"}"#)
        #expect(try browser.get("/ready").status == 200)
        #expect(try browser.get("/nothing").code == "not_found")
        #expect(server.stop() == 0)
    }
}
