import Jobs
import Synchronization

/// Counts how runs of background work ended; shared by the runners of all loops.
final class JobMetrics: Sendable {
    struct Key: Hashable, Sendable {
        var kind: String
        var outcome: String
    }

    private let counts = Mutex<[Key: Int64]>([:])

    func count(_ report: JobReport) {
        let outcome =
            switch report.outcome {
            case .finished: "finished"
            case .again: "again"
            case .givenBack: "given_back"
            case .failed: "failed"
            case .dead: "dead"
            }
        counts.withLock { $0[Key(kind: report.kind, outcome: outcome), default: 0] += 1 }
    }

    var all: [Key: Int64] { counts.withLock { $0 } }
}
