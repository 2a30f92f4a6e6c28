import EventLoop
import HTTP
import Persistence
import Tenancy
import Values

extension JobRunner {
    /// Runs one job to its end and writes down what became of it.
    func perform(
        _ run: JobRun, _ entry: JobHandlers.Entry
    ) async {
        let startedAt = services.loop.currentTime
        let outcome: JobReport.Outcome
        do {
            // The process of its last attempt has vanished; another attempt might end this one too.
            guard run.attempt <= run.kind.maxAttempts else { throw AttemptsSpent() }
            switch try await entry.handler(run) {
            case .finished:
                await end(run, .remove)
                outcome = .finished
            case .again(let instant):
                await end(run, .runAgain(at: instant, attempts: 0, error: nil))
                outcome = .again
            }
        } catch {
            outcome = await fail(run, entry, error)
        }
        report(
            JobReport(
                id: run.id, kind: run.kind.name, tenant: run.tenant?.number, attempt: run.attempt,
                nanoseconds: services.loop.currentTime - startedAt, outcome: outcome))
    }

    private struct AttemptsSpent: Error {}

    private func fail(
        _ run: JobRun, _ entry: JobHandlers.Entry, _ error: any Error
    ) async -> JobReport.Outcome {
        let now = services.clock.now
        var pause = run.kind.pause(after: run.attempt, chance: chance())
        switch error {
        case JobInterruption.stopping:
            await end(run, .runAgain(at: now, attempts: run.attempt - 1, error: nil))
            return .givenBack
        case JobInterruption.leaseLost: return .givenBack
        case is NotAdmitted:
            // The tenant was closed or waits to be migrated; neither is the job's fault.
            await end(
                run,
                .runAgain(at: now + .seconds(10), attempts: run.attempt - 1, error: "not admitted"))
            return .givenBack
        case is AttemptsSpent: return await bury(run, entry, nil)
        case JobFailure.permanent(let code): return await bury(run, entry, code.description)
        case JobFailure.temporary(_, let own): pause = own ?? pause
        default: break
        }
        let text = Self.text(of: error)
        if run.attempt >= run.kind.maxAttempts { return await bury(run, entry, text) }
        await end(run, .runAgain(at: now + pause, attempts: run.attempt, error: text))
        return .failed(text)
    }

    /// Puts a job aside after its kind's `whenDead`; while that fails the job comes back for it, as
    /// often as it was tried.
    private func bury(
        _ run: JobRun, _ entry: JobHandlers.Entry, _ text: String?
    ) async -> JobReport.Outcome {
        do {
            try await entry.whenDead?(run)
        } catch  where run.attempt < 2 * run.kind.maxAttempts {
            let pause = run.kind.pause(after: run.attempt, chance: chance())
            await end(
                run,
                .runAgain(
                    at: services.clock.now + pause, attempts: run.attempt,
                    error: text ?? Self.vanished))
            return .failed(Self.text(of: error))
        } catch {
            // What waits for the job has to be told by an operator.
        }
        await end(run, .putAside(error: text))
        return .dead(text ?? Self.vanished)
    }

    private static let vanished = "its process stopped before the work was done"

    /// What operators read; carries no data.
    static func text(of error: any Error) -> String {
        switch error {
        case let error as DatabaseError: error.description
        case let problem as Problem: problem.kind.code
        case JobFailure.temporary(let code, _), JobFailure.permanent(let code): code.description
        case JobInterruption.timedOut: "timed out"
        default: String(describing: type(of: error))
        }
    }

    /// Writes an ending down, patiently while the database is away: until the claim has run out the
    /// job is nobody else's, and afterwards it is run again by whoever takes it over.
    func end(_ run: JobRun, _ ending: JobQueue.Ending) async {
        var pause = Duration.milliseconds(50)
        while true {
            do {
                return try await queue.end(run, ending)
            } catch {
                guard services.loop.currentTime < run.leasedUntil, !isStopping else { return }
                await wait(pause)
                pause = min(pause * 2, .seconds(2))
            }
        }
    }

    /// A pause that a cancelled task makes too, unlike `sleep`.
    private func wait(_ pause: Duration) async {
        await withUnsafeContinuation { continuation in
            services.loop.schedule(after: pause) { continuation.resume() }
        }
    }
}
