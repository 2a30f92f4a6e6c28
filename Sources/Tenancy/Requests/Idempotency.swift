import Crypto
import HTTP
import Persistence
import Values

/// `Idempotency-Key` (OV-46): the first answer is stored in the transaction that made it true.
///
/// Requests may carry passwords, so what is stored to compare them by is an HMAC under the caller's
/// key, and of the key itself only a digest is kept: without a key that its caller alone knows, the
/// table is no way to try passwords out (OV-49).
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

    private static func digest(of key: String) -> String {
        Hex.encode(SHA256.digest(of: Array("idempotency key \(key)".utf8)).bytes)
    }

    static func perform(
        _ given: String, _ context: TenantContext,
        _ handler: @escaping @Sendable (TenantContext) async throws -> Response
    ) async throws -> Response {
        let call = context.call
        let principal = context.principal.id
        let hash = HMACSHA256.code(
            key: Array(given.utf8),
            message: Array("\(call.route.id)\n".utf8) + call.head.bytes[call.head.path] + [10]
                + call.body
        ).bytes
        let key = digest(of: given)
        let lock = "courtyard idempotency \(context.tenant.number) \(principal) \(key)"
        return try await context.sharedTransaction { transaction in
            let results = try await transaction.run([
                "SELECT pg_try_advisory_xact_lock(hashtextextended(\(lock), 0))",
                """
                SELECT request_hash, status, fields, content FROM tenant.idempotency_keys
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
                transaction.isReplay = true
                return replay(stored)
            }
            let response = try await handler(context)
            let content: [UInt8]?
            switch response.body {
            case .none: content = nil
            case .bytes(let bytes): content = bytes
            case .stream: preconditionFailure("\(call.route.id) cannot be answered twice")
            }
            try await transaction.run([
                """
                DELETE FROM tenant.idempotency_keys
                WHERE principal_id = \(principal) AND key = \(key)
                """,
                """
                INSERT INTO tenant.idempotency_keys
                    (principal_id, key, request_hash, status, fields, content, created_at)
                VALUES (\(principal), \(key), \(bytes: hash), \(response.status.code),
                    \(fields(of: response)), \(bytes: content), \(context.now))
                """,
            ])
            return response
        }
    }

    /// The fields that belong to what is answered; all others, cookies above all, belong to the
    /// one delivery of it.
    private static let replayedFields: [StaticString] = [
        "Content-Disposition", "Content-Language", "ETag", "Last-Modified", "Link", "Location",
    ]

    private static func fields(of response: Response) -> JSON {
        let names = replayedFields.map(\.description)
        return .object(
            response.fields.filter { names.contains($0.name.description) }.map {
                JSON.Member(name: $0.name.description, value: .string($0.value))
            })
    }

    private static func replay(_ stored: Row) -> Response {
        let status = Status(Int(stored.integer(1)))
        var response =
            stored.bytes(3).map { Response.json(status, [UInt8]($0)) }
            ?? Response(status)
        let fields = stored.json(2)
        for name in replayedFields {
            guard let value = fields[name.description]?.stringValue else { continue }
            response.fields.append((name: name, value: value))
        }
        response.fields.append((name: "Idempotent-Replay", value: "true"))
        return response
    }
}
