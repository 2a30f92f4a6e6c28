import Tenancy
import Values

/// What the mails say.
extension BillingEvent {
    var subject: Phrase {
        switch self {
        case .limit(_, let percent, _, _):
            percent >= 100
                ? "A limit of the plan is reached" : "Most of what the plan allows is in use"
        case .request(let state, _, _): state.subject
        case .planChanged: "Your workspace has another plan"
        case .downgradeImpossible: "A smaller plan could not begin"
        case .creditsLow: "AI credits are running low"
        case .creditsExhausted: "AI credits are used up"
        case .invoiceIssued(let number, _, _): "Invoice \(number) was issued"
        case .invoiceDueSoon(let number, _, _): "Invoice \(number) is due soon"
        case .invoiceOverdue(let number, _, _): "Invoice \(number) is overdue"
        case .fellToFree: "Your workspace is on the plan FREE now"
        }
    }

    var paragraphs: [Phrase] {
        switch self {
        case .limit(let limit, let percent, let used, let allowed):
            Self.limit(limit, percent, used, allowed)
        case .request(let state, let plan, let isAnnual):
            state.paragraphs(
                isAnnual ? "\(plan) with an annual price" : "\(plan) with a monthly price")
        case .planChanged(let old, let new):
            ["The plan \(new) has taken the place of \(old)."]
        case .downgradeImpossible(let plan, let renewed, let over):
            [
                """
                The workspace uses more than the plan \(plan) allows, so the plan \(renewed) was \
                renewed. These limits are exceeded:
                """
            ] + over.map(\.title)
        case .creditsLow(let available):
            ["AI credits left: \(available). More can be bought at any time."]
        case .creditsExhausted:
            [
                """
                Nothing more is generated until credits are bought or the next billing month \
                brings new ones.
                """
            ]
        case .invoiceIssued(let number, let total, let due):
            ["Invoice \(number) over \(total) was issued. It is due on \("\(due)")."]
        case .invoiceDueSoon(let number, let total, let due):
            ["Invoice \(number) over \(total) is due on \("\(due)")."]
        case .invoiceOverdue(let number, let total, let due):
            [
                "Invoice \(number) over \(total) was due on \("\(due)").",
                """
                A plan whose invoice stays unpaid for 14 days after it was due ends, and the \
                workspace goes to the limits of the plan FREE.
                """,
            ]
        case .fellToFree(let plan, let invoice):
            [
                "Invoice \(invoice) stayed unpaid, so the plan \(plan) has ended.",
                """
                Nothing was deleted. What exceeds the limits can be read but not used; the oldest \
                stays usable.
                """,
            ]
        }
    }

    private static func limit(
        _ limit: PlanLimit, _ percent: Int, _ used: Int64, _ allowed: Int64
    ) -> [Phrase] {
        let unit: Int64 = limit == .mediaStorage ? 1_048_576 : 1
        var text: [Phrase] = ["\(limit.title): \(used / unit) of \(allowed / unit) are in use."]
        if limit == .monthlyActiveContacts {
            text.append(
                """
                At the limit, contacts who write in are still answered; messages to contacts who \
                are not active this month are refused.
                """)
        } else {
            text.append(
                percent >= 100
                    ? "Nothing can be added until something is removed or the plan is changed."
                    : """
                    At the limit nothing can be added until something is removed or the plan is \
                    changed.
                    """)
        }
        return text
    }
}

extension PlanLimit {
    /// What people call it.
    var title: Phrase {
        switch self {
        case .whatsappLines: "WhatsApp lines"
        case .otherChannels: "Telegram bots and Facebook pages"
        case .monthlyActiveContacts: "Active contacts this month"
        case .seats: "Seats of members"
        case .activeFlows: "Active flows"
        case .knowledgeDocuments: "Knowledge documents"
        case .serviceAccounts: "Service accounts"
        case .mediaStorage: "Media storage in MiB"
        }
    }
}

extension BillingEvent.RequestState {
    fileprivate var subject: Phrase {
        switch self {
        case .requested: "Another plan was requested"
        case .approved: "A request for another plan was approved"
        case .rejected: "A request for another plan was rejected"
        case .cancelled: "A request for another plan was cancelled"
        case .completed: "A request for another plan is completed"
        }
    }

    fileprivate func paragraphs(_ plan: Phrase) -> [Phrase] {
        switch self {
        case .requested:
            ["This plan was requested: \(plan).", "You will hear from us when it is decided on."]
        case .approved(let date):
            if let date {
                ["This plan was approved: \(plan).", "It begins on \("\(date)")."]
            } else {
                ["This plan was approved: \(plan).", "It begins when its invoice is paid."]
            }
        case .rejected(let reason):
            ["This plan was not approved: \(plan).", "The reason: \(reason)"]
        case .cancelled: ["This plan is not wanted any more: \(plan)."]
        case .completed: ["This plan is in force: \(plan)."]
        }
    }
}
