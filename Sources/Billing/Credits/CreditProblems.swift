import HTTP
import Values

extension ProblemKind {
    /// BL-115.
    package static let aiCreditsExhausted = ProblemKind(
        "ai_credits_exhausted", 402, "There are not enough AI credits left")
}

extension Problem {
    /// A call that needs more credits than are available; both numbers stand beside the code.
    static func creditsExhausted(needed: Int64, available: Int64) -> Problem {
        Problem(
            .aiCreditsExhausted,
            extra: [
                JSON.Member(name: "needed", value: .integer(needed)),
                JSON.Member(name: "available", value: .integer(available)),
            ])
    }
}
