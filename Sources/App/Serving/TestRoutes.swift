import Billing
import HTTP
import Jobs
import Tenancy
import Values

/// Routes that only a test build has (OV-63).
enum TestRoutes {
    #if TEST_BUILD
        static func all(_ kinds: [JobKind]) -> [Route] {
            JobTestRoutes.all(kinds: kinds) + CreditTestRoutes.all + [
                .open(
                    .post, "/v1/test/clock", id: "testClockSet",
                    "Set the server's idea of the present",
                    audit: "test.clock", accepts: .json(FieldReader.describe(ClockSetting.self)),
                    returns: .empty(.noContent), isRateLimited: false
                ) { context in
                    let setting = try context.call.input(ClockSetting.self)
                    context.services.clock.set(setting.now)
                    return Response(.noContent)
                }
            ]
        }

        private struct ClockSetting: Input {
            var now: Instant
            init(_ fields: FieldReader) { now = fields.required("now", .instant) }
        }
    #else
        static func all(_ kinds: [JobKind]) -> [Route] { [] }
    #endif
}
