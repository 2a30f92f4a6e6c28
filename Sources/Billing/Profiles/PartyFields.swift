import HTTP
import Values

/// Who buys or sells, as it is written in a request; what is missing is nil.
struct PartyFields: Sendable {
    var legalName: String?
    /// Up to four lines of 200 characters above the city.
    var addressLines: [String]
    var city, postcode, region: String?
    var country: String?
    var taxNumber, registrationNumber: String?
    var email: String?
    var electronicAddress: ElectronicAddressFields?

    /// Reads them; `isComplete` says whether name, address and country must be there.
    init(_ fields: FieldReader, isComplete: Bool) {
        let lines = FieldType<[String]>.list(of: .text(1...200), (isComplete ? 1 : 0)...4)
        if isComplete {
            legalName = fields.required("legal_name", .text(1...200))
            addressLines = fields.required("address_lines", lines)
            country = fields.required("country", Country.field)
        } else {
            legalName = fields.optional("legal_name", .text(1...200))
            addressLines = fields.optional("address_lines", lines) ?? []
            country = fields.optional("country", Country.field)
        }
        city = fields.optional("city", .text(1...100))
        postcode = fields.optional("postcode", .text(1...20))
        region = fields.optional("region", .text(1...100))
        taxNumber = fields.optional("tax_number", .text(1...50))
        registrationNumber = fields.optional("registration_number", .text(1...50))
        email = fields.optional("email", .email)
        electronicAddress = fields.optional(
            "electronic_address", .object(placeholder: ElectronicAddressFields()))
    }
}

/// Where e-invoices go: a scheme of the EAS list, such as `9930`, and an address in it.
struct ElectronicAddressFields: Input {
    var scheme = ""
    var value = ""

    init() {}

    init(_ fields: FieldReader) {
        scheme = fields.required(
            "scheme",
            .custom(
                schema: .text(2...4), code: "invalid_format",
                detail: "A code of the EAS list, such as 0088."
            ) { text in
                let isCode = text.utf8.allSatisfy {
                    (0x30...0x39).contains($0) || (0x41...0x5A).contains($0)
                }
                return isCode && 2...4 ~= text.utf8.count ? text : nil
            })
        value = fields.required("value", .text(1...100))
    }

    static let schema = FieldReader.describe(ElectronicAddressFields.self)
}
