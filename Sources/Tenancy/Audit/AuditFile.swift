import Values

/// An exported chain: one JSON object a line, readable with any tool (docs/audit.md).
///
/// First a header that names the chain, then every position, last the head.
package enum AuditFile {
    package static func header(chain: String, workspace: JSON) -> [UInt8] {
        line(["format": .string(AuditEntry.format), "chain": .string(chain), "log": workspace])
    }

    package static func line(_ seal: AuditSeal) -> [UInt8] {
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writer.key("position")
        writer.integer(seal.position)
        writer.key("id")
        writer.string(seal.eventID)
        if let entry = seal.entry { write(entry, to: &writer) }
        writer.key("digest")
        writer.string(Hex.encode(seal.digest))
        writer.key("hash")
        writer.string(Hex.encode(seal.hash))
        writer.endObject()
        return writer.bytes + [10]
    }

    private static func write(_ entry: AuditEntry, to writer: inout JSONWriter) {
        let values: [(StaticString, String?)] = [
            ("created_at", entry.createdAt), ("actor_kind", entry.actorKind),
            ("actor_id", entry.actorID), ("actor_name", entry.actorName),
            ("action", entry.action), ("target_kind", entry.targetKind),
            ("target_id", entry.targetID), ("details", entry.details),
            ("request_id", entry.requestID), ("address", entry.address),
        ]
        for (name, value) in values {
            writer.key(name)
            if let value { writer.string(value) } else { writer.null() }
        }
    }

    package static func footer(_ head: AuditHead) -> [UInt8] { line(["head": head.json]) }

    private static func line(_ json: JSON) -> [UInt8] { json.serialized + [10] }

    /// Reads one position; nil when the line is none.
    static func seal(_ json: JSON) -> AuditSeal? {
        func text(_ name: String) -> String? { json[name]?.stringValue }
        guard let position = json["position"]?.integerValue, let id = text("id"),
            let digest = text("digest").flatMap({ Hex.decode($0) }), digest.count == 32,
            let hash = text("hash").flatMap({ Hex.decode($0) }), hash.count == 32
        else { return nil }
        var seal = AuditSeal(position: position, eventID: id, digest: digest, hash: hash)
        guard json["created_at"] != nil else { return seal }
        guard let createdAt = text("created_at"), let actorKind = text("actor_kind"),
            let actorName = text("actor_name"), let action = text("action"),
            let targetKind = text("target_kind"), let details = text("details"),
            let requestID = text("request_id"), let address = text("address")
        else { return nil }
        seal.entry = AuditEntry(
            id: id, createdAt: createdAt, actorKind: actorKind, actorID: text("actor_id"),
            actorName: actorName, action: action, targetKind: targetKind,
            targetID: text("target_id"), details: details, requestID: requestID, address: address)
        return seal
    }
}

/// What a look at one chain found.
package struct AuditReport: Sendable, Equatable {
    /// The slug of the workspace, `platform`, or the file.
    package var log: String
    package var head: AuditHead
    /// Entries that are sealed.
    package var sealed: Int64
    /// Entries that wait for the sealer.
    package var waiting: Int64
    /// What does not hold, with its place; empty for a sound log.
    package var findings: [String]
}
