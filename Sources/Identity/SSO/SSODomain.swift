import Crypto
import DNS
import Persistence
import Tenancy
import Values

/// An e-mail domain for which a connection speaks once its owner has published a record (ID-91).
struct SSODomain: Sendable {
    let connectionID: ID
    let tenantNumber: Int64
    let name: String
    let challenge: String
    let verifiedAt: Instant?
    let checkedAt: Instant?
    let missedChecks: Int64

    static let columns: SQL = """
        d.connection_id, d.tenant_number, d.domain, d.challenge, d.verified_at, d.checked_at,
        d.missed_checks::bigint
        """

    init(_ row: Row) {
        connectionID = row.id(0)
        tenantNumber = row.integer(1)
        name = row.text(2)
        challenge = row.text(3)
        verifiedAt = row.optionalInstant(4)
        checkedAt = row.optionalInstant(5)
        missedChecks = row.integer(6)
    }

    /// Where the record must stand; the domain's own TXT records stay untouched.
    var recordName: String { "_courtyard-challenge.\(name)" }
    var recordValue: String { "courtyard-domain-verification=\(challenge)" }

    static func newChallenge() -> String { Base64URL.encode(SecureRandom.bytes(24)) }

    /// The domains of the caller's workspace, in the order of their names.
    static func own(_ context: TenantContext) async throws -> [SSODomain] {
        try await context.read(
            "SELECT \(columns) FROM platform.own_sso_domains d ORDER BY d.domain"
        ).map(SSODomain.init)
    }

    /// Lower case, two or more labels of letters, digits and inner hyphens (RFC 5890 A-labels
    /// included); nil for anything else, such as an address or a name in Unicode.
    static func normalized(_ text: String) -> String? {
        let name = text.lowercased()
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard name.utf8.count <= 253, labels.count >= 2,
            let last = labels.last?.utf8.first, (0x61...0x7A).contains(last)
        else { return nil }
        let isRight = labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy {
                    (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
                }
        }
        return isRight ? name : nil
    }

    /// The domain of an address, in lower case; nil for what is no address.
    static func of(email: String) -> String? {
        guard EmailAddress.isValid(email), let at = email.lastIndex(of: "@") else { return nil }
        return email[email.index(after: at)...].lowercased()
    }
}

// MARK: - Proof

extension SSODomain {
    /// Checks in a row that may find the record gone before the proof is: one slip of a name server
    /// must not close a company out.
    static let toleratedMisses: Int64 = 1
    static let checkInterval: Duration = .seconds(7 * 86_400)
    static let recheckInterval: Duration = .seconds(86_400)

    enum Finding: Sendable {
        case proved
        case missing
        /// The name servers said nothing of use; the proof stays as it is.
        case unknown
    }

    /// Whether this finding takes the proof away.
    func isLost(with finding: Finding) -> Bool {
        finding == .missing && verifiedAt != nil && missedChecks >= Self.toleratedMisses
    }

    func look(_ services: LoopServices) async -> Finding {
        switch await services.providers.names.records(of: recordName) {
        case .records(let texts): texts.contains(recordValue) ? .proved : .missing
        case .absent: .missing
        case .unavailable: .unknown
        }
    }

    /// The statement that writes a finding down, under the workspace's role.
    func update(_ finding: Finding, at now: Instant) -> SQL {
        let isLost = missedChecks >= Self.toleratedMisses
        return switch finding {
        case .proved:
            """
            UPDATE platform.own_sso_domains
            SET verified_at = coalesce(verified_at, \(now)), checked_at = \(now),
                missed_checks = 0
            WHERE connection_id = \(connectionID) AND domain = \(name)
            """
        case .missing:
            """
            UPDATE platform.own_sso_domains
            SET checked_at = \(now), missed_checks = missed_checks + 1,
                verified_at = CASE WHEN \(isLost) THEN NULL ELSE verified_at END
            WHERE connection_id = \(connectionID) AND domain = \(name)
            """
        case .unknown:
            """
            UPDATE platform.own_sso_domains SET checked_at = \(now)
            WHERE connection_id = \(connectionID) AND domain = \(name)
            """
        }
    }
}
