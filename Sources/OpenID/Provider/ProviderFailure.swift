import HTTPClient

/// Why a provider could not be used; not the fault of the person who logs in.
package enum ProviderFailure: Error, Sendable, Equatable {
    case timeout
    /// No address, no connection, or no trusted certificate.
    case unreachable
    /// The address is not a public one (checklist rule 28).
    case refusedAddress
    /// Another status than was hoped for.
    case status(Int)
    /// The answer has the wrong form or is too large.
    case malformed
    /// The metadata speaks of another issuer (checklist rule 20).
    case otherIssuer
    /// The provider knows no algorithm or client authentication that we know.
    case unsupported
    /// The token endpoint refused, with a code of RFC 6749 §5.2.
    case refused(String)

    init(_ failure: HTTPClientFailure) {
        self =
            switch failure {
            case .timeout: .timeout
            case .refusedAddress, .invalidRequest: .refusedAddress
            case .tooLarge: .malformed
            case .resolve, .connect, .tls, .cancelled, .other: .unreachable
            }
    }

    /// A short stable name; free of anything that the provider said.
    package var code: String {
        switch self {
        case .timeout: "timeout"
        case .unreachable: "unreachable"
        case .refusedAddress: "refused_address"
        case .status(let status): "status_\(status)"
        case .malformed: "malformed"
        case .otherIssuer: "other_issuer"
        case .unsupported: "unsupported"
        case .refused(let code): code
        }
    }
}
