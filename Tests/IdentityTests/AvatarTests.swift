import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Identity

@Suite struct `People's pictures` {
    let world: World
    init() throws { world = try World() }

    private func signedIn(_ tenant: TestTenant) async throws -> (TestMember, Browser) {
        let member = try await world.member(.user, of: tenant)
        let browser = Browser(world.app)
        await browser.logIn(member.email, goodPassword)
        return (member, browser)
    }

    private func signedIn() async throws -> (TestMember, Browser) {
        try await signedIn(try await TestTenant.create(world.app))
    }

    @Test("ID-30, ID-33, ID-35: a picture is uploaded, shown and removed")
    func upload() async throws {
        let (_, browser) = try await signedIn()
        #expect(await browser.get("/v1/me")["avatar_url"] == .null)
        let answer = await browser.upload(
            "/v1/me/avatar", "avatar", TestPicture.encoded(.png, 300, 200))
        #expect(answer.status == 200, "\(answer.text)")
        let address = try #require(answer.string("avatar_url"))
        #expect(await browser.get("/v1/me").string("avatar_url") == address)
        let picture = await browser.get(address)
        #expect(picture.status == 200)
        #expect(picture.contentType == "image/jpeg")
        #expect(picture.field("Cache-Control") == "private, max-age=31536000, immutable")
        #expect(picture.field("Content-Security-Policy")?.contains("sandbox") == true)
        #expect(TestPicture.look(at: picture.body)?.width == 640)
        // Another server process has it too.
        let other = try TestApp(IdentityRoutes.all)
        #expect(await browser.send(.get, address, through: other).body == picture.body)
        for _ in 1...2 { #expect(await browser.delete("/v1/me/avatar").status == 204) }
        #expect(await browser.get("/v1/me")["avatar_url"] == .null)
        #expect(await browser.get(address).status == 404)
        #expect(world.app.defects == [])
    }

    @Test("ID-33: another picture has another address")
    func addresses() async throws {
        let (_, browser) = try await signedIn()
        var addresses: Set<String> = []
        for transparent in [false, true, false] {
            let picture = TestPicture.encoded(.png, 100, 100, transparent: transparent)
            let answer = await browser.upload("/v1/me/avatar", "avatar", picture)
            addresses.insert(answer.string("avatar_url") ?? "")
        }
        #expect(addresses.count == 2)
    }

    @Test("ID-34: there are at least twelve built-in pictures to choose from")
    func presets() async throws {
        let (_, browser) = try await signedIn()
        let list = await Client(app: world.app).get("/v1/meta/avatars")
        #expect(list.status == 200)
        #expect(list["next_cursor"] == .null)
        #expect(list.data.count >= 12)
        #expect(Set(list.data.map { $0["name"]?.stringValue }).count == list.data.count)
        for preset in list.data {
            let name = try #require(preset["name"]), url = try #require(preset["url"]?.stringValue)
            let chosen = await browser.send(.put, "/v1/me/avatar", ["preset": name])
            #expect(chosen.status == 200)
            #expect(chosen.string("avatar_url") == url)
            let picture = await browser.get(url)
            #expect(picture.contentType == "image/svg+xml")
            #expect(picture.text.hasPrefix("<svg ") && picture.text.hasSuffix("</svg>"))
        }
        #expect(
            await browser.get("/v1/me").string("avatar_url") == list.data.last?["url"]?.stringValue)
        let unknown = await browser.send(.put, "/v1/me/avatar", ["preset": "../etc"])
        #expect(unknown.fieldErrors == ["/preset: invalid_option"])
        #expect(await browser.send(.put, "/v1/me/avatar", [:]).fieldErrors == ["/preset: required"])
    }

    @Test("ID-33, ID-129, SEC-34: a file of 5 MiB is too large, one byte less is not")
    func size() async throws {
        let (_, browser) = try await signedIn()
        var file = TestPicture.encoded(.jpeg, 64, 64)
        file += [UInt8](repeating: 0, count: 5_242_879 - file.count)
        #expect(await browser.upload("/v1/me/avatar", "avatar", file).status == 200)
        let refused = await browser.upload("/v1/me/avatar", "avatar", file + [0])
        #expect(refused.status == 413)
        #expect(refused.code == "payload_too_large")
        let huge = await browser.upload("/v1/me/avatar", "avatar", file + file)
        #expect(huge.code == "payload_too_large")
    }

    @Test("ID-130, SEC-8, SEC-34, SEC-35: what is no picture is refused and changes nothing")
    func refusals() async throws {
        let (_, browser) = try await signedIn()
        let kept = await browser.send(.put, "/v1/me/avatar", ["preset": "boat"])
        for upload in [
            Array("<svg xmlns=\"http://www.w3.org/2000/svg\"/>".utf8), [],
            TestPicture.encoded(.gif, 64, 64), Array("MZ".utf8),
        ] {
            let answer = await browser.upload("/v1/me/avatar", "avatar", upload)
            #expect(answer.status == 415)
            #expect(answer.code == "unsupported_media_type")
        }
        let picture = TestPicture.encoded(.png, 64, 64)
        #expect(
            await browser.upload("/v1/me/avatar", "photo", picture).fieldErrors
                == ["/photo: unknown_field"])
        #expect(await browser.get("/v1/me")["avatar_url"] == kept["avatar_url"])
        #expect(world.app.defects == [])
    }

    @Test("ID-33: a path in the file's name is ignored")
    func fileName() async throws {
        let (_, browser) = try await signedIn()
        let answer = await browser.upload(
            "/v1/me/avatar", "avatar", TestPicture.encoded(.png, 64, 64),
            name: "../../etc/passwd\\..\\x.svg")
        #expect(answer.status == 200)
    }

    @Test("ID-36, SEC-69: pictures are for those who share a workspace")
    func permissions() async throws {
        let tenant = try await TestTenant.create(world.app)
        let (_, owner) = try await signedIn(tenant)
        let (_, colleague) = try await signedIn(tenant)
        let (_, stranger) = try await signedIn()
        let answer = await owner.upload(
            "/v1/me/avatar", "avatar", TestPicture.encoded(.png, 64, 64))
        let address = try #require(answer.string("avatar_url"))
        #expect(await colleague.get(address).status == 200)
        #expect(await stranger.get(address).status == 404)
        #expect(await Client(app: world.app).get(address).status == 401)
    }

    @Test("ID-33: two uploads at the same instant leave one whole picture")
    func race() async throws {
        let (_, browser) = try await signedIn()
        let answers = await withTaskGroup(of: Answer.self) { group in
            for width in 64..<72 {
                group.addTask {
                    await browser.copy().upload(
                        "/v1/me/avatar", "avatar", TestPicture.encoded(.png, width, 64))
                }
            }
            return await group.reduce(into: [Answer]()) { $0.append($1) }
        }
        #expect(answers.allSatisfy { $0.status == 200 })
        let address = try #require(await browser.get("/v1/me").string("avatar_url"))
        #expect(answers.contains { $0.string("avatar_url") == address })
        #expect(await browser.get(address).status == 200)
    }

    @Test("WS-03, WS-05, ID-03: a logo is seen in the list of workspaces, by those on it alone")
    func logo() async throws {
        let first = try await TestTenant.create(world.app)
        let member = try await world.member(.user, of: first)
        let second = try await TestTenant.create(world.app)
        try await world.seat(member.personID, in: second, as: .user)
        let logo = try await world.id()
        let now = world.app.clock.now
        try await second.run(
            """
            INSERT INTO tenant.logo (id, media_type, content, created_at)
            VALUES (\(logo), 'image/png', \(bytes: [1, 2, 3]), \(now))
            """)
        let browser = Browser(world.app)
        let choices = await browser.logIn(member.email, goodPassword)["workspaces"].arrayValue ?? []
        let urls = choices.map { $0["logo_url"] ?? .null }
        let address = try #require(urls.compactMap { $0.stringValue }.first)
        #expect(urls.contains(.null))
        #expect(address == "/v1/workspaces/\(second.id)/logos/\(logo)")
        // Before the choice, then from the other workspace, then inside.
        #expect(await browser.get(address).body == [1, 2, 3])
        for tenant in [first, second] {
            let path = tenant.id == first.id ? "select" : "switch"
            let entered = await browser.post(
                "/v1/auth/\(path)-workspace", ["workspace_id": .string(tenant.id.description)])
            #expect(entered.status == 200, "\(entered.text)")
            #expect(
                entered["workspace"]["logo_url"]
                    == (tenant.id == second.id ? .string(address) : .null))
            #expect(await browser.get(address).status == 200)
        }
        #expect(await browser.get("/v1/auth/session")["workspace"]["logo_url"] == .string(address))
        let (_, stranger) = try await signedIn()
        #expect(await stranger.get(address).status == 404)
        #expect(await Client(app: world.app).get(address).status == 401)
        let script = try await second.serviceAccount([.contactRead])
        #expect(await script.get(address).status == 200)
        let foreign = try await first.serviceAccount([.contactRead])
        #expect(await foreign.get(address).status == 401)
        let wrong = "/v1/workspaces/\(first.id)/logos/\(logo)"
        #expect(await browser.get(wrong).status == 404)
    }
}

extension Browser {
    func upload(
        _ path: String, _ field: String, _ file: [UInt8], name: String = "me.png"
    ) async -> Answer {
        let cookies = cookies.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: "; ")
        return await app.send(
            .put, path,
            fields: [
                ("Origin", origin ?? ""), ("X-CSRF-Token", csrfToken ?? ""), ("Cookie", cookies),
                ("Content-Type", TestPicture.formType),
            ], body: TestPicture.form(field, file, name: name), address: address)
    }
}
