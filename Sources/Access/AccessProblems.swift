import HTTP

extension ProblemKind {
    package static let alreadyMember = ProblemKind(
        "already_member", 409, "The person is a member already")
    package static let lastOwner = ProblemKind(
        "last_owner", 409, "The workspace needs an active Owner")
    package static let selfChange = ProblemKind(
        "self_change", 409, "Nobody changes their own role or seat here")
    package static let builtinRole = ProblemKind(
        "builtin_role", 409, "Built-in roles cannot be changed")
    package static let roleInUse = ProblemKind("role_in_use", 409, "The role is in use")
    package static let roleLimit = ProblemKind(
        "role_limit", 409, "The workspace has as many custom roles as it can")
    package static let tokenLimit = ProblemKind(
        "token_limit", 409, "The service account has two tokens that have not expired")
}
