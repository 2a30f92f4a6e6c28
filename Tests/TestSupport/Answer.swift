import HTTP
import Values

/// What came back.
package struct Answer: Sendable {
    package var status: Int
    package var fields: [(name: String, value: String)]
    package var contentType: String?
    package var body: [UInt8] = []
    /// Why a streamed answer broke off.
    package var streamFailure: String?

    init(_ response: Response) {
        status = response.status.code
        fields = response.fields.map { ($0.name.description, $0.value) }
        contentType = response.contentType?.description
    }

    func with(_ bytes: [UInt8]) -> Answer {
        var copy = self
        copy.body = bytes
        return copy
    }

    package var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as JSON; null when it is none.
    package var json: JSON { (try? JSON.parse(body)) ?? .null }

    package subscript(_ name: String) -> JSON { json[name] ?? .null }

    /// The text of a member, or nil.
    package func string(_ name: String) -> String? {
        guard case .string(let text) = self[name] else { return nil }
        return text
    }

    package func integer(_ name: String) -> Int64? {
        guard case .integer(let value) = self[name] else { return nil }
        return value
    }

    package func id(_ name: String) -> ID? { string(name).flatMap { ID($0) } }

    /// The code of a problem.
    package var code: String? { string("code") }

    /// `pointer: code` of each field error, sorted.
    package var fieldErrors: [String] {
        guard case .array(let errors) = self["errors"] else { return [] }
        return errors.map { error in
            guard case .string(let pointer)? = error["pointer"],
                case .string(let code)? = error["code"]
            else { return "?" }
            return "\(pointer): \(code)"
        }.sorted()
    }

    /// The rows of a list.
    package var data: [JSON] {
        guard case .array(let rows) = self["data"] else { return [] }
        return rows
    }

    package func field(_ name: String) -> String? {
        fields.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The value of a cookie that was set, or nil.
    package func cookie(_ name: String) -> String? {
        for field in fields where field.name.lowercased() == "set-cookie" {
            let pair = field.value.split(separator: ";")[0].split(separator: "=", maxSplits: 1)
            if pair.first.map(String.init) == name { return pair.count == 2 ? String(pair[1]) : "" }
        }
        return nil
    }
}
