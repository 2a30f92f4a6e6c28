import Crypto
import Persistence
import Tenancy
import Values

/// `courtyard demo`: a platform administrator and a workspace with people in it, to try things
/// with.
///
/// Prints how to sign in, once; nothing when the workspace exists already.
enum DemoCommand {
    private static let slug = "demo"
    private static let administrator = "admin@courtyard.example"
    private static let owner = "owner@demo.example"

    static func run(_ arguments: inout Arguments) throws {
        try arguments.finish()
        let configuration = try Configuration()
        let connection = try SessionConnection(address: configuration.databaseURL)
        try Installation.checkMigrated(connection, MigrationFiles(folder: configuration.sqlFolder))
        let directory = TenantDirectory(connection, ring: try configuration.loadKeyRing())
        let known = try connection.rows("SELECT 1 FROM platform.tenants WHERE slug = $1", [slug])
        guard known.isEmpty else { return }
        let administratorPassword = StaffCommand.generatePassword()
        let ownerPassword = StaffCommand.generatePassword()
        let token = SecretToken.generate(.serviceAccount)
        let enrolment = try directory.transaction {
            let isNew = try connection.rows(
                "SELECT 1 FROM platform.staff WHERE email_key = $1", [administrator]
            ).isEmpty
            if isNew {
                try StaffCommand.create(
                    administrator, name: "Platform administrator", role: "platform_admin",
                    password: administratorPassword, connection)
            }
            let enrolment = try StaffCommand.link(for: administrator, connection)
            try DemoWorkspace(directory, connection).create(
                slug: slug, owner: owner, passwordHash: PasswordHash.hash(ownerPassword),
                token: token)
            try nameSeller(connection)
            return enrolment
        }
        let address = "http://\(configuration.host):\(configuration.port)"
        print(
            """
            Sign in as
              owner of the workspace “demo”  \(owner)  password \(ownerPassword)
              platform administrator         \(administrator)  password \(administratorPassword)

            As the owner, keeping the session in the file cookies:
              curl -s -c cookies \(address)/v1/auth/login -H 'Content-Type: application/json' \\
                -d '{"email": "\(owner)", "password": "\(ownerPassword)"}'

            Owners need a second factor, at first a code by mail, which appears where the server
            runs. TOKEN is the csrf_token of the answer before, CODE the code:
              curl -s -b cookies \(address)/v1/auth/enrolment/verification \\
                -H 'Origin: \(address)' -H 'X-CSRF-Token: TOKEN' \\
                -H 'Content-Type: application/json' -d '{"via": "email"}'
              curl -s -b cookies -c cookies \(address)/v1/auth/enrolment \\
                -H 'Origin: \(address)' -H 'X-CSRF-Token: TOKEN' \\
                -H 'Content-Type: application/json' \\
                -d '{"method": "email", "verification_code": "CODE"}'
            Later logins ask for a code at /v1/auth/two-factor; a recovery code of that answer will
            do, with "method": "recovery".

            As the platform administrator, who always needs an authenticator app: the secret of this
            answer goes into the app, and its first code, with the same token, to
            /v1/platform/auth/enrolment/confirm:
              curl -s \(address)/v1/platform/auth/enrolment -H 'Content-Type: application/json' \\
                -d '{"token": "\(enrolment.text)", "password": "\(administratorPassword)"}'

            As the service account “Demo script”, which may read contacts and groups:
              curl -s '\(address)/v1/contacts?limit=3' \\
                -H 'Authorization: Bearer \(token.text)'
            """)
    }

    /// Invoices name their seller, so that the demo can issue some at once.
    private static func nameSeller(_ connection: SessionConnection) throws {
        let seller: JSON = [
            "legal_name": "Courtyard Demo Ltd", "address_lines": ["1 Harbour Street"],
            "city": "London", "postcode": "E14 5AB", "country": "GB",
            "email": "billing@courtyard.example",
            "bank": ["account": "GB33BUKB20201555555555"],
        ]
        try connection.rows(
            """
            INSERT INTO platform.seller (data, updated_at) VALUES ($1, now())
            ON CONFLICT DO NOTHING
            """, [String(decoding: seller.serialized, as: UTF8.self)])
    }
}
