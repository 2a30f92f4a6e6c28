import Persistence
import Tenancy
import Values

/// `courtyard audit …`: whether the audit logs are what they were (docs/audit.md).
enum AuditCommand {
    static func run(_ arguments: inout Arguments) throws {
        switch arguments.next() {
        case "verify": try verify(&arguments)
        case "heads":
            try arguments.finish()
            try heads()
        case "export": try export(&arguments)
        case "prune": try prune(&arguments)
        default:
            throw UsageMistake(
                "usage: courtyard audit verify [--tenant SLUG|--file FILE] [--heads FILE] "
                    + "| heads | export SLUG FILE | prune SLUG --before DATE")
        }
    }

    private static func verify(_ arguments: inout Arguments) throws {
        let slug = try arguments.option("--tenant")
        let file = try arguments.option("--file")
        let heads = try arguments.option("--heads").map { try AuditFileReader.heads($0) } ?? []
        try arguments.finish()
        guard slug == nil || file == nil else {
            throw UsageMistake("--tenant looks into the database and --file does not; choose one.")
        }
        let reports: [AuditReport]
        if let file {
            reports = [try AuditFileReader.verify(file, heads: heads)]
        } else {
            let verification = try verification()
            let logs = try slug.map { [try verification.log(of: $0)] } ?? verification.logs()
            reports = try logs.map { try verification.verify($0, heads: heads) }
        }
        for report in reports { print(text(of: report)) }
        let bad = reports.filter { !$0.findings.isEmpty }
        guard bad.isEmpty else {
            throw TenantDirectory.Refusal(
                "\(MigrateCommand.count(bad.count, "audit log")) "
                    + "\(bad.count == 1 ? "does" : "do") not hold; see above.")
        }
    }

    static func text(of report: AuditReport) -> String {
        var lines = report.findings.map { "\(report.log): \($0)" }
        var words = MigrateCommand.count(Int(report.sealed), "sealed entry", "sealed entries")
        if report.waiting > 0 { words += ", \(report.waiting) waiting to be sealed" }
        if report.findings.isEmpty {
            lines.append(
                "\(report.log): sound, \(words), head \(report.head.position) "
                    + Hex.encode(report.head.hash))
        } else {
            lines.append("\(report.log): NOT sound, \(words)")
        }
        return lines.joined(separator: "\n")
    }

    private static func heads() throws {
        let verification = try verification()
        for log in try verification.logs() {
            let head = try verification.head(of: log)
            var members = [JSON.Member(name: "log", value: .string(log.slug))]
            members += head.json.objectValue ?? []
            members.append(
                JSON.Member(name: "read_at", value: .string(Instant.system.description)))
            print(String(decoding: JSON.object(members).serialized, as: UTF8.self))
        }
    }

    private static func export(_ arguments: inout Arguments) throws {
        let slug = try arguments.next("SLUG")
        let file = try arguments.next("FILE")
        try arguments.finish()
        let verification = try verification()
        let head = try verification.export(try verification.log(of: slug), to: file)
        print(
            "\(file) holds the audit log of “\(slug)” up to position \(head.position); "
                + "'courtyard audit verify --file \(file)' needs no database.")
    }

    private static func prune(_ arguments: inout Arguments) throws {
        guard let date = try arguments.option("--before") else {
            throw UsageMistake("--before DATE says how old entries must be; see 'courtyard help'.")
        }
        let slug = try arguments.next("SLUG")
        try arguments.finish()
        guard let limit = Instant(rfc3339: date.utf8.count == 10 ? date + "T00:00:00Z" : date)
        else {
            throw UsageMistake("“\(date)” is no date such as 2026-01-31.")
        }
        let verification = try verification()
        var ids = IDGenerator()
        let now = Instant.system
        let count = try verification.prune(
            try verification.log(of: slug), before: limit, id: ids.next(at: now), now: now)
        print(
            "\(MigrateCommand.count(count, "entry", "entries")) removed; the chain still holds "
                + "and says so.")
    }

    private static func verification() throws -> AuditVerification {
        let configuration = try Configuration()
        let connection = try SessionConnection(address: configuration.databaseURL)
        try Installation.checkMigrated(connection, MigrationFiles(folder: configuration.sqlFolder))
        return AuditVerification(connection)
    }
}
