import EventLoop
import HTTPClient
import Jobs
import Values

/// How SMS leave, as COURTYARD_SMS and COURTYARD_SMS_FROM say.
package enum SMSSettings: Sendable {
    /// What needs SMS answers 503 `provider_not_configured`.
    case none
    /// Printed where the server runs; nothing is sent.
    case log
    /// Twilio's Messages API (https://www.twilio.com/docs/messaging/api/message-resource).
    case twilio(TwilioGateway)

    init(_ reader: inout EnvironmentReader) {
        self = .none
        let sender = reader.text("COURTYARD_SMS_FROM")
        guard let text = reader.text("COURTYARD_SMS") else { return }
        if text == "log:" {
            self = .log
            return
        }
        guard let gateway = TwilioGateway(text, from: sender) else {
            reader.mistakes.append(
                "COURTYARD_SMS must be log: or twilio://SID:TOKEN@api.twilio.com, the latter with "
                    + "COURTYARD_SMS_FROM, a phone number or the id of a messaging service.")
            return
        }
        self = .twilio(gateway)
    }

    var isConfigured: Bool {
        if case .none = self { false } else { true }
    }

    /// The transport that job handlers on the loop use.
    func transport(on loop: EventLoop, log: RequestLog) -> SMSTransport {
        switch self {
        case .none: { _, _ in throw JobFailure.permanent("sms_not_configured") }
        case .log:
            { message, _ in
                let rule = String(repeating: "-", count: 72)
                log.text("\(rule)\nSMS to \(message.to)\n\n\(message.text)\n\(rule)")
            }
        case .twilio(let gateway):
            gateway.transport(HTTPClient(loop: loop))
        }
    }
}

/// An account at Twilio, or at a stand-in that speaks its Messages API.
package struct TwilioGateway: Sendable {
    private let endpoint: String
    private let authorization: String
    /// `From` with a number, `MessagingServiceSid` with the id of a service.
    private let sender: (name: String, value: String)

    /// - Parameters:
    ///   - text: `twilio://SID:TOKEN@host[:port]`; `twilio+http://…` without TLS, for a stand-in.
    ///   - from: A phone number, or a messaging service's id that begins with MG.
    package init?(_ text: String, from: String?) {
        let scheme: String
        let rest: Substring
        if text.hasPrefix("twilio://") {
            (scheme, rest) = ("https", text.dropFirst(9))
        } else if text.hasPrefix("twilio+http://") {
            (scheme, rest) = ("http", text.dropFirst(14))
        } else {
            return nil
        }
        let parts = rest.split(separator: "@", omittingEmptySubsequences: false)
        let account = (parts.first ?? "").split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, account.count == 2, !parts[1].isEmpty,
            account.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(Base62.isDigit) }), let from
        else { return nil }
        if from.hasPrefix("MG") {
            sender = ("MessagingServiceSid", from)
        } else if let number = PhoneNumber.normalize(from, countryCode: nil) {
            sender = ("From", number)
        } else {
            return nil
        }
        endpoint = "\(scheme)://\(parts[1])/2010-04-01/Accounts/\(account[0])/Messages.json"
        let credentials = Array("\(account[0]):\(account[1])".utf8)
        authorization = "Basic " + Base64Coding.standard.encode(credentials)
    }

    func transport(_ client: any HTTPSending) -> SMSTransport {
        { message, _ in
            let form = [("To", message.to), (sender.name, sender.value), ("Body", message.text)]
                .map { "\($0.0)=\(PercentEncoding.encode($0.1))" }.joined(separator: "&")
            let response = try await client.send(
                OutgoingRequest(
                    "POST", endpoint,
                    fields: [
                        ("Authorization", authorization),
                        ("Content-Type", "application/x-www-form-urlencoded"),
                    ],
                    body: Array(form.utf8), timeout: .seconds(10), responseLimitBytes: 65_536,
                    addresses: .any))
            switch response.status {
            case 200..<300: return
            case 429, 500...: throw Failure(status: response.status)
            default: throw JobFailure.permanent("sms_refused")
            }
        }
    }

    /// The gateway was not able to take it now.
    struct Failure: Error {
        let status: Int
    }
}
