import Billing
import CLinux
import Crypto
import EventLoop
import Persistence
import Synchronization
import Tenancy
import Values

// Times reserving and settling of AI credits: scripts/bench/credits.
//
// usage: CreditsBench OWNER_URL SQL_FOLDER ACCOUNTS SECONDS [WORKERS]

let arguments = CommandLine.arguments
guard arguments.count >= 5, let accounts = Int(arguments[3]), let seconds = Int(arguments[4]) else {
    fatalError("usage: CreditsBench OWNER_URL SQL_FOLDER ACCOUNTS SECONDS [WORKERS]")
}
let workers = arguments.count > 5 ? Int(arguments[5]) ?? 256 : 256
let ownerURL = arguments[1]

/// Workspaces with more credits than the measurement can spend; those of an earlier one are used
/// again.
func makeAccounts(_ owner: SessionConnection) throws -> [TenantReference] {
    let now = Instant.system.description
    let present = try owner.rows(
        "SELECT number FROM platform.tenants WHERE slug LIKE 'bench-%' ORDER BY number")
    return try (0..<accounts).map { number in
        let rows =
            try number < present.count
            ? [present[number]]
            : owner.rows(
                """
                SELECT platform.create_tenant(
                    gen_random_uuid(), 'bench-' || left(gen_random_uuid()::text, 23), 'Bench',
                    'STARTER', $1)
                """, [now])
        guard let tenantNumber = Int64(rows.first?[0] ?? "") else { fatalError("no workspace") }
        try owner.rows(
            """
            SELECT platform.grant_purchased_credits(gen_random_uuid(), $1, 1000000000000, $2,
                gen_random_uuid())
            """, [String(tenantNumber), now])
        return TenantReference(
            number: tenantNumber, id: ID(high: 0, low: UInt64(number)),
            shard: Int((tenantNumber - 1) / 500), plan: "STARTER", limits: [:], features: [])
    }
}

let owner = try SessionConnection(address: ownerURL)
let files = try MigrationFiles(folder: arguments[2])
let tenants = try makeAccounts(owner)
let name = try owner.rows("SELECT current_database()").first?[0] ?? ""
let secret = try owner.rows("SELECT secret FROM platform.login_secret").first?[0] ?? ""
var connections = ConnectionSettings(
    address: ownerURL,
    login: { shard in "\(name)_app_" + (shard < 10 ? "0\(shard)" : "\(shard)") },
    password: { login in Hex.encode(SHA256.digest(of: secret + login).bytes) })
connections.connectTimeout = .seconds(30)
connections.leaseTimeout = .seconds(30)
let loop = EventLoop.start(name: "bench-loop")
let pool = BlockingPool(name: "bench-pool", threads: 1, queueLimit: 1)
let services = LoopServices(
    loop: loop, database: Database(loop: loop, settings: connections), clock: Clock(),
    blocking: pool, passwords: pool, rates: RateLimits(),
    keyRing: SharedKeyRing(
        try KeyRing("1:" + Hex.encode(SHA256.digest(of: "keys of the benchmark").bytes))),
    settings: ServiceSettings(schemaVersion: files.tenant.last?.version ?? 0))

let bench = CreditsBench(services, tenants, workers: workers)
let isDone = Mutex<String?>(nil)
loop.execute {
    loop.spawn {
        do {
            _ = try await bench.measure(2)
            let result = try await bench.measure(seconds)
            isDone.withLock {
                $0 =
                    "\(accounts) account\(accounts == 1 ? "" : "s"), \(workers) workers: "
                    + "\(result.rate) pairs/s, slowest \(result.slowestMilliseconds) ms"
            }
        } catch {
            isDone.withLock { $0 = "failed: \(error)" }
        }
    }
}
while isDone.withLock({ $0 }) == nil { usleep(10_000) }
puts(isDone.withLock { $0 } ?? "")
