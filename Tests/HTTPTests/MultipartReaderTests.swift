import Testing
import Values

@testable import HTTP

@Suite struct `Multipart content` {
    private static let type = "multipart/form-data; boundary=XyZ"

    private struct Field: Equatable {
        var name: String
        var fileName: String?
        var text: String
    }

    /// Reads the content cut into pieces of one size.
    private func read(
        _ content: String, type: String = type, pieceSize: Int = 1_000
    ) async throws -> [Field] {
        let bytes = Array(content.utf8)
        var place = 0
        let reader = try MultipartReader(contentType: type) {
            guard place < bytes.count else { return nil }
            defer { place = min(bytes.count, place + pieceSize) }
            return Array(bytes[place..<min(bytes.count, place + pieceSize)])
        }
        var fields: [Field] = []
        while let part = try await reader.nextPart() {
            fields.append(
                Field(
                    name: part.name, fileName: part.fileName,
                    text: try await reader.readText(limit: 10_000)))
        }
        return fields
    }

    private func lines(_ lines: String...) -> String { lines.joined(separator: "\r\n") }

    @Test("MS-20: parts come out the same however the content is cut", arguments: 1...40)
    func pieces(_ size: Int) async throws {
        let content = lines(
            "--XyZ", "Content-Disposition: form-data; name=\"on_duplicate\"", "", "update",
            "--XyZ",
            "content-disposition: form-data; name=\"file\"; filename=\"a \\\"b\\\" \u{e9}.csv\"",
            "Content-Type: text/csv", "", "name,phone", "--Xy,\r--XyZ", "\r", "", "--XyZ",
            "Content-Disposition: form-data; name=empty", "", "", "--XyZ--", "")
        let fields = try await read(content, pieceSize: size)
        #expect(
            fields == [
                Field(name: "on_duplicate", fileName: nil, text: "update"),
                Field(
                    name: "file", fileName: "a \"b\" \u{e9}.csv",
                    text: "name,phone\r\n--Xy,\r--XyZ\r\n\r\r\n"),
                Field(name: "empty", fileName: nil, text: ""),
            ])
    }

    @Test(
        "MS-20: broken content is refused",
        arguments: [
            "", "--XyZ", "XyZ\r\n", "junk\r\n--XyZ--", "--XyZ--x", "--XyZ\r\n\r\nx\r\n--XyZ--",
            "--XyZ\nContent-Disposition: form-data; name=a\n\nx\n--XyZ--",
            "--XyZ\r\nContent-Disposition: form-data; name=a\r\n\r\nx",
            "--XyZ\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--XyZ",
            "--XyZ\r\nContent-Disposition: form-data; name=a\n\r\nx\r\n--XyZ--",
            "--XyZ\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n--XyZ--",
            "--XyZ\r\nContent-Disposition: form-data\r\n\r\nx\r\n--XyZ--",
            "--XyZ\r\nContent-Disposition: form-data; name=\"a\r\n\r\nx\r\n--XyZ--",
            "--XyZ\r\nContent-Disposition: form-data; name=a; name=b\r\n\r\nx\r\n--XyZ--",
            "--XyZ\r\nContent-Disposition: form-data; name=a\r\nno colon\r\n\r\nx\r\n--XyZ--",
            "--XyZ\r\nContent-Disposition: form-data; name=a\r\n"
                + "Content-Transfer-Encoding: base64\r\n\r\nx\r\n--XyZ--",
            "--XyZ\r\nX: " + String(repeating: "x", count: 5_000) + "\r\n\r\nx\r\n--XyZ--",
        ], [1, 7, 10_000])
    func malformed(_ content: String, pieceSize: Int) async throws {
        await #expect {
            _ = try await read(content, pieceSize: pieceSize)
        } throws: { ($0 as? Problem)?.kind == .malformedRequest }
    }

    @Test(
        "MS-20: a boundary is 1 to 70 of its characters, given once",
        arguments: [
            "multipart/form-data", "multipart/form-data; boundary=", "text/plain; boundary=a",
            "multipart/form-data; boundary=\"a b \"", "multipart/form-data; boundary=a\u{e9}",
            "multipart/form-data; boundary=a; boundary=b",
            "multipart/form-data; boundary=" + String(repeating: "a", count: 71),
        ])
    func boundary(_ type: String) async throws {
        await #expect(throws: Problem.self) { _ = try await read("--a--", type: type) }
    }

    @Test("MS-20: a quoted boundary is taken, and the number of parts is bounded")
    func bounds() async throws {
        #expect(try await read("--a b--\r\n", type: "multipart/form-data; boundary=\"a b\"") == [])
        let part = "--XyZ\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n"
        let twenty = String(repeating: part, count: 20)
        #expect(try await read(twenty + "--XyZ--").count == 20)
        await #expect(throws: Problem.self) { _ = try await read(twenty + part + "--XyZ--") }
    }
}
