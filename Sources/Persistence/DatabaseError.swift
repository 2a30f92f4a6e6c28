import CPostgreSQL

/// A statement failed, or never reached PostgreSQL.
///
/// Its description carries no data.
package struct DatabaseError: Error, Sendable, CustomStringConvertible {
    /// Five characters (PostgreSQL appendix A); `08006` for a lost or missing connection.
    package var sqlState: String
    /// The constraint that was violated, as named in the schema.
    package var constraint: String?
    /// What the connection was doing, for the log; never a value from a row or a parameter.
    package var context: String

    package init(sqlState: String, constraint: String? = nil, context: String) {
        self.sqlState = sqlState
        self.constraint = constraint
        self.context = context
    }

    init(result: OpaquePointer?) {
        func field(_ code: Int32) -> String? {
            PQresultErrorField(result, code).map { String(cString: $0) }
        }
        sqlState = field(Int32(UInt8(ascii: "C"))) ?? "08006"
        constraint = field(Int32(UInt8(ascii: "n")))
        context = [field(Int32(UInt8(ascii: "V"))), field(Int32(UInt8(ascii: "R")))]
            .compactMap { $0 }.joined(separator: " in ")
    }

    package static func unavailable(_ context: String) -> DatabaseError {
        DatabaseError(sqlState: "08006", context: context)
    }

    package var description: String {
        "SQLSTATE \(sqlState)" + (constraint.map { ", constraint \($0)" } ?? "")
            + (context.isEmpty ? "" : ", \(context)")
    }

    /// Whether this is a violation of the named constraint.
    package func violates(_ name: StaticString) -> Bool { constraint == name.description }

    /// Serialization failure or deadlock: the transaction may be run again.
    package var isRetryable: Bool { sqlState == "40001" || sqlState == "40P01" }

    /// The server is away, starting, stopping, full, or read-only: the request may be tried again
    /// later.
    package var isUnavailable: Bool {
        sqlState.hasPrefix("08") || sqlState.hasPrefix("53") || sqlState.hasPrefix("57P")
            || sqlState == "25006" || sqlState.hasPrefix("58")
    }

    /// A statement or lock took longer than its limit.
    package var isTimeout: Bool { sqlState == "57014" || sqlState == "55P03" }

    package var isPermissionDenied: Bool { sqlState == "42501" }

    /// The prepared statement is unknown or its result shape changed: prepare it again.
    var isStaleStatement: Bool { sqlState == "26000" || sqlState == "0A000" }
}

/// The first statement of the unit returned no row: the scope's right to act is gone or has
/// changed.
package struct NotAdmitted: Error, Sendable {
    package init() {}
}
