#if TEST_BUILD
    import EventLoop
    import HTTP
    import Persistence
    import Tenancy
    import Values

    /// Running background work at once; a release build has none of it (OV-63).
    package enum JobTestRoutes {
        /// The routes, for the kinds that this server handles.
        package static func all(kinds: [JobKind]) -> [Route] {
            let names = kinds.map(\.name)
            return [
                .open(
                    .post, "/v1/test/jobs/run", id: "testJobsRun",
                    "Make a background job due and wait until it has run",
                    audit: "test.jobs_run", accepts: .json(FieldReader.describe(Request.self)),
                    returns: .empty(.noContent), fails: [.requestTimeout], isRateLimited: false
                ) { context in
                    let request = try context.call.input(Request.self)
                    guard names.contains(request.job) else {
                        throw Problem.field("job", "invalid_option", "There is no such job.")
                    }
                    try await run(request.job, context)
                    return Response(.noContent)
                }
            ]
        }

        struct Request: Input {
            var job: String
            init(_ fields: FieldReader) { job = fields.required("job", .text(1...64)) }
        }

        /// Makes what waits due, and waits until none of it waits for its first end or runs.
        private static func run(_ kind: String, _ context: PlatformContext) async throws {
            let now = context.now
            let results = try await context.services.database.write(
                [
                    """
                    UPDATE cell.jobs SET run_at = \(now)
                    WHERE kind = \(kind) AND state = 'waiting' AND run_at > \(now)
                    """,
                    "SELECT pg_notify('courtyard_jobs', '')",
                ], in: .worker)
            guard results.count == 2 else { return }
            for _ in 0..<1_500 {
                let rows: Rows = try await context.services.database.read(
                    """
                    SELECT count(*) FROM cell.jobs
                    WHERE kind = \(kind)
                        AND (state = 'running' OR (state = 'waiting' AND run_at <= \(now)))
                    """, in: .worker)
                if rows.first?.integer(0) == 0 { return }
                try await context.services.loop.sleep(for: .milliseconds(20))
            }
            throw Problem(.requestTimeout, "The job did not end in time.")
        }
    }
#endif
