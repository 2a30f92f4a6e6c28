import Crypto
import HTTP
import Tenancy

/// The cookies of the login: all `__Host-`, Secure, HttpOnly, for the whole host and no domain
/// (checklist row 21).
enum AuthCookie: String {
    /// The session (OV-21).
    case session = "__Host-courtyard"
    /// A login that is not finished; opens nothing but its next step (ID-02).
    case step = "__Host-courtyard-step"
    /// A login on its way through an identity provider (ID-84).
    case sso = "__Host-courtyard-sso"
    /// Says that this browser has logged in before (ID-09).
    case device = "__Host-courtyard-device"

    /// The secret that a request carries in this cookie; nil if it could not be one of ours.
    func secret(in head: RequestHead) -> SessionSecret? {
        Credential.cookie(named: rawValue, in: head).flatMap { SessionSecret($0) }
    }

    func set(_ secret: SessionSecret) -> (name: StaticString, value: String) {
        ("Set-Cookie", "\(rawValue)=\(secret.text); \(attributes)")
    }

    func remove() -> (name: StaticString, value: String) {
        ("Set-Cookie", "\(rawValue)=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=\(sameSite)")
    }

    private var attributes: String {
        let age =
            switch self {
            // The server ends it; closing the browser does so earlier.
            case .session: ""
            case .step, .sso: "Max-Age=\(LoginStep.lifetimeSeconds); "
            // The longest that browsers keep.
            case .device: "Max-Age=34560000; "
            }
        return "\(age)Path=/; Secure; HttpOnly; SameSite=\(sameSite)"
    }

    private var sameSite: String { self == .session ? "Lax" : "Strict" }
}

extension Response {
    func adding(_ fields: (name: StaticString, value: String)...) -> Response {
        var response = self
        response.fields += fields
        return response
    }
}
