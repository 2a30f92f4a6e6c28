import Crypto
import Values

/// Where a page of a list ended: the sort key and id of its last row (OV-36).
///
/// The text is opaque, bound to list, filters and sort, and carries a checksum, so that a damaged
/// or foreign one is told apart (OV-37). It grants nothing: its values are bind parameters like
/// others.
package struct Cursor: Sendable, Equatable {
    package var sortKey: [UInt8]
    package var id: ID

    package init(sortKey: [UInt8], id: ID) {
        self.sortKey = sortKey
        self.id = id
    }

    /// The sort key as an instant that a database can hold, from the year 1 to 9999.
    ///
    /// - Throws: ``Problem`` `invalid_cursor`.
    package func instant() throws -> Instant {
        guard sortKey.count == 8 else { throw Problem(.invalidCursor) }
        let key = sortKey.reduce(Int64(0)) { $0 << 8 | Int64($1) }
        guard -63_082_281_600_000_000..<252_455_616_000_000_000 ~= key else {
            throw Problem(.invalidCursor)
        }
        return Instant(postgresMicroseconds: key)
    }

    /// The text of the cursor, bound to what it must agree with; see ``fingerprint(list:query:)``.
    package func encoded(fingerprint: [UInt8]) -> String {
        var bytes = fingerprint
        id.withBytes { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: sortKey)
        bytes.append(contentsOf: SHA256.digest(of: bytes).bytes.prefix(4))
        return Base64URL.encode(bytes)
    }

    /// - Throws: ``Problem`` `invalid_cursor`.
    package static func decode(_ text: String, fingerprint: [UInt8]) throws -> Cursor {
        guard text.utf8.count <= 4_096, let bytes = Base64URL.decode(text),
            bytes.count >= fingerprint.count + 20, bytes.starts(with: fingerprint),
            SHA256.digest(of: Array(bytes.dropLast(4))).bytes.prefix(4)
                .elementsEqual(bytes.suffix(4))
        else { throw Problem(.invalidCursor) }
        let body = bytes.dropFirst(fingerprint.count).dropLast(4)
        let id = Array(body.prefix(16)).withUnsafeBytes { ID(bytes: $0) }
        return Cursor(sortKey: Array(body.dropFirst(16)), id: id)
    }

    /// Eight bytes that differ for another list, workspace, filter or sort.
    package static func fingerprint(list: String, query: QueryParameters) -> [UInt8] {
        var text = list
        for (name, value) in query.filters { text += "\u{1}\(name)\u{2}\(value)" }
        return Array(SHA256.digest(of: text).bytes.prefix(8))
    }
}
