import Foundation
import TestSupport
import Testing
import Values

@Suite struct `Stories of codes by SMS` {
    private static let (account, token) = ("AC00000000000000000000000000000001", "secret0token")

    private let gateway: PeerProcess
    private let world: World

    init() throws {
        gateway = try PeerProcess("sms_gateway.py", [Self.account, Self.token])
        let credentials = "\(Self.account):\(Self.token)"
        world = try World(environment: [
            "COURTYARD_SMS": "twilio+http://\(credentials)@127.0.0.1:\(gateway.port)",
            "COURTYARD_SMS_FROM": "+15005550006",
        ])
    }

    /// What the gateway was asked to send to the number, oldest first.
    private func requests(to number: String) -> [JSON] {
        gateway.lines.filter { $0["form"]?["To"] == .string(number) }
    }

    /// Waits for the message after the first `count` that the gateway takes, and reads its code.
    private func code(to number: String, after count: Int = 0) throws -> String {
        let start = Date()
        while Date().timeIntervalSince(start) < 60 {
            let taken = requests(to: number).filter { $0["status"] == 201 }
            if taken.count > count, let text = taken[count]["form"]?["Body"]?.stringValue,
                let digits = text.range(of: "[0-9]{6}", options: .regularExpression)
            {
                return String(text[digits])
            }
            usleep(20_000)
        }
        throw Shell.Failure(description: "no SMS to \(number): \(gateway.lines)")
    }

    private func setPhone(_ number: String, _ browser: Browser) throws {
        let set = try browser.post("/v1/me/phone", ["phone": .string(number)])
        #expect(set.status == 202, "\(set.body)")
    }

    @Test("ST-04, ID-50, ID-60, ID-62: codes by SMS go through Twilio's Messages API, with retries")
    func messages() throws {
        let ana = try world.signUp("Harbour", "Ana Ruiz", "ana@harbour.example", plan: "GROWTH")
        let cara = try world.invite("Cara Diaz", "cara@harbour.example", role: "User", by: ana)
        let eli = try world.invite("Eli Moss", "eli@harbour.example", role: "User", by: ana)

        // Refused for good: tried once. The others are tried again.
        try setPhone("+4915112345400", ana)
        let (phone, other) = ("+4915112345429", "+4915112345500")
        try setPhone(phone, cara)
        try setPhone(other, eli)
        for (number, browser, first) in [(phone, cara, 429), (other, eli, 500)] {
            let code = try code(to: number)
            let verified = try browser.post("/v1/me/phone/verify", ["code": .string(code)])
            #expect(verified.status == 200, "\(verified.body)")
            #expect(
                requests(to: number).map { $0["status"]?.integerValue } == [Int64(first), 201])
            #expect(try browser.get("/v1/me")["phone"] == number)
        }
        try world.awaitCode("state = 'dead' AND attempts = 1 AND last_error = 'sms_refused'")
        #expect(requests(to: "+4915112345400").count == 1)

        let request = try #require(requests(to: phone).last)
        #expect(request["type"] == "application/x-www-form-urlencoded")
        #expect(request["fields"] == ["To", "From", "Body"])
        #expect(request["form"]?["From"] == "+15005550006")
        try logInBySMS(cara, phone)
        #expect(!world.server.output.contains(Self.token))
        #expect(world.server.stop() == 0)
    }

    /// Cara makes her phone a second factor and logs in with it.
    private func logInBySMS(_ cara: Browser, _ phone: String) throws {
        #expect(try cara.post("/v1/me/two-factor/verification", ["via": "sms"]).status == 202)
        let verification = try code(to: phone, after: 1)
        let enabled = try cara.post(
            "/v1/me/two-factor", ["method": "sms", "verification_code": .string(verification)])
        #expect(enabled.status == 200, "\(enabled.body)")
        #expect(try cara.post("/v1/auth/logout").status == 204)
        let challenge = try cara.give(of: "cara@harbour.example")
        #expect(challenge.json["methods"] == ["sms", "recovery"])
        #expect(try cara.send(for: challenge, by: "sms").status == 202)
        let code = try code(to: phone, after: 2)
        #expect(!world.server.output.contains(code))
        #expect(try cara.prove(challenge, "sms", code)["state"] == "authenticated")
    }
}
