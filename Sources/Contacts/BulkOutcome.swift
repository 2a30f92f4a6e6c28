import HTTP
import Values

/// What became of each id of a bulk action (OV-41).
struct BulkOutcome {
    static let limit = 500

    private(set) var succeeded: [ID] = []
    /// The id as the caller wrote it.
    private(set) var failed: [(id: String, code: StaticString)] = []

    /// - Parameters:
    ///   - ids: As they came, in their order.
    ///   - done: Those with which all is well.
    ///   - refused: Why others are not done; ids in neither are unknown.
    init(_ ids: BulkIDs, done: Set<ID>, refused: [ID: StaticString] = [:]) {
        for id in ids.wellFormed {
            if done.contains(id) {
                succeeded.append(id)
            } else {
                failed.append((id.description, refused[id] ?? "not_found"))
            }
        }
        for text in ids.malformed { failed.append((text, "not_found")) }
    }

    static let schema = Schema.object([
        ("succeeded", .array(.string(format: "uuid")), true),
        (
            "failed",
            .array(.object([("id", .string(), true), ("code", .string(), true)])), true
        ),
    ])

    var response: Response {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("succeeded")
        writer.beginArray()
        for id in succeeded { writer.id(id) }
        writer.endArray()
        writer.key("failed")
        writer.beginArray()
        for failure in failed {
            writer.beginObject()
            writer.key("id")
            writer.string(failure.id)
            writer.key("code")
            writer.string(failure.code.description)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return .json(.ok, writer.bytes)
    }
}

/// The ids of a bulk action, each once.
///
/// Text that is no id names nothing, like an unknown one (OV-22).
struct BulkIDs: Sendable {
    private(set) var wellFormed: [ID] = []
    private(set) var malformed: [String] = []

    init(_ texts: [String]) {
        var seen: Set<ID> = []
        for text in texts {
            if let id = ID(text) {
                if seen.insert(id).inserted { wellFormed.append(id) }
            } else if !malformed.contains(text) {
                malformed.append(text)
            }
        }
    }

    static let type = FieldType<[String]>.list(
        of: .text(1...64), 1...BulkOutcome.limit, tooMany: "too_many_items")
}
