import Foundation
import TestSupport
import Testing
import Values

@Suite struct `Stories of contacts` {
    @Test("ST-16, MS-20, MS-23, MS-25, MS-26, MS-28, MS-40, OV-40: import, export and groups")
    func contacts() throws {
        let world = try World()
        let ana = try world.signUp("Harbour", "Ana Ruiz", "ana@harbour.example", plan: "GROWTH")
        var rows = ["Name,Phone,Email,City"]
        for index in 1...970 {
            rows.append(
                "Customer \(index),+4915\(String(format: "%09d", index)),c\(index)@x.example,Berlin"
            )
        }
        for index in 1...20 {
            rows.append("Again \(index),+4915\(String(format: "%09d", index)),,")
        }
        for index in 1...10 { rows.append("Broken \(index),not-a-phone-\(index),,") }
        let file = NSTemporaryDirectory() + "contacts-\(UUID().uuidString).csv"
        try rows.joined(separator: "\r\n").write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }

        let done = try importFile(file, by: ana)
        #expect(done["state"] == "completed")
        #expect(done["created"] == "970")
        #expect(done["skipped"] == "20")
        #expect(done["failed"] == "10")
        let id = try #require(done["id"])
        let errors = try ana.get("/v1/contacts/imports/\(id)/errors.csv")
        #expect(errors.body.split(separator: "\r\n").count == 11)

        #expect(
            try ana.post("/v1/contacts", ["name": "=1+1", "phone": "+4917000000000"]).status == 201)
        let export = try ana.get("/v1/contacts/export.csv")
        #expect(export.body.contains("\r\n'=1+1,+4917000000000,"))
        #expect(export.body.split(separator: "\r\n").count == 972)
        let again = NSTemporaryDirectory() + "again-\(UUID().uuidString).csv"
        try export.body.write(toFile: again, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: again) }
        let second = try importFile(again, fields: ["on_duplicate": "update"], by: ana)
        #expect(second["failed"] == "0")
        #expect(second["created"] == "0")
        #expect(try ana.get("/v1/contacts/export.csv").body == export.body)

        let group = try #require(try ana.post("/v1/groups", ["name": "Spring"])["id"])
        let ids = try
            (ana.get("/v1/contacts?limit=100").rows
            + ana.get("/v1/contacts?limit=100&sort=name").rows).compactMap { $0["id"] }
        let added = try ana.post("/v1/groups/\(group)/members", ["ids": .array(ids)])
        #expect(added.status == 200)
        let unique = Set(ids.map { "\($0)" }).count
        #expect(try ana.get("/v1/groups/\(group)")["member_count"] == String(unique))
    }

    @Test("MS-20, SEC-103: an upload for which there is no room is refused, and the next is taken")
    func noRoom() throws {
        let folder = NSTemporaryDirectory() + "courtyard-spool-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // Files of the server may not grow beyond half a million bytes: a disk that fills up.
        let world = try World(
            environment: ["COURTYARD_SPOOL": folder], wrapper: ["prlimit", "--fsize=500000"])
        let ana = try world.signUp("Harbour", "Ana Ruiz", "ana@harbour.example", plan: "GROWTH")
        func write(rows: Int) throws -> String {
            let lines = (1...rows).map { "Customer \($0),+4915\(String(format: "%09d", $0))" }
            let file = NSTemporaryDirectory() + "room-\(UUID().uuidString).csv"
            try (["name,phone"] + lines).joined(separator: "\n")
                .write(toFile: file, atomically: true, encoding: .utf8)
            return file
        }
        let (large, small) = (try write(rows: 40_000), try write(rows: 100))
        defer { for file in [large, small] { try? FileManager.default.removeItem(atPath: file) } }
        let refused = try ana.upload("/v1/contacts/imports", file: large)
        #expect(refused.status == 507)
        #expect(refused.code == "storage_full")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        #expect(try ana.get("/v1/contacts/imports").rows.isEmpty)
        let done = try importFile(small, by: ana)
        #expect(done["state"] == "completed")
        #expect(done["created"] == "100")
        #expect(world.server.stop() == 0)
    }

    @Test("MS-20, MS-29: an Excel workbook is imported like a CSV file")
    func workbook() throws {
        let world = try World()
        let ana = try world.signUp("Harbour", "Ana Ruiz", "ana@harbour.example", plan: "GROWTH")
        let sample = NSTemporaryDirectory() + "sample-\(UUID().uuidString).xlsx"
        defer { try? FileManager.default.removeItem(atPath: sample) }
        let script = try #require(try ana.serviceToken(["contact.read", "contact.import"]))
        try Shell.check(
            "curl",
            [
                "-s", "-f", "-H", "Authorization: Bearer \(script)", "-o", sample,
                world.server.address + "/v1/contacts/imports/sample.xlsx",
            ])
        let done = try importFile(sample, fields: ["create_groups": "true"], by: ana)
        #expect(done["state"] == "completed", "\(done.body)")
        #expect(done["failed"] == "0", "\(done.body)")
        #expect(done["created"] != "0")
    }

    @Test("MS-27, OV-14: an import goes on in another process after kill -9, and repeats nothing")
    func killedImport() throws {
        let world = try World()
        let ana = try world.signUp("Harbour", "Ana Ruiz", "ana@harbour.example", plan: "GROWTH")
        var rows = ["name,phone"]
        for index in 1...20_000 {
            rows.append("Customer \(index),+4915\(String(format: "%09d", index))")
        }
        let file = NSTemporaryDirectory() + "large-\(UUID().uuidString).csv"
        try rows.joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        let accepted = try ana.upload("/v1/contacts/imports", file: file)
        #expect(accepted.status == 202)
        let id = try #require(accepted["id"])
        let start = Date()
        while Date().timeIntervalSince(start) < 60 {
            let processed = try world.database.sql(
                "SELECT processed FROM t_1.contact_imports WHERE id = '\(id)'")
            if (Int(processed) ?? 0) > 0 { break }
        }
        world.server.kill()
        let next = try ServerProcess(world.database)
        ana.server = next
        let done = try finished(id, by: ana, seconds: 180)
        #expect(done["state"] == "completed")
        #expect(done["created"] == "20000")
        #expect(try world.database.sql("SELECT count(*) FROM t_1.contacts") == "20000")
    }

    private func importFile(
        _ file: String, fields: [String: String] = [:], by browser: Browser
    ) throws -> Browser.Page {
        let accepted = try browser.upload("/v1/contacts/imports", file: file, fields: fields)
        guard accepted.status == 202, let id = accepted["id"] else {
            throw Shell.Failure(description: accepted.body)
        }
        return try finished(id, by: browser, seconds: 120)
    }

    private func finished(_ id: String, by browser: Browser, seconds: Double) throws -> Browser.Page
    {
        let start = Date()
        while Date().timeIntervalSince(start) < seconds {
            let page = try browser.get("/v1/contacts/imports/\(id)")
            if let state = page["state"], state != "queued", state != "running" { return page }
            usleep(100_000)
        }
        throw Shell.Failure(description: "the import \(id) did not end")
    }
}

extension Browser {
    /// Makes a service account with the scopes and returns the secret of a token.
    func serviceToken(_ scopes: [String]) throws -> String? {
        let account = try post(
            "/v1/service-accounts",
            ["name": "script", "scopes": .array(scopes.map { .string($0) })])["id"]
        let issued = try post("/v1/service-accounts/\(account ?? "")/tokens", ["name": "script"])
        return issued["token"] ?? issued["secret"]
    }
}
