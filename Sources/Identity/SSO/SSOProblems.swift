import HTTP
import OpenID
import Values

// The refusals of single sign-on (part 2 §6).
extension ProblemKind {
    /// ID-85: does not tell which check failed.
    static let ssoRejected = ProblemKind(
        "sso_rejected", 401, "The single sign-on was not accepted")
    /// ID-86.
    static let notAMember = ProblemKind(
        "not_a_member", 403, "The person is no member of this workspace")
    /// ID-87.
    static let ssoRequired = ProblemKind(
        "sso_required", 403, "This workspace is entered through its identity provider")
    /// ID-93.
    static let loginRequired = ProblemKind(
        "login_required", 403, "This session is good for one workspace; log in to the other one")
    /// ID-135.
    static let ssoNotTested = ProblemKind(
        "sso_not_tested", 409, "The connection has not passed a test login")
    /// ID-136.
    static let domainNotVerified = ProblemKind(
        "domain_not_verified", 409, "A domain is not proved")
    /// Checklist rule 22.
    static let breakGlassMissing = ProblemKind(
        "break_glass_missing", 409, "No Owner could log in by password if the provider failed")
    /// Several workspaces have proved the domain (ID-91).
    static let workspaceNeeded = ProblemKind(
        "workspace_needed", 409, "Several workspaces use this domain; name one")
    /// OV-80.
    static let identityProviderError = ProblemKind(
        "provider_error", 502, "Another service refused or failed")
    /// OV-81.
    static let identityProviderTimeout = ProblemKind(
        "provider_timeout", 504, "Another service did not answer in time")
}

extension Problem {
    /// A provider that cannot be used; says how, in a word of ours.
    init(_ failure: ProviderFailure) {
        self.init(
            failure == .timeout ? .identityProviderTimeout : .identityProviderError,
            extra: [.init(name: "provider_code", value: .string(failure.code))])
    }
}
