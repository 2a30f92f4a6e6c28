import Jobs
import Persistence
import Tenancy
import Values

/// Tells the people of a workspace about an event of its billing, each in their language.
///
/// The job runs under the tenant's role, where it finds whom to tell. A key goes out once for ever:
/// the transaction that queues the mails writes it down.
package enum BillingNotice {
    package static let kind = JobKind("billing.notice")

    /// The statement that queues the notice from the tenant's own transaction.
    ///
    /// `key` names the event, such as `request <id> approved`.
    package static func enqueue(
        _ event: BillingEvent, key: String, in context: TenantContext
    ) -> SQL {
        kind.enqueue(payload(event, key), in: context, key: key)
    }

    /// The statement that queues the notice under the staff's, identity or worker role.
    ///
    /// Does nothing for a workspace that was erased.
    package static func enqueue(
        _ event: BillingEvent, key: String, to tenant: Int64, _ services: LoopServices
    ) -> SQL {
        kind.enqueue(payload(event, key), tenant: tenant, services, key: key)
    }

    static func register(in handlers: inout JobHandlers) {
        handlers.handle(kind) { (context: TenantContext, run: JobRun) in
            guard let key = run.payload["key"]?.stringValue,
                let event = run.payload["event"].flatMap(BillingEvent.init(_:))
            else { throw JobFailure.permanent("malformed_notice") }
            try await context.transaction { transaction in
                try await send(event, key, context, transaction)
                try await run.finish(in: transaction)
            }
            return .finished
        }
    }

    private static func payload(_ event: BillingEvent, _ key: String) -> JSON {
        ["key": .string(key), "event": event.payload]
    }

    private static func send(
        _ event: BillingEvent, _ key: String, _ context: TenantContext,
        _ transaction: TenantTransaction
    ) async throws {
        let isNew = try await transaction.run(
            """
            INSERT INTO tenant.billing_notices (key, sent_at) VALUES (\(key), \(context.now))
            ON CONFLICT DO NOTHING
            """)
        guard isNew.affected == 1 else { return }
        let name = try await transaction.run("SELECT name FROM platform.own_tenant")[0].text(0)
        let recipients = try await transaction.run(recipients(event.audience))
        let signIn: [Phrase] =
            context.services.settings.origin.map { ["Sign in here:", "\(verbatim: $0)"] } ?? []
        for row in recipients.map({ $0 }) {
            transaction.atCommit(
                Mail.enqueue(
                    to: row.text(0), language: Language(code: row.text(1)),
                    subject: event.subject,
                    paragraphs: ["This concerns the workspace “\(name)” on Courtyard."]
                        + event.paragraphs + signIn, in: context))
        }
    }

    private static func recipients(_ audience: BillingEvent.Audience) -> SQL {
        let roles: [BuiltinRole] =
            switch audience {
            case .owners: [.owner]
            case .ownersAndAdmins: [.owner, .admin]
            case .readers:
                BuiltinRole.allCases.filter { $0.permissions.contains(.billingRead) }
            }
        let permission = audience == .readers ? Permission.billingRead.rawValue : ""
        return """
            SELECT p.email, p.language
            FROM tenant.members m
            JOIN tenant.roles r ON r.id = m.role_id
            JOIN platform.own_people p ON p.member_id = m.id
            WHERE m.status = 'active'
                AND (r.builtin = ANY (\(roles.map(\.rawValue)))
                    OR (r.builtin IS NULL AND \(permission) = ANY (r.permissions)))
            ORDER BY m.id
            """
    }
}
