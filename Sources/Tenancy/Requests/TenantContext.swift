import HTTP
import Persistence
import Values

/// One admitted request, or one job, inside one tenant: the only way to the tenant's data.
///
/// Every statement runs behind the admission of its scope, under the tenant's own role. Lives on
/// one loop and ends with the request.
package final class TenantContext: @unchecked Sendable {
    package let services: LoopServices
    package let tenant: TenantReference
    let scope: Scope
    private let auditAction: String?
    private let requestParts: (grant: Grant, call: Call)?
    private let jobActor: AuditActor?
    /// Set while an idempotent request holds its transaction open around the handler.
    private var shared: TenantTransaction?
    /// Whether a statement has run behind the admission already.
    fileprivate(set) var isProven = false

    package init(grant: Grant, call: Call, services: LoopServices) {
        self.services = services
        tenant = grant.tenant
        jobActor = nil
        auditAction = call.route.audit
        requestParts = (grant, call)
        scope = grant.scope(
            now: services.clock.now, schemaVersion: services.settings.schemaVersion,
            allowsSuspended: call.route.access.isOpenWhenSuspended)
    }

    /// The context of background work.
    package init(tenant: TenantReference, job: String, services: LoopServices) {
        self.services = services
        self.tenant = tenant
        jobActor = .system(job)
        auditAction = nil
        requestParts = nil
        scope = tenant.scope(schemaVersion: services.settings.schemaVersion)
    }

    /// Who is written down as the actor.
    package var actor: AuditActor {
        jobActor ?? AuditActor(parts.grant.principal, call: parts.call)
    }

    /// - Precondition: The context belongs to a request, not to a job.
    package var call: Call { parts.call }
    package var grant: Grant { parts.grant }
    package var principal: Principal { parts.grant.principal }
    package var now: Instant { services.clock.now }
    package func newID() -> ID { services.newID() }

    private var parts: (grant: Grant, call: Call) {
        guard let requestParts else { preconditionFailure("a job has no call") }
        return requestParts
    }

    package func holds(_ permission: Permission) -> Bool {
        parts.grant.permissions.contains(permission)
    }

    // MARK: Reading

    /// Runs one read; shares a round trip with other requests.
    package func read(_ sql: SQL) async throws -> Rows {
        if let shared { return try await shared.run(sql) }
        return try await proven(services.database.read(sql, in: scope))
    }

    /// Runs several reads in one snapshot-less implicit transaction and one round trip.
    package func read(_ statements: [SQL]) async throws -> [Rows] {
        if let shared { return try await shared.run(statements) }
        return try await proven(services.database.read(statements, in: scope))
    }

    private func proven<Value>(_ value: Value) -> Value {
        isProven = true
        return value
    }

    /// Proves that the caller is still admitted, before work that cannot be repeated.
    package func proveAdmission() async throws {
        _ = try await read("SELECT 1")
    }

    // MARK: Writing

    /// Runs statements that need nothing from each other, with the audit entry, in one round trip.
    ///
    /// - Returns: The rows of each statement, in order.
    package func write(_ statements: [SQL], audit note: AuditNote) async throws -> [Rows] {
        if let shared {
            let results = try await shared.run(statements)
            shared.audit(note)
            return results
        }
        let results = try await proven(
            services.database.write(statements + [auditEntry(note)], in: scope))
        return Array(results.prefix(statements.count))
    }

    /// Runs `body` in one transaction; what it audits and enqueues commits with it or not at all.
    ///
    /// A changing route that audits nothing itself gets an entry that names the first id of its
    /// path.
    package func transaction<Value>(
        isolation: Isolation = .readCommitted,
        _ body: (TenantTransaction) async throws -> Value
    ) async throws -> Value {
        if let shared { return try await body(shared) }
        return try await services.database.transaction(in: scope, isolation: isolation) { open in
            let transaction = TenantTransaction(open, context: self)
            let value = try await body(transaction)
            transaction.finishAudit()
            return value
        }
    }

    /// Runs `body` with every write inside one outer transaction, which then also runs `closing`.
    package func sharedTransaction<Value>(
        _ body: (TenantTransaction) async throws -> Value
    ) async throws -> Value {
        try await transaction { transaction in
            shared = transaction
            defer { shared = nil }
            return try await body(transaction)
        }
    }

    fileprivate func auditEntry(_ note: AuditNote) -> SQL {
        guard let action = note.action ?? auditAction else {
            preconditionFailure("an audit entry needs an action")
        }
        return actor.entry(note, action: action, id: newID(), at: now)
    }

    fileprivate var needsAudit: Bool {
        auditAction != nil && parts.call.route.method.isChanging
    }
}

/// A transaction of one tenant, with the audit entries that belong to it.
package final class TenantTransaction: @unchecked Sendable {
    private let transaction: Transaction
    private unowned let context: TenantContext
    private var notes: [AuditNote] = []
    /// Answers with what an earlier request did, so that there is nothing to write down.
    var isReplay = false

    fileprivate init(_ transaction: Transaction, context: TenantContext) {
        self.transaction = transaction
        self.context = context
    }

    @discardableResult
    package func run(_ sql: SQL) async throws -> Rows {
        let rows = try await transaction.run(sql)
        context.isProven = true
        return rows
    }

    @discardableResult
    package func run(_ statements: [SQL]) async throws -> [Rows] {
        let results = try await transaction.run(statements)
        context.isProven = true
        return results
    }

    /// Adds a statement whose rows nobody needs; it travels with COMMIT.
    package func atCommit(_ sql: SQL) { transaction.atCommit(sql) }

    /// Writes an audit entry with this transaction.
    package func audit(_ note: AuditNote) { notes.append(note) }

    /// Sends every cached grant of the tenant back to be read again, on every process (design §6).
    package func raiseEpoch() {
        transaction.atCommit("UPDATE cell.own_tenant SET epoch = epoch + 1")
    }

    package func copyIn(_ sql: SQL, _ next: () async throws -> [UInt8]?) async throws -> Int {
        try await transaction.copyIn(sql, next)
    }

    fileprivate func finishAudit() {
        if notes.isEmpty, context.needsAudit, !isReplay {
            notes.append(AuditNote("request", context.call.ids.first))
        }
        for note in notes { transaction.atCommit(context.auditEntry(note)) }
        notes.removeAll()
    }
}

/// One request without a tenant: sign-up, login, the directory of persons and sessions.
package final class PlatformContext: @unchecked Sendable {
    package let services: LoopServices
    package let call: Call

    package init(call: Call, services: LoopServices) {
        self.call = call
        self.services = services
    }

    package var now: Instant { services.clock.now }
    package func newID() -> ID { services.newID() }

    package func read(_ sql: SQL) async throws -> Rows {
        try await services.database.read(sql, in: .identity)
    }

    package func write(_ statements: [SQL]) async throws -> [Rows] {
        try await services.database.write(statements, in: .identity)
    }

    package func transaction<Value>(
        _ body: (Transaction) async throws -> Value
    ) async throws -> Value {
        try await services.database.transaction(in: .identity, body)
    }
}
