import Crypto
import Foundation
import Persistence
import Synchronization
import TestSupport
import Testing
import Values

@testable import App
@testable import Tenancy

private final class Flag: Sendable {
    private let value = Atomic<Bool>(false)
    var isSet: Bool { value.load(ordering: .relaxed) }
    func set() { value.store(true, ordering: .relaxed) }
}

private let column = SealedColumn("things", "secret")

/// Rotation touches every data key of the cluster, which other tests use too: they only ever see
/// keys wrapped under a ring that this suite gives them, so nothing breaks; among themselves these
/// tests take turns.
@Suite(.serialized) struct `Keys of secrets at rest` {
    let app: TestApp
    let owner: SessionConnection
    let installation: TestInstallation

    init() throws {
        app = try TestApp(AllRoutes.all)
        installation = try TestInstallation.shared.get()
        owner = try SessionConnection(address: installation.ownerURL)
    }

    private func context(
        _ tenant: TestTenant, _ services: LoopServices
    ) -> TenantContext {
        TenantContext(tenant: tenant.reference, job: "test", services: services)
    }

    @Test("SEC-85: a tenant's secret opens for it alone; the first use makes its key")
    func sealing() async throws {
        let (one, two) = try await (TestTenant.create(app), TestTenant.create(app))
        let row = try await app.run { $0.newID() }
        let sealed = try await app.run { services in
            try await context(one, services).seal([1, 2, 3], column, row: row)
        }
        let opened = try await app.run { services in
            try await context(one, services).open(sealed, column, row: row)
        }
        #expect(opened == [1, 2, 3])
        await #expect(throws: SealedBox.Unreadable.self) {
            try await app.run { services in
                try await context(two, services).open(sealed, column, row: row)
            }
        }
        let wrapped = try owner.rows(
            "SELECT ring_key, encode(wrapped, 'hex') FROM cell.data_keys WHERE tenant_number = $1",
            [String(one.number)])
        #expect(wrapped.count == 1)
    }

    @Test("OV-12, SEC-84: of many first uses at once one makes the tenant's key")
    func firstUse() async throws {
        let tenant = try await TestTenant.create(app)
        let row = try await app.run { $0.newID() }
        let apps = try (0..<8).map { _ in try TestApp(AllRoutes.all) }
        let values = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for app in apps {
                group.addTask {
                    try await app.run { services in
                        try await context(tenant, services).seal([7], column, row: row)
                    }
                }
            }
            return try await group.reduce(into: [[UInt8]]()) { $0.append($1) }
        }
        for value in values {
            let opened = try await app.run { services in
                try await context(tenant, services).open(value, column, row: row)
            }
            #expect(opened == [7])
        }
    }

    @Test("OV-12: a workspace has its data key from the start")
    func creation() async throws {
        let ring = installation.keyRing.value
        let id = try await app.run { $0.newID() }
        let number = try TenantDirectory(owner, ring: ring).create(
            slug: "k-\(id.description.suffix(12))", name: "Keys", plan: "FREE", id: id,
            now: app.clock.now)
        let rows = try owner.rows(
            "SELECT encode(wrapped, 'hex') FROM cell.data_keys WHERE tenant_number = $1",
            [String(number)])
        let wrapped = try #require(Hex.decode(rows.first?[0] ?? ""))
        _ = try ring.unwrap(wrapped, of: .tenant(id), number: 1)
    }

    @Test("SEC-84: keys are rotated while requests seal and open, without one failure")
    func rotationUnderLoad() async throws {
        let tenants = try await withThrowingTaskGroup(of: TestTenant.self) { group in
            for _ in 0..<4 { group.addTask { try await TestTenant.create(app) } }
            return try await group.reduce(into: [TestTenant]()) { $0.append($1) }
        }
        // A key that is made while the ring changes may stand under the old one: rotating again
        // takes care of it, and here all are made before.
        try await app.run { services in
            _ = try await services.vault.platformKeys()
            for tenant in tenants {
                _ = try await context(tenant, services).seal([9], column, row: services.newID())
            }
        }
        let entry = KeyRing.entry(id: 9)
        let before = try KeyRing(TestInstallation.keys + "," + entry)
        let after = try KeyRing(entry + "," + TestInstallation.keys)
        let isDone = Flag()
        let rounds = try await withThrowingTaskGroup(of: Int.self) { group in
            for tenant in tenants {
                group.addTask {
                    var rounds = 0
                    while !isDone.isSet {
                        // A process that remembers nothing, like one just started.
                        let fresh = try TestApp(AllRoutes.all)
                        try await fresh.run { services in
                            let row = services.newID()
                            let context = context(tenant, services)
                            let sealed = try await context.seal([9], column, row: row)
                            #expect(try await context.open(sealed, column, row: row) == [9])
                        }
                        rounds += 1
                    }
                    return rounds
                }
            }
            group.addTask {
                defer { isDone.set() }
                let owner = try SessionConnection(address: installation.ownerURL)
                // As docs/operations.md tells it: known everywhere, current everywhere, rotated.
                installation.keyRing.replace(by: before)
                installation.keyRing.replace(by: after)
                #expect(try KeyStore(owner, ring: after).rotate().failures == [])
                for tenant in tenants { #expect(try ringKeys(of: tenant, owner) == ["9"]) }
                // And back, so that whatever runs later on this cluster finds the ring it knows.
                installation.keyRing.replace(by: before)
                #expect(try KeyStore(owner, ring: before).rotate().failures == [])
                for tenant in tenants { #expect(try ringKeys(of: tenant, owner) == ["1"]) }
                return 0
            }
            return try await group.reduce(0, +)
        }
        #expect(rounds > 0)
    }

    private func ringKeys(of tenant: TestTenant, _ owner: SessionConnection) throws -> [String] {
        try owner.rows(
            "SELECT ring_key FROM cell.data_keys WHERE tenant_number = $1", [String(tenant.number)]
        ).compactMap { $0[0] }
    }

    @Test("SEC-84: an interrupted rotation goes on with the rest, and a strange key is named")
    func resumed() async throws {
        let tenants = try await [TestTenant.create(app), TestTenant.create(app)]
        let foreign = try KeyRing(KeyRing.entry(id: 77))
        for (tenant, ring) in zip(tenants, [installation.keyRing.value, foreign]) {
            let wrapped = ring.wrap(.random(), of: .tenant(tenant.id), number: 1)
            try owner.rows(
                """
                INSERT INTO cell.data_keys (tenant_number, number, ring_key, wrapped, created_at)
                VALUES ($1, 1, $2, decode($3, 'hex'), now())
                """,
                [String(tenant.number), String(wrapped.ringKey), Hex.encode(wrapped.bytes)])
        }
        let store = KeyStore(owner, ring: installation.keyRing.value)
        let rotation = try store.rotate()
        #expect(
            rotation.failures.contains(
                "data key 1 of workspace number \(tenants[1].number): the key ring has no key 77"))
        #expect(try ringKeys(of: tenants[0], owner) == ["1"])
        #expect(try ringKeys(of: tenants[1], owner) == ["77"])
        #expect(try store.status().contains { $0.ringKey == 77 && $0.dataKeys == 1 })
        try TenantDirectory(owner).erase(tenants[1].slug)
        #expect(try ringKeys(of: tenants[1], owner) == [])
        #expect(try store.rotate().failures == [])
    }

    @Test("SEC-84: a renewed data key seals, and older values still open")
    func renewed() async throws {
        let tenant = try await TestTenant.create(app)
        let row = try await app.run { $0.newID() }
        let old = try await app.run { services in
            try await context(tenant, services).seal([1], column, row: row)
        }
        let made = try KeyStore(owner, ring: installation.keyRing.value).renew(now: app.clock.now)
        #expect(made >= 2)
        let other = try TestApp(AllRoutes.all)
        let new = try await other.run { services in
            try await context(tenant, services).seal([2], column, row: row)
        }
        #expect(try SealedBox.keyID(of: new) == 2)
        // The first process still remembers the older key alone, and reads again at once.
        for (value, plain) in [(old, [UInt8(1)]), (new, [2])] {
            let opened = try await app.run { services in
                try await context(tenant, services).open(value, column, row: row)
            }
            #expect(opened == plain)
        }
    }

    @Test("OV-10, SEC-85: an import seals the secrets of an archive for the new workspace")
    func resealing() async throws {
        let (source, target) = try await (TestTenant.create(app), TestTenant.create(app))
        let row = try await app.run { $0.newID() }
        let sealed = try await app.run { services in
            try await context(source, services).seal([4, 2], column, row: row)
        }
        _ = try await app.run { services in
            try await context(target, services).seal([0], column, row: row)
        }
        let connection = try SessionConnection(address: installation.ownerURL)
        try connection.run(
            """
            BEGIN;
            CREATE TABLE t_\(target.number).things (id uuid PRIMARY KEY, secret cell.sealed);
            INSERT INTO t_\(target.number).things
            VALUES ('\(row)', decode('\(Hex.encode(sealed))', 'hex'));
            CREATE TEMPORARY TABLE "@keys" ON COMMIT DROP AS
            \(SharedPart.keys.query(source.number))
            """)
        let foreign = try KeyRing(KeyRing.entry(id: 1))
        for ring in [nil, foreign] {
            #expect(throws: TenantDirectory.Refusal.self) {
                try Resealing(connection, ring: ring, number: target.number, id: target.id).run()
            }
        }
        try Resealing(
            connection, ring: installation.keyRing.value, number: target.number, id: target.id
        ).run()
        let value = try connection.rows(
            "SELECT encode(secret, 'hex') FROM t_\(target.number).things")[0][0]
        try connection.run("ROLLBACK")
        let resealed = try #require(Hex.decode(value ?? ""))
        let opened = try await app.run { services in
            try await context(target, services).open(resealed, column, row: row)
        }
        #expect(opened == [4, 2])
    }
}

@Suite struct `The key ring's place` {
    private func configuration(_ settings: [String: String]) throws -> Configuration {
        try Configuration(
            environment: ["COURTYARD_DATABASE_URL": "postgresql://x"].merging(settings) { $1 })
    }

    @Test(
        "SEC-91: a key ring file that others may read is refused", arguments: [0o644, 0o620])
    func permissions(mode: Int) throws {
        let path = NSTemporaryDirectory() + "ring-\(UUID())"
        try KeyRing.entry(id: 3).write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        let configuration = try configuration(["COURTYARD_KEY_RING": path])
        #expect(try configuration.loadKeyRing().current == 3)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        #expect(throws: KeyRingSource.Unusable.self) { try configuration.loadKeyRing() }
    }

    @Test("SEC-84, SEC-90: without keys nothing starts, and there is no built-in key")
    func missing() throws {
        #expect(throws: Configuration.Mistakes.self) { try configuration([:]).loadKeyRing() }
        for path in ["/nonexistent", "/dev/null", "/"] {
            #expect(throws: KeyRingSource.Unusable.self) {
                try configuration(["COURTYARD_KEY_RING": path]).loadKeyRing()
            }
        }
        #expect(throws: KeyRingSource.Unusable.self) {
            try configuration(["COURTYARD_KEYS": "1:00"]).loadKeyRing()
        }
        let both = ["COURTYARD_KEYS": KeyRing.entry(id: 1), "COURTYARD_KEY_RING": "/x"]
        #expect(throws: Configuration.Mistakes.self) { try configuration(both) }
    }
}
