/// What AI credits are used for (BL-31); the raw value is stored and shown.
package enum CreditPurpose: String, CaseIterable, Sendable {
    case aiAnswer = "ai_answer"
    case replySuggestion = "reply_suggestion"
    case analysis
}
