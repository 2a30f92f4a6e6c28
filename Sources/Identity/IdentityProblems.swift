import HTTP

// The refusals of part 2, with the codes of its table of bad input.
extension ProblemKind {
    /// ID-120: says neither which of the two was wrong nor whether the person exists.
    static let invalidCredentials = ProblemKind(
        "invalid_credentials", 401, "E-mail or password is wrong")
    /// ID-121.
    static let tooManyAttempts = ProblemKind(
        "too_many_attempts", 429, "Too many failed attempts")
    /// ID-122: says neither why nor which factor.
    static let invalidCode = ProblemKind(
        "invalid_code", 401, "The code is wrong, used or too old")
    /// ID-123.
    static let challengeVoid = ProblemKind(
        "challenge_void", 401, "The login has to begin anew")
    /// ID-124.
    static let codeRecentlySent = ProblemKind(
        "code_recently_sent", 429, "A code was sent a moment ago")
    /// ID-132.
    static let verificationRequired = ProblemKind(
        "verification_required", 403, "A code sent by SMS or e-mail is needed")
    /// ID-133.
    static let phoneNotVerified = ProblemKind(
        "phone_not_verified", 409, "There is no verified phone number")
    /// ID-69.
    static let twoFactorRequiredByWorkspace = ProblemKind(
        "two_factor_required_by_workspace", 409, "A workspace requires a second factor")
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
