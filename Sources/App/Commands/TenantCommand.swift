import Persistence
import Tenancy
import Values

/// `courtyard tenant …`: what an operator does with workspaces.
enum TenantCommand {
    static func run(_ arguments: inout Arguments) throws {
        switch arguments.next() {
        case "list":
            try arguments.finish()
            try list(directory())
        case "create": try create(&arguments)
        case "suspend":
            try change(&arguments, "suspended") { try $0.suspend($1, id: $2, now: $3) }
        case "resume": try change(&arguments, "active") { try $0.resume($1, id: $2, now: $3) }
        case "close": try change(&arguments, "closed") { try $0.close($1, id: $2, now: $3) }
        case "export": try export(&arguments)
        case "import": try restore(&arguments)
        case "erase": try erase(&arguments)
        default:
            throw UsageMistake(
                "usage: courtyard tenant list|create|suspend|resume|close|export|import|erase …; "
                    + "see 'courtyard help'.")
        }
    }

    private static func directory() throws -> TenantDirectory {
        let configuration = try Configuration()
        let connection = try SessionConnection(address: configuration.databaseURL)
        try Installation.checkMigrated(connection, MigrationFiles(folder: configuration.sqlFolder))
        return TenantDirectory(connection, ring: try configuration.keyRing?.load())
    }

    private static func list(_ directory: TenantDirectory) throws {
        let tenants = try directory.list()
        guard !tenants.isEmpty else { return print("There is no workspace yet.") }
        let width = tenants.map(\.slug.count).max() ?? 0
        for tenant in tenants {
            let padding = String(repeating: " ", count: width - tenant.slug.count)
            print("\(tenant.slug)\(padding)  \(tenant.state)  \(tenant.plan)  \(tenant.name)")
        }
    }

    private static func create(_ arguments: inout Arguments) throws {
        let plan = try arguments.option("--plan") ?? "FREE"
        let slug = try arguments.next("SLUG")
        let name = try arguments.next("NAME")
        try arguments.finish()
        let directory = try directory()
        var ids = IDGenerator()
        let now = Instant.system
        try directory.create(slug: slug, name: name, plan: plan, id: ids.next(at: now), now: now)
        print("The workspace “\(slug)” is created, on the plan \(plan), without members.")
    }

    private static func change(
        _ arguments: inout Arguments, _ state: String,
        _ body: (TenantDirectory, String, ID, Instant) throws -> Void
    ) throws {
        let slug = try arguments.next("SLUG")
        try arguments.finish()
        let directory = try directory()
        var ids = IDGenerator()
        let now = Instant.system
        try body(directory, slug, ids.next(at: now), now)
        print("The workspace “\(slug)” is now \(state).")
    }

    private static func export(_ arguments: inout Arguments) throws {
        let slug = try arguments.next("SLUG")
        let file = try arguments.next("FILE")
        try arguments.finish()
        let manifest = try TenantExport(directory()).run(slug, to: file)
        print("\(file) holds the workspace “\(slug)”: \(manifest.summary).")
    }

    private static func restore(_ arguments: inout Arguments) throws {
        let file = try arguments.next("FILE")
        let slug = try arguments.next("SLUG")
        try arguments.finish()
        let manifest = try TenantImport(directory()).run(file, as: slug, now: Instant.system)
        print("The workspace “\(slug)” is restored from \(file): \(manifest.summary).")
        print("Its sessions and tokens are not; people sign in anew, and tokens are issued anew.")
    }

    private static func erase(_ arguments: inout Arguments) throws {
        let isConfirmed = arguments.flag("--yes")
        let slug = try arguments.next("SLUG")
        try arguments.finish()
        guard isConfirmed else {
            throw UsageMistake(
                "This deletes everything the workspace “\(slug)” owns, for good. Add --yes to do "
                    + "it; 'courtyard tenant export' keeps a copy.")
        }
        try directory().erase(slug)
        print("The workspace “\(slug)” and everything it owned are erased.")
    }
}
