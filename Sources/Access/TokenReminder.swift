import Jobs
import Persistence
import Tenancy
import Values

/// Tells creators and Owners that a token ends in 14, 3 and 1 days (AC-77).
package enum TokenReminder {
    package static let kind = JobKind("token.remind")
    private static let days = [14, 3, 1]

    /// The statements that plan the reminders of a new token; those whose time is past are left
    /// out.
    static func plan(_ token: ID, endingAt end: Instant, in context: TenantContext) -> [SQL] {
        days.compactMap { days in
            let due = end - .seconds(days * 86_400)
            guard due > context.now else { return nil }
            let payload: JSON = [
                "token_id": .string(token.description), "days": .integer(Int64(days)),
            ]
            return kind.enqueue(payload, in: context, key: "\(token) \(days)", runAt: due)
        }
    }

    /// Sends one reminder, unless the token is gone by now.
    package static func register(in handlers: inout JobHandlers) {
        handlers.handle(kind) { (context: TenantContext, run: JobRun) in
            guard let token = run.payload["token_id"]?.stringValue.flatMap({ ID($0) }),
                let days = run.payload["days"]?.integerValue
            else { throw JobFailure.permanent("malformed_reminder") }
            try await context.transaction { transaction in
                try await remind(token, days, context, transaction)
                try await run.finish(in: transaction)
            }
            return .finished
        }
    }

    private static func remind(
        _ token: ID, _ days: Int64, _ context: TenantContext, _ transaction: TenantTransaction
    ) async throws {
        let found = try await transaction.run(
            """
            SELECT t.created_by, t.name, s.name
            FROM tenant.service_account_tokens t
            JOIN tenant.service_accounts s ON s.id = t.service_account_id
            WHERE t.id = \(token)
            UNION ALL
            SELECT created_by, NULL, NULL FROM tenant.account_api_token
            WHERE id = \(token)
            """)
        guard let row = found.first else { return }
        let recipients = try await transaction.run(
            """
            SELECT p.email, p.language
            FROM tenant.members m
            JOIN tenant.roles r ON r.id = m.role_id
            JOIN platform.own_people p ON p.member_id = m.id
            WHERE m.status = 'active' AND (r.builtin = 'owner' OR m.id = \(row.optionalID(0)))
            """)
        let which: Phrase =
            if let token = row.optionalText(1), let account = row.optionalText(2) {
                "The token “\(token)” of the service account “\(account)” is about to end."
            } else {
                "The account API token is about to end."
            }
        for index in 0..<recipients.count {
            transaction.atCommit(
                Mail.enqueue(
                    to: recipients[index].text(0),
                    language: Language(code: recipients[index].text(1)),
                    subject: "A token ends soon",
                    paragraphs: [
                        which,
                        "Days left: \(days). Issue a new one and put it in place before then.",
                    ], in: context))
        }
    }
}
