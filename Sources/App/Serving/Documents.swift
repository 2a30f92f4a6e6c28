import HTTP
import Tenancy
import Values

/// What is generated from the routes and kept in `docs`.
package enum Documents {
    /// Raised with every release (CHANGELOG.md).
    static let version = "0.1.0"

    /// The API description (OV-64), indented so that changes can be reviewed.
    package static var openapi: String {
        var description = APIDescription(AllRoutes.descriptions, version: version)
        return IndentedJSON.text(description.document()) + "\n"
    }

    /// Which role and which kind of machine may call which route.
    package static var authorization: String { AuthorizationTable.markdown(AllRoutes.all) }
}

/// JSON for people to read: two spaces an indent, one member a line.
enum IndentedJSON {
    static func text(_ json: JSON) -> String {
        var output = ""
        write(json, indent: 0, to: &output)
        return output
    }

    private static func write(_ json: JSON, indent: Int, to output: inout String) {
        let inner = "\n" + String(repeating: "  ", count: indent + 1)
        let outer = "\n" + String(repeating: "  ", count: indent)
        switch json {
        case .array(let items) where !items.isEmpty:
            output += "["
            for (index, item) in items.enumerated() {
                output += (index == 0 ? "" : ",") + inner
                write(item, indent: indent + 1, to: &output)
            }
            output += outer + "]"
        case .object(let members) where !members.isEmpty:
            output += "{"
            for (index, member) in members.enumerated() {
                output += (index == 0 ? "" : ",") + inner
                output +=
                    String(decoding: JSON.string(member.name).serialized, as: UTF8.self) + ": "
                write(member.value, indent: indent + 1, to: &output)
            }
            output += outer + "}"
        default: output += String(decoding: json.serialized, as: UTF8.self)
        }
    }
}
