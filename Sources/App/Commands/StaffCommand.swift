import CLinux
import Crypto
import Persistence
import Tenancy
import Values

/// `courtyard staff …`: the people who run the platform (OV-64).
///
/// Whoever is created signs in with the password and enrols a second factor with a single-use token
/// that is printed here; there is no sign-in without one (BL-80).
enum StaffCommand {
    static func run(_ arguments: inout Arguments) throws {
        switch arguments.next() {
        case "create": try create(&arguments)
        case "list": try list(&arguments)
        case "enrol":
            try change(&arguments) { email, connection in
                let token = try replaceFactor(of: email, connection)
                print("Second factor and sessions of \(email) are gone. To enrol anew:")
                print(enrolment(token))
            }
        case "disable":
            try change(&arguments) { email, connection in
                try disable(email, connection)
                print("\(email) cannot sign in any more; sessions have ended.")
            }
        default:
            throw UsageMistake(
                "usage: courtyard staff create EMAIL NAME [--role platform_admin|billing_staff] "
                    + "| list | enrol EMAIL | disable EMAIL")
        }
    }

    private static func create(_ arguments: inout Arguments) throws {
        let role = try arguments.option("--role") ?? "platform_admin"
        let email = try arguments.next("EMAIL")
        let name = try arguments.next("NAME")
        try arguments.finish()
        guard StaffRole(rawValue: role) != nil else {
            throw UsageMistake(
                "The role is “\(role)”, but must be platform_admin or billing_staff.")
        }
        let configuration = try Configuration()
        let connection = try SessionConnection(address: configuration.databaseURL)
        let typed = try password()
        let password = typed ?? Self.generatePassword()
        let token = try TenantDirectory(connection).transaction {
            try create(email, name: name, role: role, password: password, connection)
            return try link(for: email, connection)
        }
        print("\(name) <\(email)> is created as \(role).")
        if typed == nil { print("Password (shown this once): \(password)") }
        print(enrolment(token))
    }

    private static func enrolment(_ token: SessionSecret) -> String {
        "Enrolment token (works once, for 24 hours): \(token.text)"
    }

    private static func change(
        _ arguments: inout Arguments, _ body: (String, SessionConnection) throws -> Void
    ) throws {
        let email = try arguments.next("EMAIL")
        try arguments.finish()
        let connection = try SessionConnection(address: try Configuration().databaseURL)
        try TenantDirectory(connection).transaction {
            try body(EmailAddress.normalized(email) ?? email, connection)
        }
    }

    private static func list(_ arguments: inout Arguments) throws {
        try arguments.finish()
        let connection = try SessionConnection(address: try Configuration().databaseURL)
        for row in try connection.rows(
            """
            SELECT email_key, role, status,
                CASE WHEN totp_secret IS NULL THEN 'no second factor' ELSE 'enrolled' END, name
            FROM platform.staff ORDER BY email_key
            """)
        {
            print(row.map { $0 ?? "" }.joined(separator: "  "))
        }
    }

    // MARK: Over the owner's connection

    /// Makes a link that enrols a second factor; older links of the person are void.
    ///
    /// - Throws: ``TenantDirectory/Refusal`` when nobody on the staff has the address.
    static func link(for email: String, _ connection: SessionConnection) throws -> SessionSecret {
        let secret = SessionSecret.generate()
        let now = Instant.system
        let key = EmailAddress.normalized(email) ?? email
        try connection.rows(
            """
            DELETE FROM platform.staff_links l USING platform.staff s
            WHERE s.id = l.staff_id AND s.email_key = $1
            """, [key])
        let made = try connection.rows(
            """
            INSERT INTO platform.staff_links (secret_hash, staff_id, created_at, expires_at)
            SELECT decode($2, 'hex'), id, $3, $4 FROM platform.staff
            WHERE email_key = $1 AND status = 'active'
            RETURNING staff_id
            """,
            [
                key, Hex.encode(secret.digest.bytes), now.description,
                (now + .seconds(86_400)).description,
            ])
        guard !made.isEmpty else {
            throw TenantDirectory.Refusal("\(email) is not on the platform's staff.")
        }
        return secret
    }

    /// Takes the second factor away, ends the sessions, and makes a link to enrol anew.
    static func replaceFactor(
        of email: String, _ connection: SessionConnection
    ) throws -> SessionSecret {
        let token = try link(for: email, connection)
        try connection.rows(
            "UPDATE platform.staff SET totp_secret = NULL WHERE email_key = $1", [email])
        try endSessions(of: email, connection)
        try audit("staff.reset_factor", email, connection)
        return token
    }

    static func disable(_ email: String, _ connection: SessionConnection) throws {
        let changed = try connection.rows(
            """
            UPDATE platform.staff SET status = 'disabled', totp_secret = NULL
            WHERE email_key = $1 RETURNING id
            """, [email])
        guard !changed.isEmpty else {
            throw TenantDirectory.Refusal("\(email) is not on the platform's staff.")
        }
        try endSessions(of: email, connection)
        try audit("staff.disable", email, connection)
    }

    private static func endSessions(of email: String, _ connection: SessionConnection) throws {
        for table in ["staff_sessions", "staff_steps"] {
            try connection.rows(
                """
                DELETE FROM platform.\(table) n USING platform.staff s
                WHERE s.id = n.staff_id AND s.email_key = $1
                """, [email])
        }
    }

    private static func audit(
        _ action: String, _ email: String, _ connection: SessionConnection
    ) throws {
        var ids = IDGenerator()
        let now = Instant.system
        try connection.rows(
            """
            INSERT INTO platform.audit_events
                (id, created_at, actor_kind, actor_name, action, target_kind, target_id, details,
                request_id, address)
            SELECT $1, $2, 'operator', 'Operator', $3, 'staff', id,
                jsonb_build_object('role', role), 'courtyard staff', ''
            FROM platform.staff WHERE email_key = $4
            """, [ids.next(at: now).description, now.description, action, email])
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
        try audit("staff.create", key, connection)
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
