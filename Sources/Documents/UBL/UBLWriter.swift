import Money
import Values

/// Writes a complete document, elements in the order of the UBL 2.1 schemas.
///
/// Source: EN 16931-1, its binding to UBL (CEN/TS 16931-3-2), and Peppol BIS Billing 3.0. The
/// comments name business terms (BT) and rules.
struct UBLWriter {
    private let document: DocumentSnapshot
    private let rules: UBLRequirements
    private var xml = XMLWriter()

    var text: String { xml.text }

    private var isInvoice: Bool { document.kind == .invoice }

    init(document: DocumentSnapshot) {
        self.document = document
        rules = UBLRequirements(document: document)
        let root = document.kind == .invoice ? "Invoice" : "CreditNote"
        let namespace = "urn:oasis:names:specification:ubl:schema:xsd:"
        xml.begin(
            root,
            [
                ("xmlns", namespace + root + "-2"),
                ("xmlns:cac", namespace + "CommonAggregateComponents-2"),
                ("xmlns:cbc", namespace + "CommonBasicComponents-2"),
            ])
        head()
        references()
        party("cac:AccountingSupplierParty", document.seller, isSeller: true)
        party("cac:AccountingCustomerParty", document.buyer, isSeller: false)
        delivery()
        payment()
        taxTotal()
        totals()
        for (index, line) in document.lines.enumerated() { self.line(line, index + 1) }
        xml.end()
    }

    /// An element, with what `content` writes into it.
    private mutating func element(_ name: String, _ content: (inout UBLWriter) -> Void) {
        xml.begin(name)
        content(&self)
        xml.end()
    }

    private mutating func text(_ name: String, _ value: String) {
        xml.element(name, text: value)
    }

    // MARK: Head

    private mutating func head() {
        let core = "urn:cen.eu:en16931:2017"
        let peppol = "#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
        text("cbc:CustomizationID", rules.isPeppol ? core + peppol : core)
        if rules.isPeppol {
            text("cbc:ProfileID", "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0")
        }
        text("cbc:ID", document.number)
        text("cbc:IssueDate", document.issuedOn.description)
        if isInvoice {
            xml.optional("cbc:DueDate", document.dueOn?.description)
            text("cbc:InvoiceTypeCode", "380")
        } else {
            text("cbc:CreditNoteTypeCode", "381")
        }
        // Peppol allows one note (PEPPOL-EN16931-R002).
        let notes = [document.reason].compactMap(\.self) + document.notes
        xml.optional("cbc:Note", notes.joined(separator: "\n"))
        text("cbc:DocumentCurrencyCode", document.currency.code)
        // One of buyer reference and order is needed (PEPPOL-EN16931-R003).
        if document.references.order == nil {
            xml.optional("cbc:BuyerReference", document.workspace)
        }
    }

    private mutating func references() {
        if let order = document.references.order {
            element("cac:OrderReference") { $0.text("cbc:ID", order) }
        }
        guard !isInvoice, let invoice = document.references.invoice else { return }
        element("cac:BillingReference") { writer in
            writer.element("cac:InvoiceDocumentReference") { writer in
                writer.text("cbc:ID", invoice)
                writer.xml.optional(
                    "cbc:IssueDate", writer.document.references.invoiceIssuedOn?.description)
            }
        }
    }

    // MARK: Parties

    private mutating func party(_ name: String, _ party: Party, isSeller: Bool) {
        element(name) { writer in
            writer.element("cac:Party") { writer in
                if let address = party.electronicAddress {
                    writer.xml.element(
                        "cbc:EndpointID", [("schemeID", address.scheme)], text: address.value)
                }
                writer.numbers(of: party, isSeller: isSeller)
                if let email = Self.filled(party.email) {
                    writer.element("cac:Contact") { $0.text("cbc:ElectronicMail", email) }
                }
            }
        }
    }

    /// Address and numbers.
    ///
    /// Outside the scope of value added tax no number for it may stand (BR-O-02), yet the seller
    /// needs one of its numbers (BR-CO-26). A seller's tax number without a country before it is
    /// BT-32, a buyer's the number of its register (BT-47).
    private mutating func numbers(of party: Party, isSeller: Bool) {
        let registration = Self.filled(party.registrationNumber)
        let isOutside = rules.isOutsideScope
        let isVAT = UBLRequirements.isVATNumber(party.taxNumber) && !isOutside
        let taxNumber = Self.filled(party.taxNumber)
        if isSeller, isOutside, registration == nil, let taxNumber {
            element("cac:PartyIdentification") { $0.text("cbc:ID", taxNumber) }
        }
        address(of: party)
        if let taxNumber, isVAT || (isSeller && !isOutside) {
            element("cac:PartyTaxScheme") { writer in
                writer.text("cbc:CompanyID", taxNumber)
                writer.element("cac:TaxScheme") { $0.text("cbc:ID", isVAT ? "VAT" : "TAX") }
            }
        }
        element("cac:PartyLegalEntity") { writer in
            writer.text("cbc:RegistrationName", party.legalName)
            let other = isSeller || isVAT || isOutside ? nil : taxNumber
            writer.xml.optional("cbc:CompanyID", registration ?? other)
        }
    }

    /// BG-5, BG-8: two streets and one further line; more lines are joined.
    private mutating func address(of party: Party) {
        let lines = party.addressLines.filter { UBLRequirements.isFilled($0) }
        element("cac:PostalAddress") { writer in
            writer.xml.optional("cbc:StreetName", lines.first)
            writer.xml.optional("cbc:AdditionalStreetName", lines.dropFirst().first)
            writer.xml.optional("cbc:CityName", party.city)
            writer.xml.optional("cbc:PostalZone", party.postcode)
            writer.xml.optional("cbc:CountrySubentity", party.region)
            if lines.count > 2 {
                let rest = lines.dropFirst(2).joined(separator: ", ")
                writer.element("cac:AddressLine") { $0.text("cbc:Line", rest) }
            }
            writer.country(party.country)
        }
    }

    private mutating func country(_ code: String) {
        element("cac:Country") { $0.text("cbc:IdentificationCode", code) }
    }

    private static func filled(_ text: String?) -> String? {
        UBLRequirements.isFilled(text) ? text : nil
    }

    // MARK: Delivery and payment

    /// BR-IC-11 and BR-IC-12 ask for day and country.
    private mutating func delivery() {
        guard document.taxes.contains(where: { $0.category == .intraCommunity }) else { return }
        element("cac:Delivery") { writer in
            writer.text("cbc:ActualDeliveryDate", writer.document.issuedOn.description)
            writer.element("cac:DeliveryLocation") { writer in
                writer.element("cac:Address") { $0.country($0.document.buyer.country) }
            }
        }
    }

    private mutating func payment() {
        guard isInvoice else {
            // A credit note has no due date, but what is to be paid needs terms (BR-CO-25).
            let terms = Phrase("Amount credited").text(in: document.language)
            return element("cac:PaymentTerms") { $0.text("cbc:Note", terms) }
        }
        guard let bank = document.seller.bank else { return }
        element("cac:PaymentMeans") { writer in
            // 30 is a credit transfer (UNTDID 4461).
            writer.text("cbc:PaymentMeansCode", "30")
            writer.text("cbc:PaymentID", writer.document.number)
            writer.element("cac:PayeeFinancialAccount") { writer in
                writer.text("cbc:ID", bank.account.filter { !$0.isWhitespace })
                writer.xml.optional("cbc:Name", bank.holder)
                guard let bic = Self.filled(bank.bic) else { return }
                writer.element("cac:FinancialInstitutionBranch") { $0.text("cbc:ID", bic) }
            }
        }
    }

    // MARK: Amounts

    private mutating func amount(_ name: String, _ amount: Int64) {
        xml.element(
            name, [("currencyID", document.currency.code)],
            text: document.currency.decimalText(amount))
    }

    private mutating func taxTotal() {
        element("cac:TaxTotal") { writer in
            writer.amount("cbc:TaxAmount", writer.document.totals.tax)
            for row in writer.document.taxes {
                writer.element("cac:TaxSubtotal") { writer in
                    writer.amount("cbc:TaxableAmount", row.base)
                    writer.amount("cbc:TaxAmount", row.tax)
                    writer.category("cac:TaxCategory", row.taxKey, reason: row)
                }
            }
        }
    }

    /// A category with its rate, and on totals with the reason for taking no tax.
    private mutating func category(
        _ name: String, _ key: TaxTable.Key, reason: DocumentSnapshot.TaxRow? = nil
    ) {
        element(name) { writer in
            writer.text("cbc:ID", key.category.rawValue)
            // Outside the scope there is no rate (BR-O-05).
            if key.category != .outsideScope {
                writer.text("cbc:Percent", key.rate.percentText)
            }
            if let reason, key.category.needsReason {
                writer.xml.optional("cbc:TaxExemptionReasonCode", Self.reason(key.category))
                writer.xml.optional("cbc:TaxExemptionReason", reason.note)
            }
            writer.element("cac:TaxScheme") { $0.text("cbc:ID", "VAT") }
        }
    }

    /// The code of the VATEX list that a category has of its own.
    private static func reason(_ category: TaxCategory) -> String? {
        switch category {
        case .reverseCharge: "VATEX-EU-AE"
        case .intraCommunity: "VATEX-EU-IC"
        case .export: "VATEX-EU-G"
        case .outsideScope: "VATEX-EU-O"
        case .exempt, .standard, .zeroRated, .canaryIslands, .ceutaAndMelilla, .splitPayment: nil
        }
    }

    private mutating func totals() {
        let totals = document.totals
        element("cac:LegalMonetaryTotal") { writer in
            writer.amount("cbc:LineExtensionAmount", totals.net)
            writer.amount("cbc:TaxExclusiveAmount", totals.net)
            writer.amount("cbc:TaxInclusiveAmount", totals.total)
            if totals.paid != 0 { writer.amount("cbc:PrepaidAmount", totals.paid) }
            writer.amount("cbc:PayableAmount", totals.due)
        }
    }

    /// A price is never negative (BR-27): what is given back is a negative quantity.
    private mutating func line(_ line: DocumentSnapshot.Line, _ id: Int) {
        let quantity = line.unitPrice < 0 ? -line.quantity : line.quantity
        element(isInvoice ? "cac:InvoiceLine" : "cac:CreditNoteLine") { writer in
            writer.text("cbc:ID", String(id))
            // C62 is a piece (UN/ECE Recommendation 20).
            writer.xml.element(
                writer.isInvoice ? "cbc:InvoicedQuantity" : "cbc:CreditedQuantity",
                [("unitCode", "C62")], text: String(quantity))
            writer.amount("cbc:LineExtensionAmount", line.net)
            writer.element("cac:Item") { writer in
                writer.text("cbc:Name", line.text)
                writer.category("cac:ClassifiedTaxCategory", line.taxKey)
            }
            writer.element("cac:Price") {
                $0.amount("cbc:PriceAmount", abs(line.unitPrice))
            }
        }
    }
}
