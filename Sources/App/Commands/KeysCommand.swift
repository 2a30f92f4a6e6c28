import Crypto
import Persistence
import Tenancy
import Values

/// `courtyard keys generate|status|rotate|renew`: the keys of secrets at rest.
enum KeysCommand {
    static func run(_ arguments: inout Arguments) throws {
        switch arguments.next() {
        case "generate": try generate(&arguments)
        case "status": try status(&arguments)
        case "rotate": try rotate(&arguments)
        case "renew": try renew(&arguments)
        default:
            throw UsageMistake("usage: courtyard keys generate [ID] | status | rotate | renew")
        }
    }

    /// Prints an entry for a key ring; needs neither configuration nor database.
    private static func generate(_ arguments: inout Arguments) throws {
        let word = arguments.next() ?? "1"
        try arguments.finish()
        guard let id = UInt32(word), id > 0 else {
            throw UsageMistake("The id is “\(word)”, but must be a whole number from 1.")
        }
        print(KeyRing.entry(id: id))
    }

    private static func open() throws -> (store: KeyStore, ring: KeyRing) {
        let configuration = try Configuration()
        let ring = try configuration.loadKeyRing()
        let connection = try SessionConnection(address: configuration.databaseURL)
        try Installation.checkMigrated(connection, MigrationFiles(folder: configuration.sqlFolder))
        return (KeyStore(connection, ring: ring), ring)
    }

    /// Exits with 1 if data keys are wrapped under a key that the ring does not have.
    private static func status(_ arguments: inout Arguments) throws {
        try arguments.finish()
        let (store, ring) = try open()
        var missing = 0
        for use in try store.status() {
            var words = "key \(use.ringKey): \(MigrateCommand.count(use.dataKeys, "data key"))"
            if use.ringKey == ring.current { words += ", current" }
            if !ring.has(use.ringKey) {
                words += ", MISSING from the ring"
                missing += use.dataKeys
            } else if use.dataKeys == 0, use.ringKey != ring.current {
                words += "; may be removed from the ring"
            }
            print(words)
        }
        guard missing == 0 else {
            throw TenantDirectory.Refusal(
                "\(MigrateCommand.count(missing, "data key")) cannot be opened with this ring.")
        }
    }

    private static func rotate(_ arguments: inout Arguments) throws {
        try arguments.finish()
        let (store, ring) = try open()
        let rotation = try store.rotate()
        print(
            "\(MigrateCommand.count(rotation.rewrapped, "data key")) wrapped anew under key "
                + "\(ring.current)")
        for failure in rotation.failures { print(failure) }
        guard rotation.failures.isEmpty else {
            throw TenantDirectory.Refusal(
                "\(MigrateCommand.count(rotation.failures.count, "data key")) could not be opened; "
                    + "the others are done.")
        }
    }

    private static func renew(_ arguments: inout Arguments) throws {
        try arguments.finish()
        let made = try open().store.renew(now: Instant.system)
        print("\(MigrateCommand.count(made, "data key")) made; they seal from now on")
    }
}
