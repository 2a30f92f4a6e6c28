import HTTP
import TestSupport
import Tenancy
import Testing
import Values

@testable import App

/// Calls of a route that are made from its description alone.
struct RouteSample: Sendable, CustomTestStringConvertible {
    let route: RouteDescription

    var testDescription: String { "\(route.method.rawValue) \(route.path)" }

    static let all = AllRoutes.descriptions.map { RouteSample(route: $0) }
    static let inTenants = all.filter {
        switch $0.route.access.audience {
        case .session, .permission: true
        case .anyone, .operators, .staff: false
        }
    }
    static let ofStaff = all.filter {
        if case .staff = $0.route.access.audience { true } else { false }
    }
    /// Those whose path carries ids.
    static let withIDs = all.filter { $0.route.path.contains("{") }
    /// Those of them that tell what is there.
    static let withSubjects = withIDs.filter { !tellNothing.contains($0.route.id) }
    /// Anybody may call these, and all learn the same: not which connections there are.
    static let tellNothing: Set<String> = [
        "ssoCallbackPage", "ssoCallback", "ssoBackchannelLogout",
    ]

    /// The path with these ids put in, the last one repeated if there are too few.
    func path(_ ids: [String]) -> String {
        var rest = ids
        return route.path.split(separator: "/").map { segment in
            guard segment.hasPrefix("{") else { return "/" + segment }
            return "/" + (rest.count > 1 ? rest.removeFirst() : rest[0])
        }.joined()
    }

    /// The path with an id that names nothing.
    var pathToNothing: String { path(["01890000-0000-7000-8000-00000000dead"]) }

    /// Routes that are opened by the cookie of an unfinished login, which these tests do not have:
    /// they answer 401 before they look at the content (OV-33).
    static let behindLoginStep: Set<String> = [
        "loginPasswordChange", "loginWorkspaceSelect", "loginEnrolmentVerificationSend",
        "loginEnrolmentAppBegin", "loginEnrolmentFinish", "loginEnrolmentCancel",
        "staffTwoFactor", "ssoLinkByPassword", "ssoLinkByMail",
    ]

    /// Whether the refusal of a sample call comes before its content is looked at.
    func isRefusedEarlier(_ answer: Answer) -> Bool {
        Self.behindLoginStep.contains(route.id) && answer.status == 401
    }

    var isUpload: Bool {
        route.body.streamLimit != nil
    }

    var takesJSON: Bool {
        switch route.body {
        case .json, .optionalJSON: true
        case .none, .multipart, .upload, .form: false
        }
    }

    /// Sends the route's method with content of the right type that says nothing.
    func call(
        _ client: Client, _ target: String, body: String? = nil, type: String = "application/json"
    ) async -> Answer {
        var fields = client.fields
        var content: [UInt8] = []
        if isUpload, body == nil {
            fields.append(("Content-Type", "multipart/form-data; boundary=b"))
            content = Array("--b--\r\n".utf8)
        } else if let body = body ?? (takesJSON ? "{}" : nil) {
            fields.append(("Content-Type", type))
            content = Array(body.utf8)
        }
        return await client.app.send(route.method, target, fields: fields, body: content)
    }

    /// A value that the parameter accepts.
    static func value(_ kind: Parameter.Kind) -> String {
        switch kind {
        case .text(let length), .keyed(let length):
            String(repeating: "a", count: max(1, length.lowerBound))
        case .boolean: "true"
        case .integer: "1"
        case .id: "01890000-0000-7000-8000-00000000dead"
        case .instant: "2026-03-01T09:15:00Z"
        case .choice(let options): options.first ?? ""
        }
    }
}

extension Answer {
    /// What is wrong with the answer as a problem of OV-30; empty for a good one.
    var faultsAsProblem: [String] {
        var faults: [String] = []
        if contentType?.hasPrefix("application/problem+json") != true {
            faults.append("media type")
        }
        if integer("status") != Int64(status) { faults.append("status") }
        if string("title")?.isEmpty != false { faults.append("title") }
        if string("instance")?.isEmpty != false { faults.append("instance") }
        let slug = (code ?? "").split(separator: "_").joined(separator: "-")
        if code == nil || string("type") != "/problems/" + slug { faults.append("type") }
        return faults
    }
}
