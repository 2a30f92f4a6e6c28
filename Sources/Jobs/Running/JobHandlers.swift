import Tenancy
import Values

/// Which function does which kind of work; App fills it, a runner reads it.
package struct JobHandlers: Sendable {
    typealias Handler = @Sendable (JobRun) async throws -> JobOutcome

    struct Entry: Sendable {
        let kind: JobKind
        let handler: Handler
        /// Runs before a job is put aside as dead.
        let whenDead: (@Sendable (JobRun) async throws -> Void)?
    }

    /// Work of the platform that comes back by itself.
    struct Recurring: Sendable {
        let kind: JobKind
        let schedule: JobSchedule
    }

    private(set) var entries: [String: Entry] = [:]
    private(set) var recurring: [Recurring] = []

    package init() {}

    package var kinds: [JobKind] { entries.values.map(\.kind).sorted { $0.name < $1.name } }

    /// Registers the handler of a kind, whether a tenant or the platform enqueues it.
    ///
    /// `whenDead` runs before a job that will not be tried again is put aside, also when its
    /// process had vanished; it tells those who wait for the work. It may run more than once.
    ///
    /// - Precondition: Each kind is registered once.
    package mutating func handle(
        _ kind: JobKind, _ handler: @escaping @Sendable (JobRun) async throws -> JobOutcome,
        whenDead: (@Sendable (JobRun) async throws -> Void)? = nil
    ) {
        let entry = Entry(kind: kind, handler: handler, whenDead: whenDead)
        let previous = entries.updateValue(entry, forKey: kind.name)
        precondition(previous == nil, "two handlers for \(kind.name)")
    }

    /// Registers the handler of a kind that runs inside a tenant, under the tenant's own role.
    package mutating func handle(
        _ kind: JobKind,
        inTenant handler: @escaping @Sendable (TenantContext, JobRun) async throws -> JobOutcome,
        whenDead: (@Sendable (TenantContext, JobRun) async throws -> Void)? = nil
    ) {
        let context: @Sendable (JobRun) throws -> TenantContext = { run in
            guard let tenant = run.tenant else { throw JobFailure.permanent("no_tenant") }
            return TenantContext(tenant: tenant, job: kind.name, services: run.services)
        }
        var rites: (@Sendable (JobRun) async throws -> Void)?
        if let whenDead { rites = { run in try await whenDead(context(run), run) } }
        handle(kind, { run in try await handler(context(run), run) }, whenDead: rites)
    }

    /// Registers work of the platform that every installation does on a schedule, once over all
    /// processes.
    package mutating func repeatPlatformJob(
        _ kind: JobKind, _ schedule: JobSchedule,
        _ handler: @escaping @Sendable (JobRun) async throws -> Void
    ) {
        recurring.append(Recurring(kind: kind, schedule: schedule))
        handle(kind) { run in
            try await handler(run)
            return .again(at: schedule.next(after: run.now))
        }
    }
}
