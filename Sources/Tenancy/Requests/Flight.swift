import HTTP
import Values

/// One request under way, as the log and the metrics will tell of it.
final class Flight: @unchecked Sendable {
    let exchange: any Exchange
    let startedAt: Int64
    var route: RouteDescription?
    var grant: Grant?

    /// The person's language, else what the browser asks for (ID-37); looked for only when a
    /// problem is written.
    var language: Language {
        if let grant, grant.principal.isMember { return Language(code: grant.language) }
        return exchange.head.string(.acceptLanguage).map(Language.init(accepting:)) ?? .english
    }

    init(exchange: any Exchange, startedAt: Int64) {
        self.exchange = exchange
        self.startedAt = startedAt
    }

    func record(
        _ status: Int, now: Int64, _ outcome: String?, isDefect: Bool = false
    ) -> RequestRecord {
        RequestRecord(
            method: exchange.head.method.rawValue, route: route?.id, status: status,
            nanoseconds: now - startedAt, requestID: exchange.requestID,
            tenant: grant?.tenant.number, principal: grant?.principal.id,
            address: exchange.peer.address, outcome: outcome, isDefect: isDefect)
    }
}

/// What is known of a finished request; free of bodies, secrets and query strings.
package struct RequestRecord: Sendable {
    package var method: String
    /// The route's id, or nil when no route was found.
    package var route: String?
    package var status: Int
    package var nanoseconds: Int64
    package var requestID: String
    package var tenant: Int64?
    package var principal: ID?
    package var address: String
    /// The problem's code, and for faults what went wrong inside.
    package var outcome: String?
    /// A fault of ours that somebody should look at.
    package var isDefect: Bool
}

/// Is told of every request's end: log and metrics.
package protocol RequestObserver: AnyObject, Sendable {
    func finished(_ record: RequestRecord)
    func refused(_ failure: WireFailure, status: Int)
}
