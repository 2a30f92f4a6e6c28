import Contacts
import HTTP
import Jobs
import TestSupport
import Values

/// A form upload as browsers send it.
struct Upload {
    var file: [UInt8]?
    var fileName = "contacts.csv"
    var fields: [(String, String)] = []

    init(_ text: String, _ fields: [(String, String)] = []) {
        file = Array(text.utf8)
        self.fields = fields
    }

    init(bytes: [UInt8]?, fileName: String, _ fields: [(String, String)] = []) {
        file = bytes
        self.fileName = fileName
        self.fields = fields
    }

    func send(_ client: Client) async -> Answer {
        var body: [UInt8] = []
        for (name, value) in fields {
            body += Array(
                "--edge\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
                    .utf8)
        }
        if let file {
            body += Array(
                ("--edge\r\nContent-Disposition: form-data; name=\"file\"; "
                    + "filename=\"\(fileName)\"\r\nContent-Type: application/octet-stream\r\n\r\n")
                    .utf8)
            body += file + Array("\r\n".utf8)
        }
        body += Array("--edge--\r\n".utf8)
        return await client.app.send(
            .post, "/v1/contacts/imports",
            fields: client.fields + [("Content-Type", "multipart/form-data; boundary=edge")],
            body: body)
    }
}

/// The outcome of a finished import: created, updated, skipped, failed.
func counts(_ answer: Answer) -> [Int64] {
    ["created", "updated", "skipped", "failed"].map { answer.integer($0) ?? -1 }
}

extension Client {
    /// Uploads, and waits for the import's end.
    func importFile(_ upload: Upload) async throws -> Answer {
        let accepted = await upload.send(self)
        guard accepted.status == 202, let id = accepted.id("id") else { return accepted }
        return try await finished(id)
    }

    func finished(_ id: ID) async throws -> Answer {
        var answer = await get("/v1/contacts/imports/\(id)")
        _ = try await eventually(within: .seconds(60)) {
            answer = await get("/v1/contacts/imports/\(id)")
            return !["queued", "running"].contains(answer.string("state") ?? "")
        }
        return answer
    }
}

extension JobHandlers {
    static var imports: JobHandlers {
        var handlers = JobHandlers()
        handlers.importContacts()
        return handlers
    }
}
