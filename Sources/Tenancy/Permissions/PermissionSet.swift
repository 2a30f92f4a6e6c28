/// A set of permissions in one word, since every request tests one.
package struct PermissionSet: Sendable, Equatable {
    package private(set) var bits: UInt64

    package init(_ permissions: some Sequence<Permission> = []) {
        bits = permissions.reduce(0) { $0 | $1.bit }
    }

    package static let everything = PermissionSet(Permission.allCases)

    package func contains(_ permission: Permission) -> Bool { bits & permission.bit != 0 }

    package func isSuperset(of other: PermissionSet) -> Bool { bits & other.bits == other.bits }

    /// In the order of the catalogue.
    package var permissions: [Permission] { Permission.allCases.filter(contains) }
}

/// The four roles that every workspace has (AC-20…AC-24).
///
/// Their rights are code, not data.
package enum BuiltinRole: String, CaseIterable, Sendable {
    case owner
    case admin
    case manager
    case user

    package var permissions: PermissionSet {
        switch self {
        case .owner: .everything
        case .admin: PermissionSet(Permission.ofAdmin)
        case .manager: PermissionSet(Permission.ofManager)
        case .user: PermissionSet(Permission.ofUser)
        }
    }
}
