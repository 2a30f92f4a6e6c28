import HTTP
import Persistence
import Tenancy
import Values

/// Who sells: what every issued document says of the platform's operator.
struct Seller: Input {
    let party: PartyFields
    let bank: BankFields?

    /// Where money is to be sent.
    struct BankFields: Input {
        var account = ""
        var holder, bic, bankName: String?

        init() {}

        init(_ fields: FieldReader) {
            account = fields.required("account", .text(1...50))
            holder = fields.optional("holder", .text(1...200))
            bic = fields.optional("bic", .text(1...20))
            bankName = fields.optional("bank_name", .text(1...100))
        }

        var json: JSON {
            [
                "account": .string(account), "holder": Seller.text(holder),
                "bic": Seller.text(bic), "bank_name": Seller.text(bankName),
            ]
        }
    }

    init(_ fields: FieldReader) {
        party = PartyFields(fields, isComplete: true)
        bank = fields.optional("bank", .object(placeholder: BankFields()))
    }

    /// As it is stored and answered.
    var json: JSON {
        [
            "legal_name": Self.text(party.legalName),
            "address_lines": .array(party.addressLines.map(JSON.string)),
            "city": Self.text(party.city), "postcode": Self.text(party.postcode),
            "region": Self.text(party.region), "country": Self.text(party.country),
            "tax_number": Self.text(party.taxNumber),
            "registration_number": Self.text(party.registrationNumber),
            "email": Self.text(party.email),
            "electronic_address": party.electronicAddress.map {
                ["scheme": .string($0.scheme), "value": .string($0.value)]
            } ?? .null,
            "bank": bank?.json ?? .null,
        ]
    }

    static func text(_ text: String?) -> JSON { text.map(JSON.string) ?? .null }

    private static let schema = FieldReader.describe(Seller.self)
    private static let select: SQL = "SELECT data, version FROM platform.seller"

    private static func response(_ rows: Rows) throws -> Response {
        guard let row = rows.first else { throw Problem.notFound }
        var response = Response.json(.ok, row.json(0).serialized)
        response.fields.append((name: "ETag", value: "\"\(row.integer(1))\""))
        return response
    }

    static let routes: [Route] = [
        .staffRead(
            "/v1/platform/billing/seller", id: "platformSellerRead",
            "Read who sells, as invoices name it; 404 until it was set",
            returns: .json(.ok, schema)
        ) { context in try response(try await context.read(select)) },
        .staffChange(
            .put, "/v1/platform/billing/seller", id: "platformSellerReplace",
            "Set who sells; issued documents keep what they name", role: .platformAdmin,
            audit: "seller.replace", accepts: .json(schema), returns: .json(.ok, schema),
            fails: [.versionMismatch], handler: replace),
    ]

    private static func replace(_ context: StaffContext) async throws -> Response {
        let seller = try context.call.input(Seller.self)
        return try await context.change { transaction in
            let present = try await transaction.run(
                "SELECT data, version FROM platform.seller FOR UPDATE")
            try context.call.checkVersion(present.first?.integer(1) ?? 0)
            try await transaction.run(
                """
                INSERT INTO platform.seller AS s (data, updated_at)
                VALUES (\(seller.json), \(context.now))
                ON CONFLICT (only_row) DO UPDATE SET data = excluded.data,
                    version = s.version + 1, updated_at = excluded.updated_at
                """)
            let details: JSON = [
                "old": present.first?.json(0) ?? .null, "new": seller.json,
            ]
            return (
                try response(try await transaction.run(select)),
                AuditNote("seller", nil, details)
            )
        }
    }
}
