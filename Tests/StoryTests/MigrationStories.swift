import Foundation
import TestSupport
import Testing

@Suite struct `Migrations that are cut off` {
    /// The migrations as they are, and one more for workspaces that takes its time.
    private static func extendedFolder() throws -> String {
        let folder = NSTemporaryDirectory() + "courtyard-sql-" + UUID().uuidString
        try FileManager.default.copyItem(
            atPath: TestEnvironment.repository + "/sql", toPath: folder)
        let count = try FileManager.default.contentsOfDirectory(atPath: folder + "/tenant").count
        let sql = """
            CREATE TABLE tenant.slowly_made (id bigint PRIMARY KEY);
            SELECT pg_sleep(1.5);
            GRANT SELECT ON tenant.slowly_made TO tenant_role;
            """
        let name = String(format: "%04d", count + 1) + "_slowly_made.sql"
        try sql.write(toFile: "\(folder)/tenant/\(name)", atomically: true, encoding: .utf8)
        return folder
    }

    @Test("OV-13: killed among many workspaces, and run again, it leaves each one whole")
    func killed() throws {
        let database = try StoryDatabase()
        try ServerProcess.command(["migrate"], on: database)
        let total = 12
        for number in 1...total {
            try ServerProcess.command(
                ["tenant", "create", "yard-\(number)", "Yard \(number)"], on: database)
        }
        let folder = try Self.extendedFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let settings = ServerProcess.operatorSettings(database)
            .merging(["COURTYARD_SQL": folder]) { $1 }
        func migrated() throws -> Int {
            let text = try database.sql(
                """
                SELECT count(*) FROM pg_tables t JOIN cell.tenants c
                    ON t.schemaname = 't_' || c.number
                WHERE t.tablename = 'slowly_made' AND c.schema_version =
                    (SELECT max(version) FROM platform.tenant_migrations)
                """)
            return Int(text) ?? -1
        }
        for round in 1...2 {
            let before = try migrated()
            let migration = try ChildProcess(
                ServerProcess.binary, ["migrate"], environment: settings, output: "/dev/null")
            let start = Date()
            while try migrated() == before, Date().timeIntervalSince(start) < 60 { usleep(20_000) }
            migration.signal(SIGKILL)
            migration.wait()
            let done = try migrated()
            #expect(done > before)
            if round == 1 { #expect(done < total) }
        }
        let environment = ["COURTYARD_SQL": folder]
        // What the killed process had begun may still hold its locks for a moment.
        try ServerProcess.command(["migrate"], on: database, environment: environment)
        #expect(try migrated() == total)
        let status = try ServerProcess.command(
            ["migrate", "--status", "--verify"], on: database, environment: environment)
        #expect(status.contains("\(total) workspaces, all current"))
        #expect(status.contains("every schema is as the migrations make it"))
    }
}
