import Jobs
import Persistence
import Tenancy
import Values

/// The mails of single sign-on.
enum SSOMail {
    /// An Owner went past the enforced provider (ID-87).
    case breakGlass(workspace: String, name: String)
    /// ID-90.
    case planEnded(workspace: String)
    /// ID-91.
    case domainLost(workspace: String, domain: String)
    /// ID-92.
    case link(link: String)
    /// ID-23.
    case useProvider

    struct Reader: Sendable {
        let address: String
        let language: Language

        init(address: String, language: String) {
            self.address = address
            self.language = Language(code: language)
        }

        init(_ person: Person) {
            self.init(address: person.email, language: person.language)
        }
    }

    /// The active Owners of a workspace.
    static func owners(
        of tenant: TenantReference, _ services: LoopServices
    ) async throws -> [Reader] {
        let scope = tenant.scope(schemaVersion: services.settings.schemaVersion)
        let rows: Rows = try await services.database.read(
            """
            SELECT p.email, p.language
            FROM tenant.members m
            JOIN tenant.roles r ON r.id = m.role_id
            JOIN platform.own_people p ON p.member_id = m.id
            WHERE r.builtin = 'owner' AND m.status = 'active'
            ORDER BY p.email
            """, in: scope)
        return rows.map { Reader(address: $0.text(0), language: $0.text(1)) }
    }

    func enqueue(to reader: Reader, in context: PlatformContext) -> SQL {
        Mail.enqueue(
            to: reader.address, language: reader.language, subject: subject,
            paragraphs: paragraphs, in: context)
    }

    func enqueue(to reader: Reader, in context: TenantContext) -> SQL {
        Mail.enqueue(
            to: reader.address, language: reader.language, subject: subject,
            paragraphs: paragraphs, in: context)
    }

    private var subject: Phrase {
        switch self {
        case .breakGlass: "Emergency login past single sign-on"
        case .planEnded: "Single sign-on was switched off"
        case .domainLost: "A domain of your single sign-on is no longer proved"
        case .link: "Connect your Courtyard login"
        case .useProvider: "Sign in to Courtyard through your company"
        }
    }

    private var paragraphs: [Phrase] {
        switch self {
        case .breakGlass(let workspace, let name):
            [
                """
                \(name), an Owner, has just signed in to the workspace “\(workspace)” by password, \
                although single sign-on is enforced there.
                """,
                "If nobody expected this, change the password of that Owner at once.",
            ]
        case .planEnded(let workspace):
            [
                """
                The plan of the workspace “\(workspace)” does not include single sign-on any more, \
                so it was switched off.
                """,
                """
                Members now sign in by password; whoever has none sets one through the link for \
                forgotten passwords. The settings are kept for a return to the plan.
                """,
            ]
        case .domainLost(let workspace, let domain):
            [
                """
                The DNS record that proves the domain \(domain) for the workspace “\(workspace)” \
                could not be found, twice in a row.
                """,
                """
                Addresses of this domain cannot sign in through your provider until the record \
                stands again and the domains were checked anew.
                """,
            ]
        case .link(let link):
            [
                """
                Somebody, probably you, has signed in through a company, and a Courtyard login \
                with this address exists already.
                """,
                "To connect the two, open this link in the same browser within 10 minutes:",
                "\(verbatim: link)",
                "If it was not you, ignore this mail: nothing will be connected.",
            ]
        case .useProvider:
            [
                "Somebody, probably you, asked to reset the Courtyard password of this address.",
                """
                Your workspaces are entered through the sign-in of your company, so there is no \
                password to reset here. If that sign-in does not work, ask whoever runs the \
                accounts of your company.
                """,
            ]
        }
    }
}
