import HTTP
import Jobs
import Persistence
import Tenancy
import Values

/// The mails about a person's login.
///
/// Nothing that an unknown caller typed stands in them, so that a sign-up cannot be used to send
/// somebody else's words (checklist row 10).
enum IdentityMail {
    case signUp(link: String)
    /// The address has a login already (WS-80).
    case signUpOfKnownPerson(link: String)
    case resetPassword(link: String)
    case passwordChanged
    case confirmEmail(link: String)
    /// To the owner of an address that somebody else asked for (ID-43).
    case emailTaken
    /// To the old address, with the way to stop it (ID-42).
    case emailChangeAsked(address: String, link: String, until: Instant)
    case emailChanged(address: String)
    case emailChangeCancelled
    case secondFactorOn
    case secondFactorOff
    case recoveryCodesRenewed
    case secondFactorReset
    case phoneChanged
    /// Staff made a workspace for this Owner.
    case workspaceMade(name: String)

    /// The statement that queues the mail; run it in the transaction it belongs to.
    ///
    /// The job holds the text, and with it the link's secret, until it is sent and deleted; the
    /// link dies by itself soon after. For good only its hash is kept.
    func enqueue(to address: String, language: Language, in context: PlatformContext) -> SQL {
        Mail.enqueue(
            to: address, language: language, subject: subject, paragraphs: paragraphs, in: context)
    }

    /// The same to a person, in their language.
    func enqueue(to person: Person, in context: PlatformContext) -> SQL {
        enqueue(to: person.email, language: Language(code: person.language), in: context)
    }

    private var subject: Phrase {
        switch self {
        case .signUp, .signUpOfKnownPerson: "Complete your Courtyard sign-up"
        case .resetPassword: "Reset your Courtyard password"
        case .passwordChanged: "Your Courtyard password was changed"
        case .confirmEmail: "Confirm your new Courtyard address"
        case .emailTaken: "Somebody asked to use your address"
        case .emailChangeAsked: "Your Courtyard address is about to change"
        case .emailChanged: "Your Courtyard address was changed"
        case .emailChangeCancelled: "The change of your Courtyard address was cancelled"
        case .secondFactorOn, .secondFactorOff, .recoveryCodesRenewed, .secondFactorReset:
            "Your Courtyard second factors were changed"
        case .phoneChanged: "Your Courtyard phone number was changed"
        case .workspaceMade: "A Courtyard workspace was made for you"
        }
    }

    private static let alarm: Phrase = """
        If it was not you, change your password at once and tell an Owner of your workspace.
        """

    private var paragraphs: [Phrase] {
        switch self {
        case .signUp(let link):
            [
                "Somebody, probably you, asked to create a Courtyard workspace with this address.",
                """
                Open this link within 24 hours and give the password you chose to complete it:
                """,
                "\(verbatim: link)",
                """
                If it was not you, ignore this mail: without that password nothing will be created.
                """,
            ]
        case .signUpOfKnownPerson(let link):
            [
                """
                Somebody, probably you, asked to create another Courtyard workspace with this \
                address.
                """,
                """
                You have a login already, and it stays as it is: the password given in the \
                sign-up was dropped. Open this link within 24 hours to create the workspace, then \
                sign in as usual:
                """,
                "\(verbatim: link)",
                "If it was not you, ignore this mail: nothing will be created.",
            ]
        case .resetPassword(let link):
            [
                "Somebody, probably you, asked to reset the Courtyard password of this address.",
                "Open this link within 30 minutes to choose a new one; it works once:",
                "\(verbatim: link)",
                "If it was not you, ignore this mail: your password stays as it is.",
            ]
        case .secondFactorOn: ["A second factor of your login was turned on.", Self.alarm]
        case .secondFactorOff: ["A second factor of your login was turned off.", Self.alarm]
        case .recoveryCodesRenewed:
            ["Your recovery codes were replaced; the old ones are void.", Self.alarm]
        case .secondFactorReset:
            [
                """
                An administrator has reset your second factors. You will set them up anew at \
                your next login.
                """, Self.alarm,
            ]
        case .phoneChanged: ["The phone number of your login was changed.", Self.alarm]
        case .workspaceMade(let name):
            [
                "The workspace “\(name)” was made for you, and you are its Owner.",
                """
                Sign in with this address. If you have no password yet, ask for one on the \
                sign-in page, as if you had forgotten it.
                """,
            ]
        case .passwordChanged:
            [
                """
                The Courtyard password of this address was just changed, and other sessions were \
                ended.
                """,
                """
                If it was not you, reset the password at once from the sign-in page and tell an \
                Owner of your workspace.
                """,
            ]
        case .confirmEmail, .emailTaken, .emailChangeAsked, .emailChanged, .emailChangeCancelled:
            emailChangeParagraphs
        }
    }
}

extension IdentityMail {
    private var emailChangeParagraphs: [Phrase] {
        switch self {
        case .confirmEmail(let link):
            [
                "Somebody, probably you, asked to use this address to sign in to Courtyard.",
                """
                Open this link within 24 hours to confirm it; until then the old address stays in \
                use:
                """,
                "\(verbatim: link)",
                "If it was not you, ignore this mail: nothing will change.",
            ]
        case .emailTaken:
            [
                """
                Somebody asked to sign in to Courtyard with this address, but it belongs to your \
                login.
                """,
                "Nothing has changed, and you need not do anything.",
            ]
        case .emailChangeAsked(let address, let link, let until):
            [
                """
                Somebody, probably you, asked to change the address of your Courtyard login to \
                \(address).
                """,
                """
                If it was not you, open this link before \(until): it keeps this address and \
                ends all sessions.
                """,
                "\(verbatim: link)",
                "Then reset your password: whoever asked knew it.",
            ]
        case .emailChanged(let address):
            [
                """
                The address of your Courtyard login was just changed to \(address). Sign in with \
                it from now on.
                """,
                """
                If it was not you, open the link in the mail that announced the change: it brings \
                this address back and ends all sessions.
                """,
            ]
        case .emailChangeCancelled:
            [
                "This address is the one of your Courtyard login, and all sessions were ended.",
                "Reset your password from the sign-in page before you sign in again.",
            ]
        default: []
        }
    }
}

extension PlatformContext {
    /// The language of somebody who is not known, or must not be seen to be: what the browser asks
    /// for.
    var acceptedLanguage: Language {
        call.head.string(.acceptLanguage).map(Language.init(accepting:)) ?? .english
    }
}
