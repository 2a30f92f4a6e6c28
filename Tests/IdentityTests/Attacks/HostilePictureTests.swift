import HTTP
import Tenancy
import TestSupport
import Testing
import Values

@testable import Identity

/// Pictures made to hurt, sent to where people put theirs.
@Suite struct `Hostile pictures` {
    let world: World
    init() throws { world = try World() }

    private func signedIn() async throws -> Browser {
        let member = try await world.member(.user, of: try await TestTenant.create(world.app))
        let browser = Browser(world.app)
        await browser.logIn(member.email, goodPassword)
        return browser
    }

    /// A PNG whose head promises these dimensions, and that holds little.
    private static func bomb(_ width: UInt32, _ height: UInt32) -> [UInt8] {
        var png = TestPicture.encoded(.png, 64, 64)
        for (offset, value) in [(16, width), (20, height)] {
            for byte in 0..<4 { png[offset + byte] = UInt8(value >> (24 - 8 * UInt32(byte)) & 255) }
        }
        // The checksum over the head's type and content.
        var sum: UInt32 = 0xFFFF_FFFF
        for byte in png[12..<29] {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? 0xEDB8_8320 ^ sum >> 1 : sum >> 1 }
        }
        sum ^= 0xFFFF_FFFF
        for byte in 0..<4 { png[29 + byte] = UInt8(sum >> (24 - 8 * UInt32(byte)) & 255) }
        return png
    }

    @Test(
        "ID-130, SEC-08, SEC-34, SEC-35: bombs, SVG in disguise and scripts are refused",
        arguments: [
            bomb(50_000, 50_000), bomb(50_000, 1), bomb(0x7FFF_FFFF, 0x7FFF_FFFF), bomb(0, 64),
            Array("<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>".utf8),
            Array("<?xml version=\"1.0\"?><!DOCTYPE svg><svg/>".utf8),
            Array("GIF89a/*<script>*/".utf8), Array("<html><script>alert(1)</script>".utf8),
            Array("\u{89}PNG\r\n".utf8), [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A],
        ])
    func refused(file: [UInt8]) async throws {
        let browser = try await signedIn()
        for name in ["me.png", "me.svg", "me.png\u{0}.svg"] {
            let answer = await browser.upload("/v1/me/avatar", "avatar", file, name: name)
            #expect([400, 413, 415, 422].contains(answer.status), "\(answer.text)")
        }
        #expect(await browser.get("/v1/me")["avatar_url"] == .null)
        #expect(world.app.defects == [])
    }

    @Test("ID-33, SEC-35, SEC-36: location and script are gone, and no name of the sender is kept")
    func metadata() async throws {
        let browser = try await signedIn()
        let jpeg = TestPicture.encoded(.jpeg, 700, 700)
        let place = Array("GPS 52.5200N 13.4050E".utf8)
        let exif: [UInt8] =
            [0xFF, 0xE1, 0, UInt8(place.count + 8)] + Array("Exif\0\0".utf8) + place
        let upload =
            Array(jpeg[..<2]) + exif + Array(jpeg[2...])
            + Array("<script>alert(1)</script>".utf8)
        let answer = await browser.upload(
            "/v1/me/avatar", "avatar", upload, name: "../../etc/ann at home.php")
        #expect(answer.status == 200, "\(answer.text)")
        let address = try #require(answer.string("avatar_url"))
        // Made of ids alone.
        let isPlain = address.utf8.allSatisfy {
            "abcdefghijklmnopqrstuvwxyz0123456789/-".utf8.contains($0)
        }
        #expect(isPlain, "\(address)")
        #expect(!address.contains("home"))
        let picture = await browser.get(address)
        for trace in [place, Array("Exif".utf8), Array("script".utf8), Array("home".utf8)] {
            #expect(!picture.body.contains(trace))
        }
    }

    @Test("SEC-20: a picture that is opened by itself is a picture, and runs nothing")
    func opened() async throws {
        let browser = try await signedIn()
        for format in [TestPicture.Format.png, .jpeg, .webp] {
            let answer = await browser.upload(
                "/v1/me/avatar", "avatar", TestPicture.encoded(format, 100, 100))
            let picture = await browser.get(try #require(answer.string("avatar_url")))
            #expect(["image/jpeg", "image/png"].contains(picture.contentType ?? ""))
            let policy = picture.field("Content-Security-Policy") ?? ""
            #expect(policy.contains("default-src 'none'"))
            #expect(policy.contains("sandbox"))
        }
    }

    @Test("ID-33, ID-129, SEC-34: just under 5 MiB is taken, 5 MiB is refused before it is read")
    func size() async throws {
        let browser = try await signedIn()
        let picture = TestPicture.encoded(.jpeg, 300, 300)
        let limit = 5 * 1_024 * 1_024
        for (count, status) in [(limit - 1, 200), (limit, 413), (limit + 1, 413), (limit * 4, 413)]
        {
            let padded = picture + [UInt8](repeating: 0, count: count - picture.count)
            let answer = await browser.upload("/v1/me/avatar", "avatar", padded)
            #expect(answer.status == status, "\(count): \(answer.text)")
            if status == 413 { #expect(answer.code == "payload_too_large") }
        }
    }
}
