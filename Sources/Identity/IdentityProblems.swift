import HTTP

// The refusals of part 2, with the codes of its table of bad input.
extension ProblemKind {
    /// ID-120: says neither which of the two was wrong nor whether the person exists.
    static let invalidCredentials = ProblemKind(
        "invalid_credentials", 401, "E-mail or password is wrong")
    /// ID-121.
    static let tooManyAttempts = ProblemKind(
        "too_many_attempts", 429, "Too many failed attempts")
    /// ID-125.
    static let tokenExpired = ProblemKind(
        "token_expired", 410, "The link is unknown, used or too old")
    /// ID-127.
    static let currentPasswordWrong = ProblemKind(
        "current_password_wrong", 403, "The current password is wrong")
    /// ID-04.
    static let noWorkspace = ProblemKind(
        "no_workspace", 403, "The person belongs to no open workspace")
    /// WS-80.
    static let signUpDisabled = ProblemKind(
        "sign_up_disabled", 403, "This installation does not take sign-ups")
}
