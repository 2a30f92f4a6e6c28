import HTTP
import Tenancy
import Values

extension TenantContext {
    /// Asks for a permission beside the route's own, where the body decides what is needed.
    ///
    /// - Throws: ``Problem`` `permission_denied` or `scope_missing`, as the route's own would.
    func demand(_ permission: Permission) throws {
        guard !holds(permission) else { return }
        let name = JSON.string(permission.rawValue)
        throw principal.isMember
            ? Problem(.permissionDenied, extra: [.init(name: "required_permission", value: name)])
            : Problem(.scopeMissing, extra: [.init(name: "required_scope", value: name)])
    }
}
