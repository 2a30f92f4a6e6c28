import CLinux
import Persistence
import Tenancy

/// `courtyard migrate [--status [--verify]]`.
enum MigrateCommand {
    static func run(_ arguments: inout Arguments) throws {
        let wantsStatus = arguments.flag("--status")
        let verifies = arguments.flag("--verify")
        try arguments.finish()
        guard wantsStatus || !verifies else {
            throw UsageMistake("--verify belongs to --status: courtyard migrate --status --verify.")
        }
        let configuration = try Configuration()
        let files = try MigrationFiles(folder: configuration.sqlFolder)
        let migrator = Migrator(address: configuration.databaseURL, files: files)
        if wantsStatus {
            try status(migrator, files)
            if verifies { try verify(configuration) }
        } else {
            try migrate(migrator)
        }
    }

    private static func migrate(_ migrator: Migrator) throws {
        let report = try migrator.run()
        for name in report.platformApplied { print("applied sql/platform/\(name)") }
        print(
            "\(count(report.tenantsMigrated, "workspace")) migrated, "
                + "\(report.tenantsCurrent) current already")
        for failure in report.failures {
            print("workspace number \(failure.tenant) failed: \(failure.reason)")
        }
        guard report.failures.isEmpty else {
            throw TenantDirectory.Refusal(
                "\(count(report.failures.count, "workspace")) could not be migrated and answers "
                    + "503 until a later 'courtyard migrate' succeeds; the others are done.")
        }
    }

    /// Exits with 1 if something is behind.
    private static func status(_ migrator: Migrator, _ files: MigrationFiles) throws {
        let status = try migrator.status()
        let latest = files.tenant.count
        print("shared schema: version \(status.platform) of \(files.platform.count)")
        for tenant in status.tenants {
            print(
                "\(tenant.slug) (number \(tenant.number), \(tenant.state)): "
                    + "version \(tenant.version) of \(latest)")
        }
        let behind = status.tenants.count { $0.version < latest }
        guard status.platform >= files.platform.count else {
            throw TenantDirectory.Refusal("The shared schema is behind; run 'courtyard migrate'.")
        }
        guard behind == 0 else {
            throw TenantDirectory.Refusal(
                "\(count(behind, "workspace")) of \(status.tenants.count) behind; "
                    + "run 'courtyard migrate'.")
        }
        print("\(count(status.tenants.count, "workspace")), all current")
    }

    private static func verify(_ configuration: Configuration) throws {
        let connection = try SessionConnection(address: configuration.databaseURL)
        let drifts = try SchemaVerification(connection).run()
        for drift in drifts {
            print("\(drift.slug) (number \(drift.number)) differs from the migrations:")
            for difference in drift.differences { print("  \(difference)") }
        }
        guard drifts.isEmpty else {
            throw TenantDirectory.Refusal(
                "\(count(drifts.count, "workspace")) has another schema than the migrations make; "
                    + "mend what is listed above by hand.")
        }
        print("every schema is as the migrations make it")
    }

    static func count(_ number: Int, _ noun: String, _ plural: String? = nil) -> String {
        "\(number) \(number == 1 ? noun : plural ?? noun + "s")"
    }
}
