import Jobs
import Persistence
import Tenancy
import Values

/// Mails that follow from changes of access; queued in the transaction of the change.
enum Notices {
    /// Queues a mail to every active Owner, each in their language.
    static func mailOwners(
        subject: Phrase, paragraphs: [Phrase], in context: TenantContext,
        _ transaction: TenantTransaction
    ) async throws {
        let owners = try await transaction.run(
            """
            SELECT p.email, p.language
            FROM tenant.members m
            JOIN tenant.roles r ON r.id = m.role_id
            JOIN platform.own_people p ON p.member_id = m.id
            WHERE r.builtin = 'owner' AND m.status = 'active'
            """)
        for index in 0..<owners.count {
            transaction.atCommit(
                Mail.enqueue(
                    to: owners[index].text(0), language: Language(code: owners[index].text(1)),
                    subject: subject, paragraphs: paragraphs, in: context))
        }
    }

    /// Where people sign in, as a paragraph of its own; nothing where the operator named no
    /// address, since the request's Host is the caller's word.
    static func signInParagraphs(_ context: TenantContext) -> [Phrase] {
        context.services.settings.origin.map { ["Sign in here:", "\(verbatim: $0)"] } ?? []
    }
}
