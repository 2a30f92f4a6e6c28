import Crypto
import HTTP
import Persistence
import Values

/// `Idempotency-Key` (OV-46): the first answer is stored in the transaction that made it true.
enum Idempotency {
    static func key(of head: RequestHead) throws -> String? {
        guard let key = head.string(.idempotencyKey) else { return nil }
        guard (1...128).contains(key.utf8.count), key.utf8.allSatisfy({ (33...126).contains($0) })
        else {
            throw Problem(
                .malformedRequest, "Idempotency-Key has 1 to 128 printable characters.")
        }
        return key
    }

    static func perform(
        _ key: String, _ context: TenantContext,
        _ handler: @escaping @Sendable (TenantContext) async throws -> Response
    ) async throws -> Response {
        let call = context.call
        let principal = context.principal.id
        let hash = SHA256.digest(
            of: Array("\(call.route.id)\n".utf8) + call.head.bytes[call.head.path] + [10]
                + call.body
        ).bytes
        let lock = "courtyard idempotency \(context.tenant.number) \(principal) \(key)"
        return try await context.sharedTransaction { transaction in
            let results = try await transaction.run([
                "SELECT pg_try_advisory_xact_lock(hashtextextended(\(lock), 0))",
                """
                SELECT request_hash, status, content FROM tenant.idempotency_keys
                WHERE principal_id = \(principal) AND key = \(key)
                    AND created_at > \(context.now - .seconds(86_400))
                """,
            ])
            guard results[0].first?.bool(0) == true else {
                throw Problem(.idempotencyInProgress)
            }
            if let stored = results[1].first {
                guard let storedHash = stored.bytes(0), storedHash.elementsEqual(hash) else {
                    throw Problem(.idempotencyConflict)
                }
                return replay(stored)
            }
            let response = try await handler(context)
            guard case .bytes(let content) = response.body else { return response }
            try await transaction.run([
                """
                DELETE FROM tenant.idempotency_keys
                WHERE principal_id = \(principal) AND key = \(key)
                """,
                """
                INSERT INTO tenant.idempotency_keys
                    (principal_id, key, request_hash, status, content, created_at)
                VALUES (\(principal), \(key), \(bytes: hash), \(response.status.code),
                    \(bytes: content), \(context.now))
                """,
            ])
            return response
        }
    }

    private static func replay(_ stored: Row) -> Response {
        let content = stored.bytes(2).map { [UInt8]($0) } ?? []
        var response = Response.json(Status(Int(stored.integer(1))), content)
        response.fields.append((name: "Idempotent-Replay", value: "true"))
        return response
    }
}
