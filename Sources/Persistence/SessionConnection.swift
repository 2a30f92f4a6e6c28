import CLinux
import CPostgreSQL

/// A plain blocking connection for operator commands: migrations, verification, creating databases.
///
/// Never used while serving requests. One thread at a time.
package final class SessionConnection: @unchecked Sendable {
    private let postgres: OpaquePointer

    /// - Throws: ``DatabaseError`` with libpq's sentence as context when connecting fails.
    package init(address: String) throws(DatabaseError) {
        guard let opened = PQconnectdb(address) else { throw .unavailable("out of memory") }
        guard PQstatus(opened) == CONNECTION_OK else {
            let message = String(cString: PQerrorMessage(opened))
            PQfinish(opened)
            throw .unavailable(message)
        }
        postgres = opened
        PQsetNoticeProcessor(opened, { _, _ in }, nil)
        try run("SET client_min_messages = error; SET TimeZone = 'UTC'")
    }

    deinit { PQfinish(postgres) }

    /// Runs a script of several statements; outside BEGIN … COMMIT it is one transaction.
    package func run(_ script: String) throws(DatabaseError) {
        let result = PQexec(postgres, script)
        defer { PQclear(result) }
        let status = PQresultStatus(result)
        guard status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY
        else { throw error(result) }
    }

    /// Runs one statement with text parameters and returns its rows as text.
    @discardableResult
    package func rows(
        _ text: String, _ values: [String?] = []
    ) throws(DatabaseError) -> [[String?]] {
        let copies = values.map { value in value.map { strdup($0) } }
        defer { for copy in copies { free(copy ?? nil) } }
        let pointers = copies.map { UnsafePointer($0 ?? nil) }
        let result = PQexecParams(
            postgres, text, Int32(values.count), nil, pointers, nil, nil, 0)
        defer { PQclear(result) }
        let status = PQresultStatus(result)
        guard status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK else { throw error(result) }
        return (0..<PQntuples(result)).map { row in
            (0..<PQnfields(result)).map { column in
                PQgetisnull(result, row, column) == 1
                    ? nil : String(cString: PQgetvalue(result, row, column))
            }
        }
    }

    /// PostgreSQL's own sentence for the last failure; for operators, never for callers of the API.
    package var lastMessage: String { String(cString: PQerrorMessage(postgres)) }

    private func error(_ result: OpaquePointer?) -> DatabaseError {
        var error = DatabaseError(result: result)
        error.context = lastMessage
        return error
    }
}
