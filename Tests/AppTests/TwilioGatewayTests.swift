import HTTPClient
import Jobs
import Synchronization
import Testing
import Values

@testable import App

/// What a gateway is asked, by Twilio's documentation of its message resource.
@Suite struct `Messages to Twilio` {
    /// Answers always the same, and keeps what it was asked.
    private final class Gateway: HTTPSending {
        let status: Int
        private let requests = Mutex<[OutgoingRequest]>([])
        var asked: [OutgoingRequest] { requests.withLock { $0 } }

        init(status: Int) { self.status = status }

        func send(
            _ request: OutgoingRequest
        ) async throws(HTTPClientFailure) -> IncomingResponse {
            requests.withLock { $0.append(request) }
            return IncomingResponse(status: status, fields: [], body: [])
        }
    }

    private func send(
        _ text: String = "Your code: 1+1 = 2 & ñ", from sender: String = "+1 500 555 0006",
        through gateway: Gateway
    ) async throws {
        let settings = try #require(
            TwilioGateway("twilio://AC1:secret@api.twilio.com", from: sender))
        let id = try #require(ID("01890000-0000-7000-8000-00000000dead"))
        try await settings.transport(gateway)(ShortMessage(to: "+4915112345678", text: text), id)
    }

    @Test("ID-62: one form with basic authentication, to the messages of the account")
    func form() async throws {
        let gateway = Gateway(status: 201)
        try await send(through: gateway)
        let request = try #require(gateway.asked.first)
        #expect(request.method == "POST")
        #expect(request.url == "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json")
        let fields = Dictionary(request.fields.map { ($0.name, $0.value) }) { $1 }
        #expect(fields["Authorization"] == "Basic QUMxOnNlY3JldA==")
        #expect(fields["Content-Type"] == "application/x-www-form-urlencoded")
        #expect(
            String(decoding: request.body ?? [], as: UTF8.self)
                == "To=%2B4915112345678&From=%2B15005550006"
                + "&Body=Your%20code%3A%201%2B1%20%3D%202%20%26%20%C3%B1")
    }

    @Test("ID-62: a messaging service sends in the place of a number")
    func service() async throws {
        let gateway = Gateway(status: 201)
        try await send("Hi", from: "MG0123", through: gateway)
        #expect(
            String(decoding: gateway.asked.first?.body ?? [], as: UTF8.self)
                == "To=%2B4915112345678&MessagingServiceSid=MG0123&Body=Hi")
    }

    @Test("ID-62: 429 and 5xx are tried again, other refusals are not", arguments: 400...504)
    func statuses(status: Int) async throws {
        await #expect {
            try await send(through: Gateway(status: status))
        } throws: { error in
            let isPermanent = if case JobFailure.permanent = error { true } else { false }
            return isPermanent == (status != 429 && status < 500)
        }
    }

    @Test(
        "ID-62: settings that are no account at a gateway are refused",
        arguments: [
            ("twilio://AC1@api.twilio.com", "+15005550006"), ("twilio://AC1:s@", "+15005550006"),
            ("twilio://AC1:s:t@api.twilio.com", "+15005550006"),
            ("https://AC1:s@api.twilio.com", "+15005550006"),
            ("twilio://A/C:s@api.twilio.com", "+15005550006"),
            ("twilio://AC1:s@api.twilio.com", "5550006"), ("twilio://AC1:s@api.twilio.com", nil),
        ] as [(String, String?)])
    func mistakes(settings: String, sender: String?) {
        #expect(TwilioGateway(settings, from: sender) == nil)
    }
}
