import Tenancy
import Values

/// How an event travels in a job.
extension BillingEvent {
    var payload: JSON {
        switch self {
        case .limit(let limit, let percent, let used, let allowed):
            [
                "event": "limit", "limit": .string(limit.rawValue),
                "percent": .integer(Int64(percent)), "used": .integer(used),
                "allowed": .integer(allowed),
            ]
        case .request(let state, let plan, let isAnnual):
            .object(
                [
                    JSON.Member(name: "event", value: "request"),
                    JSON.Member(name: "plan", value: .string(plan)),
                    JSON.Member(name: "is_annual", value: .bool(isAnnual)),
                ] + state.members)
        case .planChanged(let old, let new):
            ["event": "plan_changed", "from": .string(old), "to": .string(new)]
        case .downgradeImpossible(let plan, let renewed, let over):
            [
                "event": "downgrade_impossible", "plan": .string(plan),
                "renewed": .string(renewed),
                "over": .array(over.map { .string($0.rawValue) }),
            ]
        case .creditsLow(let available):
            ["event": "credits_low", "available": .integer(available)]
        case .creditsExhausted: ["event": "credits_exhausted"]
        case .invoiceIssued(let number, let total, let due):
            Self.invoice("invoice_issued", number, total, due)
        case .invoiceDueSoon(let number, let total, let due):
            Self.invoice("invoice_due_soon", number, total, due)
        case .invoiceOverdue(let number, let total, let due):
            Self.invoice("invoice_overdue", number, total, due)
        case .fellToFree(let plan, let invoice):
            ["event": "fell_to_free", "plan": .string(plan), "invoice": .string(invoice)]
        }
    }

    private static func invoice(
        _ event: String, _ number: String, _ total: String, _ due: CivilDate
    ) -> JSON {
        [
            "event": .string(event), "number": .string(number), "total": .string(total),
            "due_on": .string(due.description),
        ]
    }

    /// Reads what ``payload`` wrote; nil for anything else.
    init?(_ payload: JSON) {
        let read = Reading(payload)
        switch read.text("event") {
        case "limit":
            guard let limit = PlanLimit(rawValue: read.text("limit")) else { return nil }
            self = .limit(
                limit, percent: Int(read.integer("percent")), used: read.integer("used"),
                allowed: read.integer("allowed"))
        case "request":
            guard let state = RequestState(read) else { return nil }
            self = .request(
                state, plan: read.text("plan"), isAnnual: payload["is_annual"] == .bool(true))
        case "plan_changed": self = .planChanged(from: read.text("from"), to: read.text("to"))
        case "downgrade_impossible":
            let names = payload["over"]?.arrayValue ?? []
            self = .downgradeImpossible(
                plan: read.text("plan"), renewed: read.text("renewed"),
                over: names.compactMap { $0.stringValue.flatMap(PlanLimit.init(rawValue:)) })
        case "credits_low": self = .creditsLow(available: read.integer("available"))
        case "credits_exhausted": self = .creditsExhausted
        case "fell_to_free":
            self = .fellToFree(plan: read.text("plan"), invoice: read.text("invoice"))
        default:
            guard let event = Self.invoice(read) else { return nil }
            self = event
        }
    }

    private static func invoice(_ read: Reading) -> BillingEvent? {
        guard let due = CivilDate(read.text("due_on")) else { return nil }
        let (number, total) = (read.text("number"), read.text("total"))
        return switch read.text("event") {
        case "invoice_issued": .invoiceIssued(number: number, total: total, dueOn: due)
        case "invoice_due_soon": .invoiceDueSoon(number: number, total: total, dueOn: due)
        case "invoice_overdue": .invoiceOverdue(number: number, total: total, dueOn: due)
        default: nil
        }
    }

    fileprivate struct Reading {
        private let payload: JSON

        init(_ payload: JSON) { self.payload = payload }

        func text(_ name: String) -> String { payload[name]?.stringValue ?? "" }
        func integer(_ name: String) -> Int64 { payload[name]?.integerValue ?? 0 }
    }
}

extension BillingEvent.RequestState {
    fileprivate var members: [JSON.Member] {
        func member(_ name: String, _ text: String) -> JSON.Member {
            JSON.Member(name: name, value: .string(text))
        }
        return switch self {
        case .requested: [member("state", "requested")]
        case .approved(let date):
            [member("state", "approved")] + (date.map { [member("starts_on", "\($0)")] } ?? [])
        case .rejected(let reason): [member("state", "rejected"), member("reason", reason)]
        case .cancelled: [member("state", "cancelled")]
        case .completed: [member("state", "completed")]
        }
    }

    fileprivate init?(_ read: BillingEvent.Reading) {
        switch read.text("state") {
        case "requested": self = .requested
        case "approved": self = .approved(startsOn: CivilDate(read.text("starts_on")))
        case "rejected": self = .rejected(reason: read.text("reason"))
        case "cancelled": self = .cancelled
        case "completed": self = .completed
        default: return nil
        }
    }
}
