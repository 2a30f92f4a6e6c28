import Synchronization
import Values

/// The operator's keys, under which data keys are wrapped (docs/decisions/0016).
///
/// Text form: one `ID:KEY` a line or between commas, where ID is 1 to 4294967295 and KEY has 64
/// hexadecimal digits. The first is the current one; the others only open what they have wrapped.
package struct KeyRing: Sendable {
    /// What is wrong with a ring's text; never shows any of it.
    package struct Mistake: Error, CustomStringConvertible {
        package let description: String
    }

    /// A data key is wrapped under a key that the ring does not have.
    package struct UnknownKey: Error, CustomStringConvertible {
        package let id: UInt32
        package var description: String { "the key ring has no key \(id)" }
    }

    /// The id of the key that wraps.
    package let current: UInt32
    /// All ids, the current one first.
    package let ids: [UInt32]
    private let keys: [UInt32: Bytes32]

    package init(_ text: String) throws(Mistake) {
        var ids: [UInt32] = []
        var keys: [UInt32: Bytes32] = [:]
        for line in text.split(whereSeparator: { $0.isNewline }) {
            let content = line.prefix { $0 != "#" }
            for entry in content.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
                let parts = entry.split(separator: ":", omittingEmptySubsequences: false)
                guard parts.count == 2, let id = UInt32(parts[0]), id > 0 else {
                    throw Mistake(description: "an entry is not of the form ID:KEY")
                }
                guard let key = Hex.decode(parts[1].utf8), key.count == Bytes32.count else {
                    throw Mistake(description: "key \(id) does not have 64 hexadecimal digits")
                }
                guard keys[id] == nil else {
                    throw Mistake(description: "the id \(id) stands there twice")
                }
                guard key.contains(where: { $0 != key[0] }) else {
                    throw Mistake(description: "key \(id) is not random")
                }
                ids.append(id)
                keys[id] = Self.derive(from: key)
            }
        }
        guard let first = ids.first else { throw Mistake(description: "it holds no key") }
        current = first
        self.ids = ids
        self.keys = keys
    }

    private static func derive(from key: [UInt8]) -> Bytes32 {
        HKDFSHA256.derive(
            from: key, info: Array("courtyard data key wrapping v1".utf8), count: Bytes32.count
        ).withUnsafeBytes { Bytes32($0) }
    }

    /// A new entry for the text of a ring, with a key from the cryptographic random generator.
    package static func entry(id: UInt32) -> String {
        "\(id):\(Hex.encode(SecureRandom.bytes(Bytes32.count)))"
    }

    package func has(_ id: UInt32) -> Bool { keys[id] != nil }

    /// Wraps a data key under the current key.
    package func wrap(_ dataKey: Bytes32, of owner: DataKeyOwner, number: UInt32) -> WrappedKey {
        guard let key = keys[current] else { preconditionFailure("a ring has its current key") }
        let sealed = SealedBox.seal(
            dataKey.bytes, key: key, keyID: current, context: owner.context(number: number))
        return WrappedKey(ringKey: current, bytes: sealed)
    }

    /// Opens a wrapped data key.
    ///
    /// - Throws: ``UnknownKey``; ``SealedBox/Unreadable`` when it was altered or belongs to
    ///   somebody else.
    package func unwrap(
        _ wrapped: [UInt8], of owner: DataKeyOwner, number: UInt32
    ) throws -> Bytes32 {
        let id = try SealedBox.keyID(of: wrapped)
        guard let key = keys[id] else { throw UnknownKey(id: id) }
        let bytes = try SealedBox.open(
            wrapped, key: key, context: owner.context(number: number))
        guard bytes.count == Bytes32.count else { throw SealedBox.Unreadable() }
        return bytes.withUnsafeBytes { Bytes32($0) }
    }
}

extension KeyRing: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Names the ids and hides the keys (checklist rule 25).
    package var description: String { "KeyRing(\(ids))" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Whose data key it is; part of what its wrapping authenticates.
package enum DataKeyOwner: Sendable, Hashable {
    /// Persons, who belong to no tenant.
    case platform
    case tenant(ID)

    var name: String {
        switch self {
        case .platform: "platform"
        case .tenant(let id): id.description
        }
    }

    fileprivate func context(number: UInt32) -> [String] { ["data key", name, "\(number)"] }
}

/// A data key as the database keeps it.
package struct WrappedKey: Sendable {
    /// The ring's key it is wrapped under.
    package let ringKey: UInt32
    package let bytes: [UInt8]
}

/// The ring of a running process; all loops share it, and SIGHUP puts another in its place.
package final class SharedKeyRing: Sendable {
    private let ring: Mutex<KeyRing>

    package init(_ ring: KeyRing) { self.ring = Mutex(ring) }

    package var value: KeyRing { ring.withLock { $0 } }
    package func replace(by other: KeyRing) { ring.withLock { $0 = other } }
}
