import EventLoop
import HTTP
import Persistence
import Tenancy
import Values

struct ReserveRequest: Sendable {
    let id: ID
    let key: String
    let purpose: CreditPurpose
    let credits: Int64
    let deadline: Instant
}

struct SettleRequest: Sendable {
    let hold: ID
    let credits: Int64
    /// Whether a job waits that would do the same.
    let endsJob: Bool
}

/// Serves those who wait for the same wallet together, in their order, in one transaction
/// (billing rules, section 8.4).
///
/// One per loop, and lives on it. While a transaction of a wallet is under way, whoever comes next
/// waits for the following one. Between loops and processes the row of the wallet decides.
final class WalletQueues: LoopComponent, @unchecked Sendable {
    /// One wallet's line; lives on the loop.
    private final class Line: @unchecked Sendable {
        var reserves: [Waiting<ReserveRequest, CreditHold>] = []
        var settles: [Waiting<SettleRequest, CreditSettlement>] = []
        var isServed = false

        var isEmpty: Bool { reserves.isEmpty && settles.isEmpty }
    }

    private struct Waiting<Request, Outcome> {
        let request: Request
        let continuation: UnsafeContinuation<Outcome, any Error>
    }

    /// Requests of one transaction, of each kind.
    private static let batch = 200

    private let services: LoopServices
    /// Lines with somebody in them or a transaction under way, by the tenant's number.
    private var lines: [Int64: Line] = [:]

    init(_ services: LoopServices) { self.services = services }

    func close() {
        let error = DatabaseError.unavailable("shutting down")
        for line in lines.values {
            for waiting in line.reserves { waiting.continuation.resume(throwing: error) }
            for waiting in line.settles { waiting.continuation.resume(throwing: error) }
            line.reserves = []
            line.settles = []
        }
    }

    func reserve(_ request: ReserveRequest, of tenant: TenantReference) async throws -> CreditHold {
        try await withUnsafeThrowingContinuation { continuation in
            stand(in: tenant) {
                $0.reserves.append(Waiting(request: request, continuation: continuation))
            }
        }
    }

    func settle(
        _ request: SettleRequest, of tenant: TenantReference
    ) async throws -> CreditSettlement {
        try await withUnsafeThrowingContinuation { continuation in
            stand(in: tenant) {
                $0.settles.append(Waiting(request: request, continuation: continuation))
            }
        }
    }

    /// Puts somebody into the line of a wallet, and begins to serve it if nobody does.
    private func stand(in tenant: TenantReference, _ join: (Line) -> Void) {
        let line = lines[tenant.number] ?? Line()
        join(line)
        guard !line.isServed else { return }
        line.isServed = true
        lines[tenant.number] = line
        services.loop.spawn { [self] in await serve(line, of: tenant) }
    }

    /// Serves a line until nobody stands in it.
    private func serve(_ line: Line, of tenant: TenantReference) async {
        while !line.isEmpty {
            let settles = Array(line.settles.prefix(Self.batch))
            let reserves = Array(line.reserves.prefix(Self.batch))
            line.settles.removeFirst(settles.count)
            line.reserves.removeFirst(reserves.count)
            do {
                let results = try await write(
                    settles.map(\.request), reserves.map(\.request), of: tenant)
                let warning = answer(settles, results.settles)
                answer(reserves, results.reserves)
                if let warning { await CreditWarning.send(warning, to: tenant, services) }
            } catch {
                for waiting in settles { waiting.continuation.resume(throwing: error) }
                for waiting in reserves { waiting.continuation.resume(throwing: error) }
            }
        }
        lines[tenant.number] = nil
    }

    /// One transaction and one round trip.
    ///
    /// What is given back first may be what others wait for.
    private func write(
        _ settles: [SettleRequest], _ reserves: [ReserveRequest], of tenant: TenantReference
    ) async throws -> (settles: Rows?, reserves: Rows?) {
        let now = services.clock.now
        var statements: [SQL] = []
        if !settles.isEmpty {
            statements.append(
                """
                SELECT hold_state, hold_charged, hold_shortfall, warning
                FROM platform.settle_credits(\(settles.map(\.hold)), \(settles.map(\.credits)),
                    \(now))
                """)
        }
        if !reserves.isEmpty {
            statements.append(
                """
                SELECT outcome, hold_id, hold_state, available
                FROM platform.reserve_credits(\(reserves.map(\.id)), \(reserves.map(\.key)),
                    \(reserves.map(\.purpose.rawValue)), \(reserves.map(\.credits)),
                    \(reserves.map(\.deadline)), \(now))
                """)
        }
        let ended = settles.filter(\.endsJob).map(\.hold)
        if !ended.isEmpty { statements.append(HoldSettling.forget(ended)) }
        // No statement names a table of the tenant's own: all tenants share the prepared ones.
        var scope = tenant.scope(schemaVersion: services.settings.schemaVersion)
        (scope.schema, scope.schemaNumber) = (nil, 0)
        let results = try await services.database.write(statements, in: scope)
        return (
            settles.isEmpty ? nil : results[0],
            reserves.isEmpty ? nil : results[settles.isEmpty ? 0 : 1]
        )
    }

    /// Tells each what became of its hold.
    ///
    /// - Returns: The warning that is due, if any.
    private func answer(
        _ waiting: [Waiting<SettleRequest, CreditSettlement>], _ rows: Rows?
    ) -> CreditWarning? {
        var warning: CreditWarning?
        for (index, waiting) in waiting.enumerated() {
            guard let rows, rows.count > index, let name = rows[index].optionalText(0),
                let state = CreditHold.State(rawValue: name)
            else {
                waiting.continuation.resume(throwing: CreditMistake.unknownHold)
                continue
            }
            let row = rows[index]
            warning = CreditWarning(rawValue: row.integer(3)) ?? warning
            waiting.continuation.resume(
                returning: CreditSettlement(
                    state: state, charged: row.integer(1), shortfall: row.integer(2)))
        }
        return warning
    }

    private func answer(_ waiting: [Waiting<ReserveRequest, CreditHold>], _ rows: Rows?) {
        for (index, waiting) in waiting.enumerated() {
            guard let rows, rows.count > index else {
                waiting.continuation.resume(throwing: DatabaseError.unavailable("no result"))
                continue
            }
            waiting.continuation.resume(with: Self.outcome(of: waiting.request, rows[index]))
        }
    }

    private static func outcome(
        of request: ReserveRequest, _ row: Row
    ) -> Result<CreditHold, any Error> {
        switch row.text(0) {
        case "granted", "repeated":
            .success(
                CreditHold(
                    id: row.id(1), credits: request.credits,
                    state: CreditHold.State(rawValue: row.text(2)) ?? .expired))
        case "exhausted":
            .failure(
                Problem.creditsExhausted(needed: request.credits, available: row.integer(3)))
        default: .failure(CreditMistake.keyReused)
        }
    }
}
