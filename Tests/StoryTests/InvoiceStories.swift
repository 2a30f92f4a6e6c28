import Foundation
import Testing
import Values

/// Numbers and documents on a server that is killed while it issues.
@Suite struct `Stories of invoices` {
    private static let party: JSON = [
        "legal_name": "Harbour Books", "address_lines": ["1 Quay"], "country": "IE",
        "email": "books@harbour.test",
    ]

    /// A workspace whose invoices can be issued, and an administrator of the platform.
    private func open(_ world: World) throws -> (staff: Browser, workspace: String) {
        let ana = try world.signUp("Harbour Books", "Ana Ruiz", "ana@harbour.test")
        #expect(try ana.put("/v1/billing/profile", Self.party).status == 200)
        let staff = try world.signInStaff()
        #expect(try staff.put("/v1/platform/billing/seller", Self.party).status == 200)
        return (staff, try world.database.sql("SELECT id FROM platform.tenants WHERE number = 1"))
    }

    private func draft(_ staff: Browser, _ workspace: String) throws -> String {
        let page = try staff.post(
            "/v1/platform/invoices",
            [
                "workspace_id": .string(workspace), "currency": "USD",
                "lines": [["text": "Sample", "unit_price": 3_500, "tax_rate_ppm": 220_000]],
            ])
        return try #require(page["id"], "\(page.body)")
    }

    /// Issues all at once; what becomes of a call whose server dies is not known.
    private func issue(_ ids: [String], _ staff: Browser, whileRunning: () throws -> Void) throws {
        let group = DispatchGroup()
        for id in ids {
            let twin = try staff.twin()
            DispatchQueue.global().async(group: group) {
                _ = try? twin.post("/v1/platform/invoices/\(id)/issue")
            }
        }
        try whileRunning()
        group.wait()
    }

    @Test(
        """
        ST-29, BL-130, R1: kill -9 while twenty are issued leaves no hole, and every document \
        comes by mail with its file
        """)
    func killed() throws {
        let mail = try MailServer()
        let world = try World(mail: mail)
        let (staff, workspace) = try open(world)
        let ids = try (0..<20).map { _ in try draft(staff, workspace) }
        try issue(ids, staff) {
            let begun = try world.eventually {
                try world.database.sql(
                    "SELECT count(*) FROM platform.invoices WHERE state = 'issued'") != "0"
            }
            #expect(begun)
            try world.killServer()
        }
        staff.server = world.server
        let series = """
            SELECT coalesce(max(seq), 0) = count(*) AND count(DISTINCT seq) = count(*),
                count(*) = (SELECT coalesce(max(next), 1) - 1 FROM platform.document_series
                    WHERE kind = 'invoice')
            FROM platform.invoices WHERE state <> 'draft'
            """
        #expect(try world.database.sql(series) == "t|t")
        let rest = try world.database.sql(
            "SELECT id FROM platform.invoices WHERE state = 'draft'"
        ).split(separator: "\n").map(String.init)
        try issue(rest, staff) {}
        #expect(try world.database.sql(series) == "t|t")
        #expect(
            try world.database.sql("SELECT max(number) FROM platform.invoices").hasSuffix("000020"))
        let done = try world.eventually {
            try world.database.sql("SELECT count(*) FROM platform.document_files") == "20"
        }
        #expect(done)
        let wanted = Set((1...20).map { String(format: "%06d.pdf", $0) })
        var files: Set<String> = []
        let mailed = try world.eventually {
            let sent = mail.mails.filter { $0["to"]?.arrayValue == ["books@harbour.test"] }
            files = Set(
                sent.compactMap {
                    $0["files"]?.arrayValue?.first?["name"]?.stringValue?.suffix(10)
                }.map(String.init))
            return files == wanted
        }
        #expect(mailed, "\(wanted.subtracting(files))")
        let again = try staff.post("/v1/platform/invoices/\(ids[0])/issue")
        #expect(again.code == "invoice_immutable")
        #expect(world.server.stop() == 0)
    }

    @Test("BL-83, BL-107: the command line issues, shows, lists and exports what staff draft")
    func commands() throws {
        let world = try World()
        let (staff, workspace) = try open(world)
        let id = try draft(staff, workspace)
        func courtyard(_ words: String...) throws -> String {
            try ServerProcess.command(["invoice"] + words, on: world.database)
        }
        #expect(try courtyard("list", "--status", "draft").contains("draft \(id)"))
        let number = try courtyard("issue", id).trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(number.wholeMatch(of: /INV-\d{4}-000001/) != nil)
        #expect(throws: Shell.Failure.self) { try courtyard("issue", id) }
        let shown = try JSON.parse(Array(try courtyard("show", number).utf8))
        #expect(shown["id"] == .string(id) && shown["status"] == "issued")
        #expect(shown["total"]?["amount"] == 4_270)
        #expect(try courtyard("list").contains("\(number)  issued  42.70 USD"))
        let rows = try courtyard("export", "--status", "issued").split(separator: "\r\n")
        #expect(rows.count == 2 && rows[1].contains(",35.00,7.70,42.70,0.00,0.00,USD,"))
        #expect(throws: Shell.Failure.self) { try courtyard("show", "INV-1999-000001") }
        #expect(throws: Shell.Failure.self) { try courtyard("list", "--status", "gold") }
        let log = try staff.get("/v1/platform/audit?action=invoice.issue")
        #expect(log.rows.count == 1 && log.rows[0]["actor_kind"] == "operator")
        #expect(world.server.stop() == 0)
    }
}

extension World {
    /// Whether the condition comes to hold within a minute.
    func eventually(_ condition: () throws -> Bool) throws -> Bool {
        let start = Date()
        // What a killed server had begun is taken up when its claims have run out.
        while Date().timeIntervalSince(start) < 240 {
            if try condition() { return true }
            usleep(50_000)
        }
        return false
    }
}
