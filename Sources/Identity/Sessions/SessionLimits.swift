import Tenancy

/// How long sessions live (ID-10, ID-12); reasons in docs/sessions-and-login.md.
struct SessionLimits: Sendable {
    /// Live sessions of one person, over all workspaces.
    static let perPerson = 20

    /// Ends a session that sends no request.
    let idleSeconds: Int
    /// Ends every session so long after login.
    let absoluteSeconds: Int

    static let usual = SessionLimits(idleSeconds: 3_600, absoluteSeconds: 86_400)
    static let privileged = SessionLimits(idleSeconds: 1_800, absoluteSeconds: 43_200)

    static func of(_ role: BuiltinRole?) -> SessionLimits {
        switch role {
        case .owner, .admin: privileged
        case .manager, .user, nil: usual
        }
    }
}
