/// An invoice or credit note as e-invoice: UBL 2.1 that follows EN 16931, and Peppol BIS Billing 3
/// where the buyer has an electronic address.
package enum UBLDocument {
    /// Refused, because data are missing.
    package struct Incomplete: Error, Equatable {
        /// See ``UBLDocument/missing(_:)``.
        package let missing: [String]
    }

    /// What a document lacks to be an e-invoice, as paths into its snapshot, such as
    /// `seller.tax_number`; empty if it lacks nothing.
    ///
    /// `kind` says that there is no e-invoice of a receipt, `currency` that EN 16931 allows no more
    /// than two decimals (BR-DEC), `taxes` that untaxed lines outside the scope of value added tax
    /// stand beside others (BR-O-11).
    package static func missing(_ document: DocumentSnapshot) -> [String] {
        UBLRequirements(document: document).missing
    }

    /// The e-invoice as UTF-8.
    ///
    /// - Parameter document: What was frozen at issue.
    /// - Returns: A whole file, `application/xml`.
    /// - Throws: ``Incomplete`` with all that is missing.
    package static func render(_ document: DocumentSnapshot) throws(Incomplete) -> [UInt8] {
        let missing = missing(document)
        guard missing.isEmpty else { throw Incomplete(missing: missing) }
        return Array(UBLWriter(document: document).text.utf8)
    }
}
