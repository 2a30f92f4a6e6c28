import Crypto
import Persistence
import Values

/// Gives out the data keys that seal and open secrets at rest (docs/decisions/0016).
///
/// Lives on one loop. Keys are remembered for a few minutes; a value sealed under a key that is not
/// remembered sends the vault back to the database at once.
package final class Vault: @unchecked Sendable {
    /// How long another process's new data key may go unused here; opening with it works at once.
    private static let lifetime: Duration = .seconds(300)

    private struct Entry {
        var keys: DataKeys
        var readAt: Instant
    }

    private let database: Database
    private let clock: Clock
    private let ring: SharedKeyRing
    private var tenants: LRUCache<ID, Entry>
    private var platform: Entry?

    init(database: Database, clock: Clock, ring: SharedKeyRing, capacity: Int = 5_000) {
        self.database = database
        self.clock = clock
        self.ring = ring
        tenants = LRUCache(capacity: capacity)
    }

    /// The statement that gives a new tenant its first data key; run it where the tenant is made.
    ///
    /// Under the identity role. It does nothing for a tenant that has the key.
    package func creation(ofTenant number: Int64, id: ID) -> SQL {
        let wrapped = newKey(of: .tenant(id))
        return """
            INSERT INTO cell.data_keys (tenant_number, number, ring_key, wrapped, created_at)
            VALUES (\(number), 1, \(Int64(wrapped.ringKey)), \(bytes: wrapped.bytes), \(clock.now))
            ON CONFLICT DO NOTHING
            """
    }

    /// The keys of a tenant.
    ///
    /// - Parameters:
    ///   - tenant: Whose.
    ///   - scope: Under which the tenant's own rows are read.
    ///   - number: A key that must be among them, unless it does not exist.
    /// - Returns: At least one key.
    /// - Throws: ``KeyRing/UnknownKey``; ``DatabaseError``.
    package func keys(
        of tenant: TenantReference, in scope: Scope, including number: UInt32 = 0
    ) async throws -> DataKeys {
        if let entry = tenants.value(for: tenant.id), isFresh(entry, number) { return entry.keys }
        let owner = DataKeyOwner.tenant(tenant.id)
        let selection: SQL = "SELECT number, wrapped FROM cell.own_data_keys"
        var rows = try await database.read(selection, in: scope)
        if rows.isEmpty {
            // Made before tenants had keys.
            _ = try await database.write(
                [creation(ofTenant: tenant.number, id: tenant.id)], in: .identity)
            rows = try await database.read(selection, in: scope)
        }
        let entry = Entry(keys: try unwrap(rows, owner), readAt: clock.now)
        tenants.insert(entry, for: tenant.id)
        return entry.keys
    }

    /// The keys for secrets of persons.
    package func platformKeys(including number: UInt32 = 0) async throws -> DataKeys {
        if let entry = platform, isFresh(entry, number) { return entry.keys }
        let selection: SQL = "SELECT number, wrapped FROM platform.data_keys"
        var rows = try await database.read(selection, in: .identity)
        if rows.isEmpty {
            let wrapped = newKey(of: .platform)
            _ = try await database.write(
                [
                    """
                    INSERT INTO platform.data_keys (number, ring_key, wrapped, created_at)
                    VALUES (1, \(Int64(wrapped.ringKey)), \(bytes: wrapped.bytes), \(clock.now))
                    ON CONFLICT DO NOTHING
                    """
                ], in: .identity)
            rows = try await database.read(selection, in: .identity)
        }
        let entry = Entry(keys: try unwrap(rows, .platform), readAt: clock.now)
        platform = entry
        return entry.keys
    }

    private func isFresh(_ entry: Entry, _ number: UInt32) -> Bool {
        (number == 0 || entry.keys.has(number)) && clock.now - entry.readAt < Self.lifetime
            && clock.now >= entry.readAt
    }

    private func newKey(of owner: DataKeyOwner) -> WrappedKey {
        ring.value.wrap(.random(), of: owner, number: 1)
    }

    private func unwrap(_ rows: Rows, _ owner: DataKeyOwner) throws -> DataKeys {
        let ring = ring.value
        var keys = DataKeys(of: owner)
        let wrapped = rows.map { row in
            (number: UInt32(truncatingIfNeeded: row.integer(0)), bytes: row.byteArray(1))
        }
        for (number, bytes) in wrapped {
            keys.add(try ring.unwrap(bytes, of: owner, number: number), number: number)
        }
        return keys
    }
}

extension TenantContext {
    /// Seals a value of the tenant for one column of one row; store it as `\(bytes: …)`.
    package func seal(
        _ plaintext: [UInt8], _ column: SealedColumn, row: ID
    ) async throws -> [UInt8] {
        try await services.vault.keys(of: tenant, in: scope)
            .seal(plaintext, column, row: row.description)
    }

    /// Opens what ``seal(_:_:row:)`` returned.
    ///
    /// - Throws: ``SealedBox/Unreadable`` when it was altered or moved, ``KeyRing/UnknownKey``:
    ///   both are faults, answered by 500.
    package func open(
        _ sealed: [UInt8], _ column: SealedColumn, row: ID
    ) async throws -> [UInt8] {
        try await services.vault.keys(
            of: tenant, in: scope, including: SealedBox.keyID(of: sealed)
        ).open(sealed, column, row: row.description)
    }
}

extension PlatformContext {
    /// Seals a secret of a person for one column of one row; store it as `\(bytes: …)`.
    package func seal(
        _ plaintext: [UInt8], _ column: SealedColumn, row: ID
    ) async throws -> [UInt8] {
        try await services.vault.platformKeys().seal(plaintext, column, row: row.description)
    }

    /// Opens what ``seal(_:_:row:)`` returned; throws as the tenant's does.
    package func open(
        _ sealed: [UInt8], _ column: SealedColumn, row: ID
    ) async throws -> [UInt8] {
        try await services.vault.platformKeys(including: SealedBox.keyID(of: sealed))
            .open(sealed, column, row: row.description)
    }
}
