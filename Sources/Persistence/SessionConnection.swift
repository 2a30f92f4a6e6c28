import CLinux
import CPostgreSQL

/// A plain blocking connection for operator commands: migrations, verification, creating databases.
///
/// Never used while serving requests. One thread at a time.
package final class SessionConnection: @unchecked Sendable {
    let postgres: OpaquePointer

    /// - Throws: ``DatabaseError`` with libpq's sentence as context when connecting fails.
    package convenience init(address: String) throws(DatabaseError) {
        try self.init(PQconnectdb(address))
    }

    /// Logs in as another role than the address names.
    package convenience init(
        address: String, user: String, password: String
    ) throws(DatabaseError) {
        let given: [(String, String)] = [
            ("dbname", address), ("user", user), ("password", password),
        ]
        let names: [UnsafeMutablePointer<CChar>?] = given.map { strdup($0.0) }
        let values: [UnsafeMutablePointer<CChar>?] = given.map { strdup($0.1) }
        defer { for copy in names + values { free(copy) } }
        let keywords = names.map { UnsafePointer($0) } + [nil]
        let texts = values.map { UnsafePointer($0) } + [nil]
        try self.init(PQconnectdbParams(keywords, texts, 1))
    }

    private init(_ connection: OpaquePointer?) throws(DatabaseError) {
        guard let opened = connection else { throw .unavailable("out of memory") }
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

    func error(_ result: OpaquePointer?) -> DatabaseError {
        var error = DatabaseError(result: result)
        error.context = lastMessage
        return error
    }
}
