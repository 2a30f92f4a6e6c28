/// Why a line is taxed as it is, in the codes of EN 16931 (UNTDID 5305).
package enum TaxCategory: String, Hashable, Sendable, CaseIterable {
    /// Taxed at a rate above 0.
    case standard = "S"
    /// Taxed at 0 %.
    case zeroRated = "Z"
    /// Exempt from tax; the document must say why.
    case exempt = "E"
    /// The buyer owes the tax; the document must say so.
    case reverseCharge = "AE"
    /// Delivered to another state of the European Union; the document must say so.
    case intraCommunity = "K"
    /// Exported out of the European Union; the document must say so.
    case export = "G"
    /// Not subject to value added tax at all; the document must say so.
    case outsideScope = "O"
    /// General indirect tax of the Canary Islands.
    case canaryIslands = "L"
    /// Tax of Ceuta and Melilla.
    case ceutaAndMelilla = "M"
    /// Split payment in Italy.
    case splitPayment = "B"

    /// What a rate alone tells: taxed above 0, zero-rated at 0.
    package init(rate: TaxRate) { self = rate == .zero ? .zeroRated : .standard }

    /// Whether the document must carry a reason for taking no tax (EN 16931 BR-E-10, BR-AE-10,
    /// BR-IC-10, BR-G-10, BR-O-10).
    package var needsReason: Bool {
        switch self {
        case .exempt, .reverseCharge, .intraCommunity, .export, .outsideScope: true
        case .standard, .zeroRated, .canaryIslands, .ceutaAndMelilla, .splitPayment: false
        }
    }

    /// Whether the rate must be 0.
    package var isUntaxed: Bool { self == .zeroRated || needsReason }
}
