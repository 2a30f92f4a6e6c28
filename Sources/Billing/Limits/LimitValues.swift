import HTTP
import Tenancy
import Values

/// Limits by name: a number, or null for unlimited.
struct LimitValues: Input, Equatable {
    /// Those that were given.
    let values: [PlanLimit: Int64?]

    init() { values = [:] }

    init(_ fields: FieldReader) {
        var values: [PlanLimit: Int64?] = [:]
        for limit in PlanLimit.allCases {
            if let value = fields.clearable(limit.rawValue, .integer(0...1_000_000_000)) {
                values[limit] = value
            }
        }
        self.values = values
    }

    /// Limits that were not given, by name.
    var missing: [String] {
        PlanLimit.allCases.filter { values[$0] == nil }.map(\.rawValue)
    }

    /// As the catalogue stores them.
    var json: JSON {
        .object(
            PlanLimit.allCases.compactMap { limit in
                values[limit].map { value in
                    JSON.Member(
                        name: limit.rawValue, value: value.map { .integer($0) } ?? .null)
                }
            })
    }
}
