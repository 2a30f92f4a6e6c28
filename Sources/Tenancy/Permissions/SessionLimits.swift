/// How long sessions live (ID-10, ID-12); reasons in docs/sessions-and-login.md.
package struct SessionLimits: Sendable {
    /// Live sessions of one person, over all workspaces.
    package static let perPerson = 20

    /// Ends a session that sends no request.
    package let idleSeconds: Int
    /// Ends every session so long after login.
    package let absoluteSeconds: Int

    package static let usual = SessionLimits(idleSeconds: 3_600, absoluteSeconds: 86_400)
    package static let privileged = SessionLimits(idleSeconds: 1_800, absoluteSeconds: 43_200)

    package static func of(_ role: BuiltinRole?) -> SessionLimits {
        switch role {
        case .owner, .admin: privileged
        case .manager, .user, nil: usual
        }
    }
}
