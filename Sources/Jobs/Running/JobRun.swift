import EventLoop
import Persistence
import Tenancy
import Values

/// One attempt at one job.
///
/// Lives on the loop of its runner.
package final class JobRun: @unchecked Sendable {
    package let id: ID
    package let kind: JobKind
    package let payload: JSON
    /// 1 for the first attempt.
    package let attempt: Int
    package let services: LoopServices
    package let tenant: TenantReference?
    let lease: ID

    private var interruption: JobInterruption?
    /// Machine time at which the claim ends unless it is renewed, on the loop's clock.
    var leasedUntil: Int64

    init(
        id: ID, kind: JobKind, payload: JSON, attempt: Int, tenant: TenantReference?, lease: ID,
        services: LoopServices
    ) {
        self.id = id
        self.kind = kind
        self.payload = payload
        self.attempt = attempt
        self.tenant = tenant
        self.lease = lease
        self.services = services
        leasedUntil = services.loop.currentTime + kind.lease.nanoseconds
    }

    package var now: Instant { services.clock.now }

    /// Whether the work should stop at the next point where it can be taken up again.
    package var isInterrupted: Bool { currentInterruption != nil }

    /// Long work calls this between its steps, each of which must leave a state to go on from.
    ///
    /// - Throws: ``JobInterruption``; let it pass.
    package func checkpoint() throws(JobInterruption) {
        if let currentInterruption { throw currentInterruption }
    }

    /// The statement that returns a row while the claim is ours.
    ///
    /// It fences off a run that was taken over without knowing it, if every run of the job locks a
    /// row before its first effect, and each transaction runs this statement behind that lock.
    package var claim: SQL {
        "SELECT 1 FROM cell.own_jobs WHERE id = \(id) AND lease_id = \(lease)"
    }

    /// Ends the job in the transaction of its last effect, so that both happen once or not at all.
    ///
    /// - Throws: ``JobInterruption/leaseLost`` when another process has taken the job over; let it
    ///   pass, so that the transaction rolls back.
    package func finish(in transaction: TenantTransaction) async throws {
        let ended = try await transaction.run(
            "DELETE FROM cell.own_jobs WHERE id = \(id) AND lease_id = \(lease) RETURNING id")
        guard ended.count == 1 else { throw JobInterruption.leaseLost }
    }

    /// As ``finish(in:)``, for work of the platform itself.
    package func finish(in transaction: Transaction) async throws {
        let ended = try await transaction.run(
            "DELETE FROM cell.jobs WHERE id = \(id) AND lease_id = \(lease) RETURNING id")
        guard ended.count == 1 else { throw JobInterruption.leaseLost }
    }

    func interrupt(_ reason: JobInterruption) {
        if interruption == nil { interruption = reason }
    }

    /// A process that stood still may have lost its claim before it hears of it.
    var currentInterruption: JobInterruption? {
        if let interruption { return interruption }
        return services.loop.currentTime > leasedUntil ? .leaseLost : nil
    }
}

/// Why a run has to stop before its work is done.
package enum JobInterruption: Error, Sendable {
    /// The process shuts down; the job goes back and counts no attempt.
    case stopping
    /// Another process has, or may have, taken the job over.
    case leaseLost
    case timedOut
}

/// What became of a run that did not fail.
package enum JobOutcome: Sendable {
    case finished
    /// The same job is due again then, with its attempts counted anew.
    case again(at: Instant)
}

/// A failure that a handler names itself.
///
/// Texts carry no data, since operators read them.
package enum JobFailure: Error, Sendable {
    /// Worth another attempt; after `pause` if given, else after the kind's own.
    case temporary(StaticString, pause: Duration? = nil)
    /// Another attempt would end the same way: the job is dead at once.
    case permanent(StaticString)
}
