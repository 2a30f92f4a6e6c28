import Documents
import HTTP
import Persistence
import Values

/// Who sells and who buys, as a document of this moment names them.
struct DocumentParties: Sendable {
    let seller, buyer: Party
    let language: Language
    /// Where the documents are sent; nil when the workspace named no address.
    let email: String?

    /// The statement whose row ``init(_:)`` reads, and that holds the profile until the document
    /// is issued.
    static func select(_ tenant: Int64) -> SQL {
        """
        SELECT (SELECT data FROM platform.seller), p.legal_name, p.address_lines, p.city,
            p.postcode, p.region, p.country, p.tax_number, p.registration_number, p.email,
            p.endpoint_scheme, p.endpoint_id, p.language
        FROM (SELECT 1) one
        LEFT JOIN platform.billing_profiles p ON p.tenant_number = \(tenant)
        """
    }

    /// - Throws: ``Problem`` `billing_profile_incomplete` or `seller_incomplete`.
    init(_ row: Row) throws {
        guard let name = row.optionalText(1), let country = row.optionalText(6),
            case let lines = row.texts(2), !lines.isEmpty
        else {
            let missing = [
                ("legal_name", row.isNull(1)), ("address_lines", row.texts(2).isEmpty),
                ("country", row.isNull(6)),
            ].filter(\.1).map { JSON.string($0.0) }
            throw Problem(
                .billingProfileIncomplete,
                extra: [JSON.Member(name: "missing", value: .array(missing))])
        }
        guard let seller = Party(seller: row.json(0)) else { throw Problem(.sellerIncomplete) }
        self.seller = seller
        var buyer = Party(
            legalName: name, addressLines: lines, city: row.optionalText(3),
            postcode: row.optionalText(4), region: row.optionalText(5), country: country,
            taxNumber: row.optionalText(7), registrationNumber: row.optionalText(8),
            email: row.optionalText(9))
        if let scheme = row.optionalText(10), let value = row.optionalText(11) {
            buyer.electronicAddress = Party.ElectronicAddress(scheme: scheme, value: value)
        }
        self.buyer = buyer
        (language, email) = (Language(code: row.text(12)), row.optionalText(9))
    }
}

extension Party {
    /// Reads what ``Seller/json`` wrote; nil if nothing was ever set.
    fileprivate init?(seller json: JSON) {
        guard let name = json["legal_name"]?.stringValue, let country = json["country"]?.stringValue
        else { return nil }
        func text(_ name: String) -> String? { json[name]?.stringValue }
        self.init(
            legalName: name,
            addressLines: (json["address_lines"]?.arrayValue ?? []).compactMap(\.stringValue),
            city: text("city"), postcode: text("postcode"), region: text("region"),
            country: country, taxNumber: text("tax_number"),
            registrationNumber: text("registration_number"), email: text("email"))
        if let address = json["electronic_address"], let value = address["value"]?.stringValue {
            electronicAddress = ElectronicAddress(
                scheme: address["scheme"]?.stringValue ?? "", value: value)
        }
        if let bank = json["bank"], let account = bank["account"]?.stringValue {
            self.bank = BankAccount(
                holder: bank["holder"]?.stringValue, account: account,
                bic: bank["bic"]?.stringValue, bankName: bank["bank_name"]?.stringValue)
        }
    }
}
