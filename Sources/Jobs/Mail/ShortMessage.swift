import Values

/// One SMS: plain text to one phone number.
package struct ShortMessage: Sendable, Equatable {
    /// E.164.
    package let to: String
    package let text: String

    package init(to: String, text: String) {
        self.to = to
        self.text = text
    }
}

/// How an SMS leaves: the log or a gateway, as App decides.
///
/// Throws ``JobFailure/permanent(_:)`` when the gateway refused it for good; every other error is
/// taken for temporary.
package typealias SMSTransport = @Sendable (_ message: ShortMessage, _ id: ID) async throws -> Void
