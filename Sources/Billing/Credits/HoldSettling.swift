import Jobs
import Persistence
import Tenancy
import Values

/// The safety net under ``AICredits/settle(_:credits:in:storing:)``: settles a hold whose call has
/// a stored result, if the process that stored it could not.
enum HoldSettling {
    static let kind = JobKind("credits.settle_hold")
    /// By then whoever stored the result has settled, or never will.
    private static let patience: Duration = .seconds(30)

    /// The statement that adds the job; it belongs into the transaction that stores the result.
    static func plan(_ hold: CreditHold, credits: Int64, in context: TenantContext) -> SQL {
        kind.enqueue(
            ["hold": .string(hold.id.description), "credits": .integer(credits)], in: context,
            key: hold.id.description, runAt: context.now + patience)
    }

    /// The statement that takes the jobs of settled holds away.
    static func forget(_ holds: [ID]) -> SQL {
        """
        DELETE FROM cell.own_jobs
        WHERE kind = \(kind.name) AND unique_key = ANY (\(holds.map(\.description)))
            AND state = 'waiting'
        """
    }

    static func run(_ context: TenantContext, _ run: JobRun) async throws -> JobOutcome {
        guard let hold = run.payload["hold"]?.stringValue.flatMap({ ID($0) }),
            let credits = run.payload["credits"]?.integerValue, credits >= 0
        else { throw JobFailure.permanent("no_hold") }
        _ = try await AICredits.settle(hold, credits: credits, endsJob: false, in: context)
        return .finished
    }
}
