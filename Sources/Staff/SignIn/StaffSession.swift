import Crypto
import HTTP
import Persistence
import Tenancy
import Values

/// The cookies of the staff's sign-in; a workspace's cookies have other names and other secrets.
enum StaffCookie: String {
    case session = "__Host-courtyard-staff"
    /// The password was right; opens the second factor alone.
    case step = "__Host-courtyard-staff-step"

    static let stepSeconds = 300

    func secret(in head: RequestHead) -> SessionSecret? {
        Credential.cookie(named: rawValue, in: head).flatMap { SessionSecret($0) }
    }

    func set(_ secret: SessionSecret) -> (name: StaticString, value: String) {
        let age = self == .step ? "Max-Age=\(Self.stepSeconds); " : ""
        return ("Set-Cookie", "\(rawValue)=\(secret.text); \(age)\(Self.attributes)")
    }

    func remove() -> (name: StaticString, value: String) {
        ("Set-Cookie", "\(rawValue)=; Max-Age=0; \(Self.attributes)")
    }

    private static let attributes = "Path=/; Secure; HttpOnly; SameSite=Strict"
}

/// A signed-in browser of the platform's staff.
struct StaffSession: Sendable {
    let secret = SessionSecret.generate()
    let staff: StaffRecord

    static let schema = Schema.object(
        [
            (
                "state",
                .choice(["two_factor_required", "enrolment_required", "authenticated"]), true
            ),
            ("methods", .array(.choice(["totp"])), false),
            ("csrf_token", .string(), false), ("staff", staffSchema, false),
        ], name: "StaffSignIn")

    static let staffSchema = Schema.object(
        [
            ("id", .string(format: "uuid"), true), ("name", .string(), true),
            ("email", .string(format: "email"), true),
            ("role", .choice(StaffRole.allCases.map(\.rawValue)), true),
        ], name: "StaffMember")

    /// The statements that start it and say so in the platform's log.
    func start(in context: PlatformContext) -> [SQL] {
        let now = context.now
        let id = context.newID()
        return [
            StaffAttempt.pardon(staff.emailKey, from: context.call.peer.address),
            """
            INSERT INTO platform.staff_sessions
                (secret_hash, id, staff_id, device, address, created_at, last_used_at, ends_at)
            VALUES (\(bytes: secret.digest.bytes), \(id), \(staff.id), \(context.call.device),
                \(context.call.peer.address), \(now), \(now), \(now + StaffGate.absolute))
            """,
            StaffAudit(id: staff.id, name: staff.name, context.call).entry(
                AuditNote("staff_session", id, action: "staff.sign_in"), context.services),
        ]
    }

    func response() -> Response {
        var response = Response.json(
            .ok, Self.answer(staff: Self.json(staff), csrfToken: secret.csrfToken).serialized)
        response.fields += [StaffCookie.session.set(secret), StaffCookie.step.remove()]
        return response
    }

    static func answer(staff: JSON, csrfToken: String) -> JSON {
        ["state": "authenticated", "csrf_token": .string(csrfToken), "staff": staff]
    }

    private static func json(_ staff: StaffRecord) -> JSON {
        json(id: staff.id, name: staff.name, email: staff.emailKey, role: staff.role)
    }

    static func json(id: ID, name: String, email: String, role: StaffRole) -> JSON {
        [
            "id": .string(id.description), "name": .string(name), "email": .string(email),
            "role": .string(role.rawValue),
        ]
    }
}
