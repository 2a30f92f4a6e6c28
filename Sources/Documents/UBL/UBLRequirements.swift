import Money

/// What EN 16931 and Peppol BIS Billing 3 ask of a document, rule by rule.
struct UBLRequirements {
    let document: DocumentSnapshot

    /// Whether the document goes through the Peppol network.
    var isPeppol: Bool { document.buyer.electronicAddress != nil }

    var isOutsideScope: Bool { document.taxes.contains { $0.category == .outsideScope } }

    var missing: [String] {
        guard document.kind != .receipt else { return ["kind"] }
        var missing: [String] = []
        func require(_ isPresent: Bool, _ path: String) {
            if !isPresent { missing.append(path) }
        }
        require(document.currency.exponent <= 2, "currency")
        require(Self.isFilled(document.number), "number")
        // BR-CO-25
        require(document.kind == .creditNote || document.dueOn != nil, "due_on")
        // BR-55
        require(
            document.kind == .invoice || Self.isFilled(document.references.invoice),
            "references.invoice")
        missing += parties
        // BR-16, BR-25
        require(!document.lines.isEmpty, "lines")
        for (index, line) in document.lines.enumerated() {
            require(Self.isFilled(line.text), "lines.\(index).text")
        }
        missing += taxes
        return missing
    }

    private var parties: [String] {
        var missing: [String] = []
        let seller = document.seller
        let buyer = document.buyer
        // BR-06, BR-07, BR-09, BR-11
        for (party, path) in [(seller, "seller"), (buyer, "buyer")] {
            if !Self.isFilled(party.legalName) { missing.append(path + ".legal_name") }
            if !CountryNames.isKnown(party.country) { missing.append(path + ".country") }
            // PEPPOL-EN16931-R010, R020, BR-CL-25
            if isPeppol,
                !Self.isFilled(party.electronicAddress?.value)
                    || !Self.isScheme(party.electronicAddress?.scheme)
            {
                missing.append(path + ".electronic_address")
            }
        }
        // BR-S-02 and its like; BR-CO-26
        let hasTaxNumber = Self.isFilled(seller.taxNumber)
        if isOutsideScope {
            if !hasTaxNumber, !Self.isFilled(seller.registrationNumber) {
                missing.append("seller.registration_number")
            }
        } else if !hasTaxNumber
            || (!Self.isVATNumber(seller.taxNumber) && document.taxes.contains(where: needsVAT))
        {
            missing.append("seller.tax_number")
        } else if !Self.isVATNumber(seller.taxNumber),
            !Self.isFilled(seller.registrationNumber)
        {
            missing.append("seller.registration_number")
        }
        // BR-IC-02, BR-AE-02
        let categories = Set(document.taxes.map(\.category))
        let hasVATNumber = Self.isVATNumber(buyer.taxNumber)
        let hasNumber = Self.isFilled(buyer.taxNumber) || Self.isFilled(buyer.registrationNumber)
        if categories.contains(.intraCommunity) && !hasVATNumber
            || categories.contains(.reverseCharge) && !hasNumber
        {
            missing.append("buyer.tax_number")
        }
        return missing
    }

    /// BR-IC-02 and BR-G-02 take no other number than one for value added tax.
    private func needsVAT(_ row: DocumentSnapshot.TaxRow) -> Bool {
        row.category == .intraCommunity || row.category == .export
    }

    private var taxes: [String] {
        var missing: [String] = []
        for (index, row) in document.taxes.enumerated() {
            // BR-E-10; the others have a code that says why.
            if row.category == .exempt, !Self.isFilled(row.note) {
                missing.append("taxes.\(index).note")
            }
            // BR-S-05, BR-Z-05 and their like
            if (row.rate == .zero) != row.category.isUntaxed {
                missing.append("taxes.\(index).rate")
            }
        }
        // BR-O-11
        if isOutsideScope, document.taxes.count > 1 { missing.append("taxes") }
        return missing
    }

    static func isFilled(_ text: String?) -> Bool {
        text.map { !$0.allSatisfy(\.isWhitespace) } ?? false
    }

    /// Whether it has the form of a code of the list of electronic address schemes (EAS): four
    /// digits, or one of the five codes of letters.
    private static func isScheme(_ scheme: String?) -> Bool {
        guard let scheme else { return false }
        return ["AN", "AQ", "AS", "AU", "EM"].contains(scheme)
            || (scheme.utf8.count == 4 && scheme.utf8.allSatisfy { 48...57 ~= $0 })
    }

    /// Whether a number begins with the country that gave it (BR-CO-09).
    static func isVATNumber(_ number: String?) -> Bool {
        guard let number, number.count > 3 else { return false }
        let prefix = String(number.prefix(2))
        return prefix == "EL" || prefix == "XI" || CountryNames.isKnown(prefix)
    }
}
