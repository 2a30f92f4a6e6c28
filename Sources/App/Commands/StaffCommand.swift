import CLinux
import Crypto
import Persistence
import Tenancy
import Values

/// `courtyard staff create EMAIL NAME [--role ROLE]`: the people who run the platform (OV-64).
enum StaffCommand {
    static func run(_ arguments: inout Arguments) throws {
        guard arguments.next() == "create" else {
            throw UsageMistake("usage: courtyard staff create EMAIL NAME [--role platform_admin]")
        }
        let role = try arguments.option("--role") ?? "platform_admin"
        let email = try arguments.next("EMAIL")
        let name = try arguments.next("NAME")
        try arguments.finish()
        guard ["platform_admin", "billing_staff"].contains(role) else {
            throw UsageMistake(
                "The role is “\(role)”, but must be platform_admin or billing_staff.")
        }
        let configuration = try Configuration()
        let connection = try SessionConnection(address: configuration.databaseURL)
        let typed = try password()
        let password = typed ?? Self.generatePassword()
        try create(email, name: name, role: role, password: password, connection)
        print("\(name) <\(email)> is created as \(role).")
        if typed == nil { print("Password (shown this once): \(password)") }
    }

    /// - Throws: ``TenantDirectory/Refusal`` for a bad address or name, or a known address.
    static func create(
        _ email: String, name: String, role: String, password: String,
        _ connection: SessionConnection
    ) throws {
        guard let key = EmailAddress.normalized(email) else {
            throw TenantDirectory.Refusal("“\(email)” is not an e-mail address.")
        }
        guard (1...80).contains(Text.length(Text.normalized(name))) else {
            throw TenantDirectory.Refusal("The name must have 1 to 80 characters.")
        }
        guard password.unicodeScalars.count >= 12 else {
            throw TenantDirectory.Refusal("The password must have at least 12 characters.")
        }
        var ids = IDGenerator()
        let now = Instant.system
        do {
            _ = try connection.rows(
                """
                INSERT INTO platform.staff (id, email_key, name, role, password_hash, created_at)
                VALUES ($1, $2, $3, $4, $5, $6)
                """,
                [
                    ids.next(at: now).description, key, Text.normalized(name),
                    role, try PasswordHash.hash(password), now.description,
                ])
        } catch let error as DatabaseError where error.violates("staff_email_key_key") {
            throw TenantDirectory.Refusal("\(email) is on the platform's staff already.")
        }
    }

    /// The password from the terminal, asked for twice and not shown, or the first line of standard
    /// input; nil when that is empty.
    private static func password() throws -> String? {
        guard isatty(0) == 1 else { return readLine().flatMap { $0.isEmpty ? nil : $0 } }
        var settings = termios()
        tcgetattr(0, &settings)
        var silent = settings
        silent.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(0, TCSANOW, &silent)
        defer { tcsetattr(0, TCSANOW, &settings) }
        print("Password (empty for a generated one): ", terminator: "")
        fflush(nil)
        let first = readLine() ?? ""
        print("")
        if first.isEmpty { return nil }
        print("Again: ", terminator: "")
        fflush(nil)
        let second = readLine() ?? ""
        print("")
        guard first == second else { throw TenantDirectory.Refusal("The two passwords differ.") }
        return first
    }

    /// 22 base62 digits of 128 random bits.
    static func generatePassword() -> String {
        var text: [UInt8] = []
        Base62.append(SecureRandom.bytes(16), width: 22, to: &text)
        return String(decoding: text, as: UTF8.self)
    }
}
