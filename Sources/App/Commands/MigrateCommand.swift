import CLinux
import Tenancy

/// `courtyard migrate [--status]`.
enum MigrateCommand {
    static func run(_ configuration: Configuration, _ arguments: [String]) throws {
        let files = try MigrationFiles(folder: configuration.sqlFolder)
        let migrator = Migrator(address: configuration.databaseURL, files: files)
        if arguments.contains("--status") {
            let status = try migrator.status()
            print("platform at \(status.platform) of \(files.platform.count)")
            for tenant in status.tenants {
                print(
                    "\(tenant.slug) (\(tenant.number), \(tenant.state)) at \(tenant.version) of "
                        + "\(files.tenant.count)")
            }
            return
        }
        let report = try migrator.run()
        for name in report.platformApplied { print("applied platform \(name)") }
        print("\(report.tenantsMigrated) workspaces migrated, \(report.tenantsCurrent) current")
        for failure in report.failures {
            print("workspace \(failure.tenant) failed: \(failure.reason)")
        }
        if !report.failures.isEmpty { exit(1) }
    }
}
