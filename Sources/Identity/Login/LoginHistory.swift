import HTTP
import Persistence
import Tenancy
import Values

/// What is written down of attempts to log in (ID-110).
///
/// Every way to log in calls ``entry(_:by:person:tenant:in:)`` in the transaction that decides the
/// attempt.
enum LoginHistory {
    enum Outcome: String, Sendable {
        case success
        case wrongPassword = "wrong_password"
        case wrongCode = "wrong_code"
        case blocked
        case ssoSuccess = "sso_success"
        case ssoRejected = "sso_rejected"
    }

    /// What was presented last: the password, or the code of a factor.
    enum Method: String, Sendable {
        case password, totp, sms, email
        case recoveryCode = "recovery_code"
        case sso
    }

    /// The statement that writes one attempt.
    ///
    /// - Parameters:
    ///   - outcome: How it ended.
    ///   - method: What was presented.
    ///   - person: Whom the attempt names; nil writes nothing, after the same work (ID-08).
    ///   - tenant: The number of the workspace it was for; nil while none was chosen, which tells
    ///     every workspace of the person.
    ///   - context: The request.
    /// - Returns: The statement; run it in the transaction that decides the attempt.
    static func entry(
        _ outcome: Outcome, by method: Method, person: ID?, tenant: Int64? = nil,
        in context: PlatformContext
    ) -> SQL {
        """
        SELECT platform.record_login(\(context.newID()), \(context.now), \(person), \(tenant),
            \(outcome.rawValue), \(method.rawValue), \(context.call.peer.address),
            \(context.call.device))
        """
    }
}
