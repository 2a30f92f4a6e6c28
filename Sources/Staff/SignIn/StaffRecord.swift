import Crypto
import HTTP
import Persistence
import Tenancy
import Values

/// One of the platform's staff, as sign-in sees them.
struct StaffRecord: Sendable {
    let id: ID
    let emailKey, name: String
    let role: StaffRole
    let passwordHash: String
    /// Sealed; nil until a second factor is enrolled.
    let totpSecret: [UInt8]?
    let totpStep: Int64

    static let columns: SQL =
        "s.id, s.email_key, s.name, s.role, s.password_hash, s.totp_secret, s.totp_step"

    /// Reads ``columns`` from the one at `first` on.
    init?(_ row: Row, from first: Int = 0) {
        guard let role = StaffRole(rawValue: row.text(first + 3)) else { return nil }
        id = row.id(first)
        emailKey = row.text(first + 1)
        name = row.text(first + 2)
        self.role = role
        passwordHash = row.text(first + 4)
        totpSecret = row.bytes(first + 5).map { [UInt8]($0) }
        totpStep = row.integer(first + 6)
    }

    /// Where a sealed secret stands; it opens nowhere else.
    static let sealedColumn = SealedColumn("platform.staff", "totp_secret")

    /// - Returns: The person's codes; nil without a second factor.
    func codes(in context: PlatformContext) async throws -> TOTP? {
        guard let totpSecret else { return nil }
        return TOTP(
            secret: try await context.open(totpSecret, Self.sealedColumn, row: id))
    }
}

extension PlatformContext {
    /// Reads under the staff's database role.
    func readAsStaff(_ sql: SQL) async throws -> Rows {
        try await services.database.read(sql, in: .staff)
    }

    func writeAsStaff(_ statements: [SQL]) async throws -> [Rows] {
        try await services.database.write(statements, in: .staff)
    }
}
