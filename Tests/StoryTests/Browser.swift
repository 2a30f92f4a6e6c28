import Foundation
import TestSupport
import Values

/// A person with curl: a cookie jar, the CSRF token that answers carry, and a network address.
final class Browser: @unchecked Sendable {
    struct Page: Sendable {
        var status: Int
        var body: String
        var head: String

        var json: JSON { (try? JSON.parse(Array(body.utf8))) ?? .null }
        var code: String? { self["code"] }

        /// The text of a member; a dot descends, so `person.id` works.
        subscript(_ path: String) -> String? {
            var value = json
            for name in path.split(separator: ".") { value = value[String(name)] ?? .null }
            switch value {
            case .string(let text): return text
            case .integer(let number): return String(number)
            case .bool(let flag): return String(flag)
            default: return nil
            }
        }

        /// The rows of a list.
        var rows: [JSON] {
            guard case .array(let rows)? = json["data"] else { return [] }
            return rows
        }
    }

    var server: ServerProcess
    var bearer: String?
    private let jar: String
    private var csrfToken: String?

    init(_ server: ServerProcess, bearer: String? = nil) {
        self.server = server
        self.bearer = bearer
        jar = NSTemporaryDirectory() + "courtyard-jar-" + UUID().uuidString
    }

    deinit { try? FileManager.default.removeItem(atPath: jar) }

    /// Another program with the same session, for calls at the same time.
    func twin() throws -> Browser {
        let other = Browser(server, bearer: bearer)
        try FileManager.default.copyItem(atPath: jar, toPath: other.jar)
        other.csrfToken = csrfToken
        return other
    }

    func get(_ path: String) throws -> Page { try send("GET", path) }
    func post(_ path: String, _ body: JSON? = nil) throws -> Page { try send("POST", path, body) }
    func put(_ path: String, _ body: JSON? = nil) throws -> Page { try send("PUT", path, body) }
    func patch(_ path: String, _ body: JSON? = nil) throws -> Page { try send("PATCH", path, body) }
    func delete(_ path: String, _ body: JSON? = nil) throws -> Page {
        try send("DELETE", path, body)
    }

    /// Uploads a file as multipart/form-data, with further text fields.
    func upload(
        _ path: String, by method: String = "POST", as field: String = "file", file: String,
        fields: [String: String] = [:]
    ) throws -> Page {
        var arguments = ["-F", "\(field)=@\(file)"]
        for (name, value) in fields { arguments += ["-F", "\(name)=\(value)"] }
        return try run(method, path, arguments)
    }

    func send(_ method: String, _ path: String, _ body: JSON? = nil) throws -> Page {
        guard let body else { return try run(method, path, []) }
        var writer = JSONWriter()
        writer.value(body)
        return try run(
            method, path,
            ["-H", "Content-Type: application/json", "--data-binary", "@-"],
            input: String(decoding: writer.bytes, as: UTF8.self))
    }

    private func run(
        _ method: String, _ path: String, _ extra: [String], input: String? = nil
    ) throws -> Page {
        var arguments = [
            "-s", "-S", "-i", "-X", method, "-b", jar, "-c", jar, "--max-time", "60",
            "-H", "Origin: \(server.address)", "-H", "Expect:",
        ]
        if let csrfToken { arguments += ["-H", "X-CSRF-Token: \(csrfToken)"] }
        if let bearer { arguments += ["-H", "Authorization: Bearer \(bearer)"] }
        let output = try Shell.check(
            "curl", arguments + extra + [server.address + path], input: input)
        let parts = output.components(separatedBy: "\r\n\r\n")
        let head = parts.first ?? ""
        let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        let page = Page(
            status: status, body: parts.dropFirst().joined(separator: "\r\n\r\n"), head: head)
        if let token = page["csrf_token"] { csrfToken = token }
        return page
    }
}
