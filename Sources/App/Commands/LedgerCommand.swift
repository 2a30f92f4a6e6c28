import Billing
import Persistence
import Tenancy

/// `courtyard ledger …`: whether every balance of AI credits is what its ledger says (BL-131).
enum LedgerCommand {
    static func run(_ arguments: inout Arguments) throws {
        guard arguments.next() == "verify" else {
            throw UsageMistake("usage: courtyard ledger verify [--tenant SLUG]")
        }
        let slug = try arguments.option("--tenant")
        try arguments.finish()
        let configuration = try Configuration()
        let connection = try SessionConnection(address: configuration.databaseURL)
        try Installation.checkMigrated(connection, MigrationFiles(folder: configuration.sqlFolder))
        var sound = 0
        var damaged = 0
        try CreditVerification(connection).verify(slug) { report in
            if report.findings.isEmpty { sound += 1 } else { damaged += 1 }
            // Thousands of sound ledgers are a number; one that was asked for is a sentence.
            if slug != nil || !report.findings.isEmpty { print(text(of: report)) }
        }
        guard damaged == 0 else {
            throw TenantDirectory.Refusal(
                "\(MigrateCommand.count(damaged, "ledger")) \(damaged == 1 ? "does" : "do") "
                    + "not hold; see above.")
        }
        if slug == nil { print("\(MigrateCommand.count(sound, "ledger")) verified, all sound.") }
    }

    static func text(of report: CreditVerification.Report) -> String {
        var lines = report.findings.map { "\(report.workspace): \($0)" }
        lines.append(
            "\(report.workspace): \(report.findings.isEmpty ? "sound" : "NOT sound"), "
                + MigrateCommand.count(Int(report.entries), "entry", "entries")
                + ", balance \(report.balance), held \(report.held)")
        return lines.joined(separator: "\n")
    }
}
