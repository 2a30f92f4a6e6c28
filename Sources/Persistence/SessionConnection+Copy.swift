import CPostgreSQL

extension SessionConnection {
    /// Runs COPY … TO STDOUT and hands each row's bytes, line feed included, to `take`.
    ///
    /// - Throws: ``DatabaseError``, or what `take` throws; the connection is then of no further
    ///   use.
    /// - Returns: The number of rows.
    package func copyOut(_ statement: String, _ take: ([UInt8]) throws -> Void) throws -> Int {
        try start(statement, PGRES_COPY_OUT)
        while true {
            var buffer: UnsafeMutablePointer<CChar>?
            let count = PQgetCopyData(postgres, &buffer, 0)
            guard count > 0, let buffer else { break }
            defer { PQfreemem(buffer) }
            try take([UInt8](UnsafeRawBufferPointer(start: buffer, count: Int(count))))
        }
        return try finishCopy()
    }

    /// Runs COPY … FROM STDIN with the pieces that `next` returns until nil; pieces need not be
    /// rows.
    ///
    /// - Throws: ``DatabaseError``, or what `next` throws, after which nothing was copied.
    /// - Returns: The number of rows.
    package func copyIn(_ statement: String, _ next: () throws -> [UInt8]?) throws -> Int {
        try start(statement, PGRES_COPY_IN)
        do {
            while let bytes = try next() {
                let sent = bytes.withUnsafeBytes { buffer in
                    PQputCopyData(
                        postgres, buffer.baseAddress?.assumingMemoryBound(to: CChar.self),
                        Int32(buffer.count))
                }
                guard sent == 1 else { throw DatabaseError.unavailable(lastMessage) }
            }
        } catch {
            PQputCopyEnd(postgres, "given up")
            _ = try? finishCopy()
            throw error
        }
        guard PQputCopyEnd(postgres, nil) == 1 else {
            throw DatabaseError.unavailable(lastMessage)
        }
        return try finishCopy()
    }

    private func start(_ statement: String, _ expected: ExecStatusType) throws {
        let result = PQexec(postgres, statement)
        defer { PQclear(result) }
        guard PQresultStatus(result) == expected else { throw error(result) }
    }

    private func finishCopy() throws -> Int {
        var rows = 0
        var failure: DatabaseError?
        while let result = PQgetResult(postgres) {
            if PQresultStatus(result) == PGRES_COMMAND_OK {
                rows = PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
            } else if failure == nil {
                failure = error(result)
            }
            PQclear(result)
        }
        if let failure { throw failure }
        return rows
    }
}
