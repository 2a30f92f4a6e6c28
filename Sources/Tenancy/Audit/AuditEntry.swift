import Crypto
import Values

/// One entry of an audit log as it was written, every value in the text that is hashed.
///
/// Source: docs/audit.md. PostgreSQL computes the same digest in `cell.audit_digest`.
package struct AuditEntry: Sendable, Equatable {
    package static let format = "courtyard-audit-1"

    package var id: String
    /// UTC with microseconds, such as `2026-03-01T09:15:00.000000Z`.
    package var createdAt: String
    package var actorKind: String
    package var actorID: String?
    package var actorName: String
    package var action: String
    package var targetKind: String
    package var targetID: String?
    /// JSON, in PostgreSQL's own spelling of jsonb.
    package var details: String
    package var requestID: String
    package var address: String

    package init(
        id: String, createdAt: String, actorKind: String, actorID: String?, actorName: String,
        action: String, targetKind: String, targetID: String?, details: String, requestID: String,
        address: String
    ) {
        self.id = id
        self.createdAt = createdAt
        self.actorKind = actorKind
        self.actorID = actorID
        self.actorName = actorName
        self.action = action
        self.targetKind = targetKind
        self.targetID = targetID
        self.details = details
        self.requestID = requestID
        self.address = address
    }

    /// What is hashed: no two entries have the same form.
    ///
    /// Each value as its length in bytes, a colon, the UTF-8 text and a comma; a missing id is the
    /// empty text.
    var canonicalForm: [UInt8] {
        var bytes: [UInt8] = []
        for value in [
            Self.format, id, createdAt, actorKind, actorID ?? "", actorName, action, targetKind,
            targetID ?? "", details, requestID, address,
        ] {
            bytes += "\(value.utf8.count):".utf8
            bytes += value.utf8
            bytes.append(UInt8(ascii: ","))
        }
        return bytes
    }

    package var digest: [UInt8] { SHA256.digest(of: canonicalForm).bytes }
}

/// One position of a chain: the seal, and the entry it covers unless that is gone.
package struct AuditSeal: Sendable, Equatable {
    package var position: Int64
    package var eventID: String
    /// SHA-256 of the entry's canonical form, when it was sealed.
    package var digest: [UInt8]
    /// SHA-256 of the hash before, followed by the digest.
    package var hash: [UInt8]
    package var entry: AuditEntry?

    package init(
        position: Int64, eventID: String, digest: [UInt8], hash: [UInt8], entry: AuditEntry? = nil
    ) {
        self.position = position
        self.eventID = eventID
        self.digest = digest
        self.hash = hash
        self.entry = entry
    }

    /// The hash of a chain's position 0.
    package static func genesis(of chain: String) -> [UInt8] {
        SHA256.digest(of: "\(AuditEntry.format) \(chain)").bytes
    }

    /// The hash of the position after `previous` for an entry with this digest.
    package static func hash(after previous: [UInt8], digest: [UInt8]) -> [UInt8] {
        SHA256.digest(of: previous + digest).bytes
    }
}

/// How far a chain had come at some time; kept elsewhere, it shows when the whole chain was made
/// anew.
package struct AuditHead: Sendable, Equatable {
    package var chain: String
    /// 0 for a chain without entries.
    package var position: Int64
    package var hash: [UInt8]

    package init(chain: String, position: Int64, hash: [UInt8]) {
        self.chain = chain
        self.position = position
        self.hash = hash
    }

    /// The form in which heads are exported, one object a line.
    package var json: JSON {
        [
            "chain": .string(chain), "position": .integer(position),
            "hash": .string(Hex.encode(hash)),
        ]
    }

    /// Reads what ``json`` wrote, whatever stands beside it.
    package init?(_ json: JSON) {
        guard let chain = json["chain"]?.stringValue,
            let position = json["position"]?.integerValue, position >= 0,
            let hash = json["hash"]?.stringValue.flatMap({ Hex.decode($0) }), hash.count == 32
        else { return nil }
        self.init(chain: chain, position: position, hash: hash)
    }
}
