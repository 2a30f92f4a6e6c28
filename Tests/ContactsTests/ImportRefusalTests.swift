import Contacts
import Glibc
import HTTP
import Jobs
import Persistence
import Tabular
import Tenancy
import TestSupport
import Testing
import Values

@Suite struct `Refusing uploads` {
    let app: TestApp
    let tenant: TestTenant
    let client: Client

    init() async throws {
        app = try TestApp(ContactImportRoutes.all)
        tenant = try await TestTenant.create(app)
        client = try await tenant.member(.owner).client
    }

    /// That a refusal left neither row nor job behind.
    private func expectNothing(_ context: Comment? = nil) async throws {
        let rows = try await tenant.run(
            """
            SELECT (SELECT count(*) FROM tenant.contact_imports)
                + (SELECT count(*) FROM tenant.contact_import_pieces)
                + (SELECT count(*) FROM cell.own_jobs)
            """)
        #expect(rows[0].integer(0) == 0, context)
        #expect(app.defects == [], context)
    }

    @Test(
        "MS-263: what is neither CSV nor Excel is 415",
        arguments: [
            [0x89, 0x50, 0x4E, 0x47, 0, 0], Array("%PDF-1.7".utf8), [0x50, 0x4B, 3, 4, 1, 2, 3],
            [0xC3, 0x28, 0x41], [],
        ])
    func unsupported(_ bytes: [UInt8]) async throws {
        let answer = await Upload(bytes: bytes, fileName: "contacts.csv").send(client)
        #expect(answer.status == 415)
        #expect(answer.code == "unsupported_media_type")
        try await expectNothing()
    }

    @Test(
        "MS-264: missing headers are named",
        arguments: [
            ("email,city\r\na@b.example,x\r\n", ["name", "phone"]),
            ("name,e-mail\r\n", ["phone"]), ("\r\n\r\n", ["name", "phone"]),
        ])
    func missingColumns(_ file: String, _ columns: [String]) async throws {
        let answer = await Upload(file).send(client)
        #expect(answer.status == 422)
        #expect(answer.code == "missing_columns")
        #expect(answer["columns"].arrayValue?.compactMap(\.stringValue) == columns)
        try await expectNothing()
    }

    @Test("MS-265: over 20 MiB is 413")
    func tooLarge() async throws {
        let file = [UInt8](repeating: UInt8(ascii: "a"), count: 20 * 1_024 * 1_024 + 1)
        let answer = await Upload(bytes: file, fileName: "a.csv").send(client)
        #expect(answer.status == 413)
        #expect(answer.code == "payload_too_large")
        try await expectNothing()
    }

    @Test("MS-265: over 100,000 rows is 422")
    func tooManyRows() async throws {
        let row = "A,+4915100000001\n"
        let answer = await Upload("name,phone\n" + String(repeating: row, count: 100_001))
            .send(client)
        #expect(answer.status == 422)
        #expect(answer.code == "too_many_rows")
        try await expectNothing()
    }

    @Test(
        "MS-20: a file that breaks in the middle is refused as a whole",
        arguments: [
            "name,phone\r\nAda,\"+49\r\n", "name,phone\r\nAda,\u{0}\r\n",
            "name,phone," + String(repeating: "x,", count: 2_000) + "\r\n",
        ])
    func broken(_ file: String) async throws {
        let answer = await Upload(file).send(client)
        #expect(answer.status == 415 || answer.code == "unreadable_file")
        try await expectNothing()
    }

    @Test("MS-20, SEC-97: a million columns and a zip bomb are refused quickly")
    func hostile() async throws {
        let wide = await Upload("name,phone" + String(repeating: ",a", count: 1_000_000))
            .send(client)
        #expect(wide.status == 422)
        try await expectNothing()
    }

    @Test("OV-29: every broken field is reported")
    func fields() async throws {
        let answer = await Upload(
            "name,phone\r\n",
            [
                ("on_duplicate", "replace"), ("default_country_code", "abc"),
                ("mapping", "{\"a\":\"\"}"), ("colour", "red"),
            ]
        ).send(client)
        #expect(
            answer.fieldErrors == [
                "/colour: unknown_field", "/default_country_code: invalid_country_code",
                "/mapping: invalid_format", "/on_duplicate: invalid_option",
            ])
        let other = await Upload("name,phone\r\n", [("mapping", #"{"tel":"phone"}"#)]).send(client)
        #expect(other.fieldErrors == ["/mapping: unknown_column"])
        let twice = await Upload("name,phone,Phone\r\n").send(client)
        #expect(twice.fieldErrors == ["/file: duplicate_column"])
        let none = await Upload(bytes: nil, fileName: "").send(client)
        #expect(none.fieldErrors == ["/file: required"])
        let text = await Upload("name,phone\r\n", [("mapping", "{")]).send(client)
        #expect(text.code == "malformed_request")
        try await expectNothing()
    }

    @Test("OV-47: another content type is 415, a broken form 400")
    func form() async throws {
        let json = await client.post("/v1/contacts/imports", [:])
        #expect(json.status == 415)
        let broken = await app.send(
            .post, "/v1/contacts/imports",
            fields: client.fields + [("Content-Type", "multipart/form-data; boundary=edge")],
            body: Array("--edge\r\nnothing".utf8))
        #expect(broken.status == 400)
        try await expectNothing()
    }

    @Test("MS-20: a full disk is said so, and leaves nothing behind")
    func fullDisk() async throws {
        let folder = "/tmp/courtyard-small-\(tenant.slug)"
        mkdir(folder, 0o700)
        defer { rmdir(folder) }
        // Without the right to mount there is no disk to fill.
        guard mount("tmpfs", folder, "tmpfs", 0, "size=64k") == 0 else { return }
        defer { umount2(folder, 2) }
        let small = try TestApp(ContactImportRoutes.all) { $0.spoolFolder = folder }
        let file = "name,phone\r\n" + String(repeating: "A,+4915100000001\r\n", count: 60_000)
        let answer = await Upload(file).send(client.through(small))
        #expect(answer.status == 507)
        #expect(answer.code == "storage_full")
        #expect(small.defects == [])
        try await expectNothing()
    }

    @Test("MS-20, OV-71: only who may import can, and only their own are seen")
    func permissions() async throws {
        let accepted = await Upload("name,phone\r\n").send(client)
        let id = try #require(accepted.id("id"))
        let reader = try await tenant.member(holding: [.contactRead]).client
        #expect(await Upload("name,phone\r\n").send(reader).code == "permission_denied")
        #expect(await reader.get("/v1/contacts/imports/\(id)").status == 403)
        let importer = try await tenant.member(holding: [.contactImport]).client
        #expect(await importer.get("/v1/contacts/imports/\(id)").status == 200)
        let creating = await Upload("name,phone\r\n", [("create_groups", "true")]).send(importer)
        #expect(creating.code == "permission_denied")
        let stranger = try await TestTenant.create(app).member(.owner).client
        for path in ["", "/errors.csv"] {
            #expect(await stranger.get("/v1/contacts/imports/\(id)\(path)").status == 404)
        }
        #expect(await stranger.post("/v1/contacts/imports/\(id)/cancel").status == 404)
    }
}
