import Values

/// A column whose values are sealed.
package struct SealedColumn: Sendable {
    /// Without schema, such as `sso_connections`.
    package let table: String
    package let column: String

    package init(_ table: String, _ column: String) {
        self.table = table
        self.column = column
    }
}

/// The data keys of one tenant, or of the platform, ready to use.
///
/// Each gives one subkey for sealing and one for codes (HKDF-SHA-256), so that no key has two uses.
package struct DataKeys: Sendable {
    private struct Subkeys: Sendable {
        let sealing: Bytes32
        let hashing: Bytes32

        init(_ dataKey: Bytes32) {
            func derive(_ purpose: StaticString) -> Bytes32 {
                HKDFSHA256.derive(
                    from: dataKey.bytes, info: Array(purpose.description.utf8), count: Bytes32.count
                ).withUnsafeBytes { Bytes32($0) }
            }
            sealing = derive("courtyard column sealing v1")
            hashing = derive("courtyard code hashing v1")
        }
    }

    package let owner: DataKeyOwner
    private var keys: [UInt32: Subkeys] = [:]
    /// The number of the key that seals; 0 while there is none.
    package private(set) var newest: UInt32 = 0

    package init(of owner: DataKeyOwner) { self.owner = owner }

    package mutating func add(_ dataKey: Bytes32, number: UInt32) {
        keys[number] = Subkeys(dataKey)
        newest = max(newest, number)
    }

    package func has(_ number: UInt32) -> Bool { keys[number] != nil }

    /// Seals the value of one column in one row, which is the text of its primary key (several
    /// columns joined by `/`).
    ///
    /// - Precondition: There is a key.
    package func seal(_ plaintext: [UInt8], _ column: SealedColumn, row: String) -> [UInt8] {
        guard let key = keys[newest] else { preconditionFailure("no data key to seal with") }
        return SealedBox.seal(
            plaintext, key: key.sealing, keyID: newest, context: context(column, row))
    }

    /// Opens what ``seal(_:_:row:)`` returned for the same owner, column and row.
    ///
    /// - Throws: ``SealedBox/Unreadable``.
    package func open(
        _ sealed: [UInt8], _ column: SealedColumn, row: String
    ) throws(SealedBox.Unreadable) -> [UInt8] {
        guard let key = keys[try SealedBox.keyID(of: sealed)] else { throw SealedBox.Unreadable() }
        return try SealedBox.open(sealed, key: key.sealing, context: context(column, row))
    }

    /// A keyed hash for codes too short to be hashed plainly: HMAC-SHA-256 under the key `number`.
    ///
    /// - Returns: nil when there is no such key.
    package func hash(_ code: String, for purpose: String, under number: UInt32) -> Bytes32? {
        keys[number].map { key in
            key.hashing.withBytes { key in
                Array("\(purpose)/\(code)".utf8).withUnsafeBytes {
                    HMACSHA256.code(key: key, message: $0)
                }
            }
        }
    }

    private func context(_ column: SealedColumn, _ row: String) -> [String] {
        ["column", owner.name, column.table, column.column, row]
    }
}

extension DataKeys: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Names the owner and hides the keys (checklist rule 25).
    package var description: String { "DataKeys(\(owner.name))" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
