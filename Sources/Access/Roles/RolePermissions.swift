import HTTP
import Tenancy
import Values

/// The permissions of a custom role, as a body names them (AC-34…AC-36).
struct RolePermissions {
    let set: PermissionSet

    /// Reads `permissions`; nil when the member is absent.
    ///
    /// Every rule that is broken is reported.
    init?(_ fields: FieldReader, isRequired: Bool) {
        let type = FieldType<[String]>.list(of: .text(1...100), 0...200)
        let names: [String]
        if isRequired {
            names = fields.required("permissions", type)
        } else {
            guard let given = fields.change("permissions", type) else { return nil }
            names = given
        }
        set = PermissionSet(names.compactMap(Permission.init(rawValue:)))
        let unknown = names.filter { Permission(rawValue: $0) == nil }
        if let name = unknown.first {
            fields.report("permissions", "unknown_permission", "There is no permission ‘\(name)’.")
        }
        let held = set.permissions
        if let permission = held.first(where: \.isReserved) {
            fields.report(
                "permissions", "reserved_permission", "\(permission.rawValue) is for Owners alone.")
        }
        for permission in held {
            guard let needed = permission.prerequisite, !set.contains(needed) else { continue }
            fields.report(
                "permissions", "missing_prerequisite",
                "\(permission.rawValue) needs \(needed.rawValue).")
            break
        }
    }
}
