import HTTP
import Tenancy
import Values

/// `GET /v1/permissions`: the catalogue of AC-40 by feature, in its order (AC-38).
enum PermissionCatalogue {
    static let schema: Schema = .page(
        of: .object(
            [
                ("feature", .string(), true),
                (
                    "permissions",
                    .array(
                        .object(
                            [
                                ("name", .string(), true), ("description", .string(), true),
                                ("is_reserved", .boolean, true), ("is_scope", .boolean, true),
                                ("requires", .nullable(.string()), true),
                            ], name: "Permission")), true
                ),
            ], name: "PermissionGroup"))

    static let response: [UInt8] = {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("data")
        writer.beginArray()
        for feature in features {
            writer.beginObject()
            writer.key("feature")
            writer.string(feature)
            writer.key("permissions")
            writer.beginArray()
            for permission in Permission.allCases where permission.feature == feature {
                write(permission, to: &writer)
            }
            writer.endArray()
            writer.endObject()
        }
        writer.endArray()
        writer.key("next_cursor")
        writer.null()
        writer.endObject()
        return writer.bytes
    }()

    private static var features: [String] {
        Permission.allCases.map(\.feature).reduce(into: []) { features, feature in
            if !features.contains(feature) { features.append(feature) }
        }
    }

    private static func write(_ permission: Permission, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("name")
        writer.string(permission.rawValue)
        writer.key("description")
        writer.string(permission.summary)
        writer.key("is_reserved")
        writer.bool(permission.isReserved)
        writer.key("is_scope")
        writer.bool(permission.isScope)
        writer.key("requires")
        if let needed = permission.prerequisite {
            writer.string(needed.rawValue)
        } else {
            writer.null()
        }
        writer.endObject()
    }
}
