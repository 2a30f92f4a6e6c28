import Contacts
import HTTP
import Jobs
import Persistence
import Synchronization
import Tabular
import Tenancy
import TestSupport
import Testing
import Values

/// Serialized because each test has processes of its own, and all take jobs of the same kind.
@Suite(.serialized) struct `Importing contacts` {
    let app: TestApp
    let process: TestProcess
    let tenant: TestTenant
    let client: Client

    init() async throws {
        app = try TestApp(ContactImportRoutes.all)
        process = try TestProcess(app, .imports)
        process.start()
        tenant = try await TestTenant.create(app)
        client = try await tenant.member(.owner).client
    }

    /// `name phone email tags` of each contact, sorted by phone.
    private func contacts() async throws -> [String] {
        try await tenant.run(
            """
            SELECT concat_ws(' ', name, phone, email, nullif(array_to_string(tags, '|'), ''))
            FROM tenant.contacts ORDER BY phone
            """
        ).map { $0.text(0) }
    }

    @Test("MS-20, AC-133: a change of somebody's rights costs nobody else an upload")
    func uploadAfterRightsChanged() async throws {
        #expect(await client.get("/v1/contacts/imports").status == 200)
        _ = try await tenant.run("UPDATE cell.own_tenant SET epoch = epoch + 1")
        let answer = await Upload(csv(["name,phone", "Ada,+12025550123"])).send(client)
        #expect(answer.status == 202)
        await process.stop()
    }

    private func csv(_ lines: [String]) -> String {
        lines.map { $0 + "\r\n" }.joined()
    }

    @Test("ST-16: 1,000 rows with 20 duplicates and 10 bad phones are all accounted for")
    func story() async throws {
        var lines = ["Name,Phone,City"]
        for row in 0..<970 { lines.append("Contact \(row),+49151\(1_000_000 + row),Town") }
        for row in 0..<20 { lines.append("Again \(row),+49151\(1_000_000 + row),Town") }
        for row in 0..<10 { lines.append("Bad \(row),12x\(row),Town") }
        let end = try await client.importFile(Upload(csv(lines)))
        #expect(end.string("state") == "completed")
        #expect(counts(end) == [970, 0, 20, 10])
        #expect(end.integer("total") == 1_000)
        #expect(end.integer("processed") == 1_000)
        let id = try #require(end.id("id"))
        let errors = await client.get("/v1/contacts/imports/\(id)/errors.csv")
        let rows = errors.text.split(separator: "\r\n").map(String.init)
        #expect(rows.count == 11)
        #expect(rows[0] == "row,column,code,Name,Phone,City")
        #expect(rows[1] == "992,phone,invalid_phone,Bad 0,12x0,Town")
        #expect(app.defects == [])
        await process.stop()
    }

    @Test("MS-21: headers stand in any order and case, and a mapping renames them")
    func headers() async throws {
        let end = try await client.importFile(
            Upload(
                csv(["TELEFON;Vorname;EMAIL;Ort", "+49 151 1234567;Ada;ada@example.com;Kiel"]),
                [("mapping", #"{"Telefon":"phone","vorname":"name","Ort":"city"}"#)]))
        #expect(counts(end) == [1, 0, 0, 0])
        #expect(try await contacts() == ["Ada +491511234567 ada@example.com"])
        let attributes = try await tenant.run("SELECT attributes FROM tenant.contacts")
        #expect(attributes[0].json(0) == ["city": "Kiel"])
        await process.stop()
    }

    @Test("MS-22: a phone without + takes the row's country code, else the request's, else fails")
    func countryCodes() async throws {
        let file = csv([
            "name,phone,country_code", "Row,0151 1111111,49", "Request,0812 345 678,",
            "Whole,+1 202 555 0123,62",
        ])
        let end = try await client.importFile(Upload(file, [("default_country_code", "+62")]))
        #expect(counts(end) == [3, 0, 0, 0])
        #expect(
            try await tenant.run("SELECT phone FROM tenant.contacts ORDER BY phone")
                .map { $0.text(0) } == ["+12025550123", "+491511111111", "+62812345678"])
        let without = try await client.importFile(Upload(csv(["name,phone", "No,0151 9"])))
        #expect(counts(without) == [0, 0, 0, 1])
        await process.stop()
    }

    @Test("MS-23: update lets cells that are not empty win, over stored rows and over earlier ones")
    func update() async throws {
        _ = try await client.importFile(
            Upload(
                csv([
                    "name,phone,email,tags,size", "Ada,+4915100000001,ada@example.com,a|b,9",
                    "Bob,+4915100000002,,,",
                ])))
        let end = try await client.importFile(
            Upload(
                csv([
                    "name,phone,email,tags,color", "Ada L,+4915100000001,,c,red",
                    "Eve,+4915100000003,,,", "Eve,+4915100000003,eve@example.com,,blue",
                    "Bob,+4915100000002,,,",
                ]), [("on_duplicate", "update")]))
        #expect(counts(end) == [1, 3, 0, 0])
        #expect(
            try await contacts() == [
                "Ada L +4915100000001 ada@example.com c", "Bob +4915100000002",
                "Eve +4915100000003 eve@example.com",
            ])
        let stored = try await tenant.run(
            "SELECT attributes FROM tenant.contacts WHERE phone = '+4915100000001'")
        #expect(stored[0].json(0)["size"] == "9")
        #expect(stored[0].json(0)["color"] == "red")
        await process.stop()
    }

    @Test("MS-28: an update that says nothing new changes nothing, types of attributes included")
    func nothingNew() async throws {
        try await tenant.run(
            """
            INSERT INTO tenant.contacts (id, name, phone, attributes, created_at, updated_at)
            VALUES (\(tenant.id), '=1+1', '+4915100000001', '{"size": 42, "ok": true}',
                '2020-01-01Z', '2020-01-01Z')
            """)
        let end = try await client.importFile(
            Upload(
                csv(["name,phone,size,ok", "'=1+1,+4915100000001,42,true"]),
                [("on_duplicate", "update")]))
        #expect(counts(end) == [0, 1, 0, 0])
        let rows = try await tenant.run(
            """
            SELECT name, attributes, updated_at = '2020-01-01Z' FROM tenant.contacts
            """)
        #expect(rows[0].text(0) == "=1+1")
        #expect(rows[0].json(1) == ["ok": true, "size": 42])
        #expect(rows[0].bool(2))
        await process.stop()
    }

    @Test("MS-24: an unknown group fails its row, or is created when that is wanted")
    func groups() async throws {
        let file = csv([
            "name,phone,groups", "Ada,+4915100000001,VIP|News", "Bob,+4915100000002,vip",
            "Eve,+4915100000003,",
        ])
        let refused = try await client.importFile(Upload(file))
        #expect(counts(refused) == [1, 0, 0, 2])
        let id = try #require(refused.id("id"))
        let errors = await client.get("/v1/contacts/imports/\(id)/errors.csv")
        #expect(errors.text.contains("2,groups,unknown_group,Ada,+4915100000001,VIP|News\r\n"))
        let created = try await client.importFile(Upload(file, [("create_groups", "true")]))
        #expect(counts(created) == [2, 0, 1, 0])
        let members = try await tenant.run(
            """
            SELECT g.name_key || ' ' || c.name FROM tenant.group_members m
            JOIN tenant.groups g ON g.id = m.group_id
            JOIN tenant.contacts c ON c.id = m.contact_id ORDER BY 1
            """)
        #expect(members.map { $0.text(0) } == ["news Ada", "vip Ada", "vip Bob"])
        await process.stop()
    }

    @Test("MS-20: a workbook is imported like a CSV file")
    func workbook() async throws {
        var writer = XLSXWriter()
        try writer.row(["phone", "name", "tags"])
        try writer.row(["+4915100000001", "Ada", "a|b"])
        try writer.row(["+4915100000002", "=1+1", ""])
        let end = try await client.importFile(
            Upload(bytes: try writer.bytes(), fileName: "people.csv"))
        #expect(end.string("format") == "xlsx")
        #expect(counts(end) == [2, 0, 0, 0])
        #expect(try await contacts() == ["Ada +4915100000001 a|b", "=1+1 +4915100000002"])
        await process.stop()
    }

    @Test("MS-29: the samples can be imported")
    func samples() async throws {
        for name in ["sample.csv", "sample.xlsx"] {
            let sample = await client.get("/v1/contacts/imports/\(name)")
            #expect(sample.status == 200)
            let end = try await client.importFile(
                Upload(
                    bytes: sample.body, fileName: name,
                    [("create_groups", "true"), ("on_duplicate", "update")]))
            #expect(counts(end)[3] == 0)
            #expect(end.integer("processed") == 2)
        }
        #expect(try await contacts().count == 2)
        await process.stop()
    }

    @Test("MS-242: imports are listed newest first and filtered by state")
    func list() async throws {
        let first = try await client.importFile(Upload("name,phone\r\n"))
        let second = try await client.importFile(Upload("name,phone\r\n"))
        let all = await client.get("/v1/contacts/imports")
        #expect(
            all.data.map { $0["id"]?.stringValue } == [second.string("id"), first.string("id")])
        #expect(await client.get("/v1/contacts/imports?state=running").data.isEmpty)
        #expect(await client.get("/v1/contacts/imports?state=nonsense").status == 400)
        await process.stop()
    }

    @Test("MS-27: cancelling keeps what was imported, ends the rest, and cannot be done twice")
    func cancel() async throws {
        await process.stop()
        let accepted = await Upload("name,phone\r\nAda,+4915100000001\r\n").send(client)
        let id = try #require(accepted.id("id"))
        let cancelled = await client.post("/v1/contacts/imports/\(id)/cancel")
        #expect(cancelled.string("state") == "cancelled")
        #expect(await client.post("/v1/contacts/imports/\(id)/cancel").code == "invalid_state")
        let unknown = await client.post("/v1/contacts/imports/\(tenant.id)/cancel")
        #expect(unknown.status == 404)
        let later = try TestProcess(app, .imports)
        later.start()
        let kind = JobKind("contacts.import")
        #expect(try await eventually { try await tenant.jobs(kind).isEmpty })
        #expect(try await contacts().isEmpty)
        let pieces = try await tenant.run("SELECT count(*) FROM tenant.contact_import_pieces")
        #expect(pieces[0].integer(0) == 0)
        await later.stop()
    }

    @Test(
        "MS-27, OV-14: an import goes on after a crash, on another process, without repeating rows")
    func crash() async throws {
        await process.stop()
        var lines = ["name,phone"]
        for row in 0..<6_000 {
            lines.append(
                row % 100 == 0 ? "Bad \(row),x" : "C \(row),+49151\(1_000_000 + row % 5_000)")
        }
        let accepted = await Upload(csv(lines)).send(client)
        let id = try #require(accepted.id("id"))
        // Two processes that die in the middle, at whatever row they are.
        for _ in 0..<2 {
            let doomed = try TestProcess(app, .imports)
            let before = await client.get("/v1/contacts/imports/\(id)").integer("processed") ?? 0
            doomed.start()
            #expect(
                try await eventually {
                    let now = await client.get("/v1/contacts/imports/\(id)").integer("processed")
                    return (now ?? 0) > before
                })
            doomed.kill()
            let owner = try SessionConnection(
                address: try TestInstallation.shared.get().ownerURL)
            _ = try owner.rows(
                """
                UPDATE cell.jobs SET leased_until = now() - interval '1 second'
                WHERE tenant_number = \(tenant.number)
                """)
        }
        let survivors = [try TestProcess(app, .imports), try TestProcess(app, .imports)]
        for survivor in survivors { survivor.start() }
        let end = try await client.finished(id)
        #expect(end.string("state") == "completed")
        #expect(end.integer("processed") == 6_000)
        #expect(counts(end) == [4_950, 0, 990, 60])
        #expect(try await contacts().count == 4_950)
        let errors = try await tenant.run(
            "SELECT count(*) FROM tenant.contact_import_errors WHERE import_id = \(id)")
        #expect(errors[0].integer(0) == 60)
        for survivor in survivors { await survivor.stop() }
    }

    @Test("MS-27, OV-14: a process that was taken for dead cannot disturb who took its import over")
    func takenOverAlive() async throws {
        let lines = ["name,phone"] + (0..<8_000).map { "C \($0),+49151\(1_000_000 + $0)" }
        let accepted = await Upload(csv(lines)).send(client)
        let id = try #require(accepted.id("id"))
        let owner = try SessionConnection(address: try TestInstallation.shared.get().ownerURL)
        var processes = [process]
        for count in 1...3 {
            #expect(
                try await eventually {
                    let page = await client.get("/v1/contacts/imports/\(id)")
                    return page.integer("processed") ?? 0 >= count * 1_000
                })
            // As if the process had stood still for as long as its claim lasts.
            _ = try owner.rows(
                """
                UPDATE cell.jobs SET leased_until = now() - interval '1 second'
                WHERE tenant_number = $1 AND state = 'running'
                """, ["\(tenant.number)"])
            let next = try TestProcess(app, .imports)
            next.start()
            processes.append(next)
        }
        let end = try await client.finished(id)
        #expect(end.string("state") == "completed")
        #expect(counts(end) == [8_000, 0, 0, 0])
        #expect(try await contacts().count == 8_000)
        #expect(try await eventually { try await tenant.jobs(JobKind("contacts.import")).isEmpty })
        for process in processes { await process.stop() }
    }

    @Test("MS-27, OV-14: an import whose job has died is failed and says so")
    func deadJob() async throws {
        await process.stop()
        let accepted = await Upload("name,phone\r\nAda,+4915100000001\r\n").send(client)
        let id = try #require(accepted.id("id"))
        let owner = try SessionConnection(address: try TestInstallation.shared.get().ownerURL)
        // As it is left when the process is killed in every attempt.
        _ = try owner.rows(
            """
            UPDATE cell.jobs SET state = 'running', attempts = max_attempts, lease_id = id,
                leased_until = now() - interval '1 second'
            WHERE tenant_number = $1 AND kind = 'contacts.import'
            """, ["\(tenant.number)"])
        let later = try TestProcess(app, .imports)
        later.start()
        let end = try await client.finished(id)
        #expect(end.string("state") == "failed")
        #expect(end.string("failure") == "internal_error")
        #expect(end.string("finished_at") != nil)
        let kind = JobKind("contacts.import")
        #expect(try await eventually { try await tenant.jobs(kind).first?.state == .dead })
        let pieces = try await tenant.run("SELECT count(*) FROM tenant.contact_import_pieces")
        #expect(pieces[0].integer(0) == 0)
        await later.stop()
    }
}
