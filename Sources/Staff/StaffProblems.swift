import HTTP

extension ProblemKind {
    /// ID-120.
    static let invalidCredentials = ProblemKind(
        "invalid_credentials", 401, "E-mail or password is wrong")
    /// ID-121.
    static let tooManyAttempts = ProblemKind(
        "too_many_attempts", 429, "Too many failed attempts")
    /// ID-122.
    static let invalidCode = ProblemKind("invalid_code", 401, "The code is wrong, used or too old")
    /// ID-123.
    static let challengeVoid = ProblemKind(
        "challenge_void", 401, "The login has to begin anew")
    /// ID-125.
    static let tokenExpired = ProblemKind(
        "token_expired", 410, "The link is unknown, used or too old")
}
