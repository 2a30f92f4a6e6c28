#if TEST_BUILD
    import EventLoop
    import HTTP
    import Money
    import Persistence
    import Tenancy
    import Values

    /// A stand-in for the generation of text, so that its payment can be tried over HTTP before
    /// there is any; a release build has none of it.
    package enum CreditTestRoutes {
        package static let all: [Route] = [
            .change(
                .post, "/v1/test/generation", id: "testGeneration",
                "Pay for a generation that only pretends", access: .holding(.contactRead),
                audit: "test.generation", accepts: .json(FieldReader.describe(Generation.self)),
                returns: .json(
                    .ok,
                    .object([
                        ("state", .string(), true), ("charged", .integer(), true),
                        ("reserved", .integer(), true),
                    ])), fails: [.aiCreditsExhausted], handler: generate)
        ]

        struct Generation: Input {
            let key: String
            let purpose: String
            /// The most tokens the call may take, and those it takes; none for a call that fails.
            let maximumTokens: Int64
            let tokens: Int64

            init(_ fields: FieldReader) {
                key = fields.required("key", .text(1...100))
                purpose = fields.required(
                    "purpose", .choice(CreditPurpose.allCases.map(\.rawValue)))
                maximumTokens = fields.required("maximum_tokens", .integer(1...1_000_000))
                tokens = fields.required("tokens", .integer(0...1_000_000))
            }
        }

        private static func generate(_ context: TenantContext) async throws -> Response {
            let generation = try context.call.input(Generation.self)
            try await context.proveAdmission()
            let hold = try await AICredits.reserve(
                CreditArithmetic.credits(forTokens: generation.maximumTokens),
                purpose: CreditPurpose(rawValue: generation.purpose) ?? .analysis,
                key: generation.key, in: context)
            // The call to the model.
            try await context.services.loop.sleep(for: .milliseconds(20))
            let credits = CreditArithmetic.credits(forTokens: generation.tokens)
            let settlement =
                credits == 0
                ? try await AICredits.release(hold, in: context)
                : try await AICredits.settle(hold, credits: credits, in: context) { transaction in
                    try await transaction.run("UPDATE tenant.settings SET version = version")
                }.settlement
            return .json(
                .ok,
                JSON.object([
                    JSON.Member(name: "state", value: .string(settlement.state.rawValue)),
                    JSON.Member(name: "charged", value: .integer(settlement.charged)),
                    JSON.Member(name: "reserved", value: .integer(hold.credits)),
                ]).serialized)
        }
    }
#endif
