import HTTP
import Money
import Persistence
import Tenancy
import Values

/// What buyers of a country are taxed from a day on (billing rules §4.5).
struct BuyerTaxRate: Input {
    let country: String
    let fromDate: String
    /// Parts per million.
    let rate: Int64
    let tax: TaxFields

    init(_ fields: FieldReader) {
        country = fields.required("country", Country.field)
        fromDate = fields.required("from_date", .date)
        rate = fields.required("rate_ppm", .integer(0...1_000_000))
        tax = TaxFields(fields, prefix: "", rate: rate)
    }

    static let resource = Resource(
        "TaxRate",
        [
            .field("id", "r.id", .id),
            .field("country", "r.country", .text),
            .field("from_date", "r.from_date::text", .text),
            .field("rate_ppm", "r.rate", .integer),
            .field("category", "r.category", .text),
            .field("label", "r.label", .text, nullable: true),
            .field("note", "r.note", .text, nullable: true),
        ])

    static let subject = Subject<StaffContext>.row {
        "SELECT FROM platform.tax_rates WHERE id = \($0.id)"
    }

    /// The rate of a country on a day, or none.
    static func find(_ country: String, on date: CivilDate) -> SQL {
        """
        SELECT rate, category, label, note FROM platform.tax_rates
        WHERE country = \(country) AND from_date <= \(date.description)::date
        ORDER BY from_date DESC LIMIT 1
        """
    }

    static let routes: [Route] = [
        .staffRead(
            "/v1/platform/billing/tax-rates", id: "platformTaxRateList",
            "List the tax rates by the buyer's country",
            returns: .json(.ok, .page(of: resource.schema)), handler: list),
        .staffChange(
            .post, "/v1/platform/billing/tax-rates", id: "platformTaxRateCreate",
            "Set what buyers of a country are taxed from a day on; drafts keep what they have",
            role: .platformAdmin, audit: "tax_rate.create",
            accepts: .json(FieldReader.describe(BuyerTaxRate.self)),
            returns: .json(.created, resource.schema), fails: [.taxRateExists], handler: create),
        .staffChange(
            .delete, "/v1/platform/billing/tax-rates/{id}", of: subject,
            id: "platformTaxRateDelete", "Remove a tax rate", role: .platformAdmin,
            audit: "tax_rate.delete", returns: .empty(.noContent), handler: delete),
    ]

    private static func list(_ context: StaffContext) async throws -> Response {
        let rows = try await context.read(
            """
            SELECT \(resource.columns) FROM platform.tax_rates r
            ORDER BY r.country, r.from_date, r.id
            """)
        var writer = JSONWriter(capacity: 256 + rows.count * 256)
        writer.beginObject()
        writer.key("data")
        writer.beginArray()
        for index in 0..<rows.count { resource.write(rows[index], to: &writer) }
        writer.endArray()
        writer.key("next_cursor")
        writer.null()
        writer.endObject()
        return .json(.ok, writer.bytes)
    }

    private static func create(_ context: StaffContext) async throws -> Response {
        let draft = try context.call.input(BuyerTaxRate.self)
        let id = context.newID()
        do {
            return try await context.change { transaction in
                let rows = try await transaction.run(
                    """
                    INSERT INTO platform.tax_rates AS r (id, country, from_date, rate, category,
                        label, note, created_at)
                    VALUES (\(id), \(draft.country), \(draft.fromDate)::date, \(draft.rate),
                        \(draft.tax.category.rawValue), \(draft.tax.label), \(draft.tax.note),
                        \(context.now))
                    RETURNING \(resource.columns)
                    """)
                let details: JSON = [
                    "country": .string(draft.country), "from_date": .string(draft.fromDate),
                    "rate_ppm": .integer(draft.rate),
                ]
                return (
                    resource.response(rows[0], status: .created), AuditNote("tax_rate", id, details)
                )
            }
        } catch let error as DatabaseError
            where error.violates("tax_rates_country_from_date_key")
        {
            throw Problem(.taxRateExists)
        }
    }

    private static func delete(_ context: StaffContext) async throws -> Response {
        let id = context.call.id
        return try await context.change { transaction in
            let removed = try await transaction.run(
                """
                DELETE FROM platform.tax_rates r WHERE r.id = \(id)
                RETURNING r.country, r.from_date::text, r.rate
                """)
            guard let row = removed.first else { throw Problem.notFound }
            let details: JSON = [
                "country": .string(row.text(0)), "from_date": .string(row.text(1)),
                "rate_ppm": .integer(row.integer(2)),
            ]
            return (Response(.noContent), AuditNote("tax_rate", id, details))
        }
    }
}

/// Why something is taxed at its rate, in the words of EN 16931.
struct TaxFields: Sendable, Equatable {
    var category: TaxCategory
    var label: String?
    var note: String?

    /// The categories that staff may choose.
    static let categories: [TaxCategory] = [
        .standard, .zeroRated, .exempt, .reverseCharge, .intraCommunity, .export, .outsideScope,
    ]

    init(category: TaxCategory, label: String?, note: String?) {
        (self.category, self.label, self.note) = (category, label, note)
    }

    /// Reads category, label and note, each with the prefix, and checks that they fit the rate.
    ///
    /// A rate above 0 is the standard one, and who takes no tax must mostly say why. Without a rate
    /// there is nothing to say.
    init(_ fields: FieldReader, prefix: String, rate: Int64?) {
        let chosen = fields.optional(
            prefix + "category", .choice(Self.categories.map(\.rawValue)))
        category =
            chosen.flatMap(TaxCategory.init(rawValue:))
            ?? ((rate ?? 0) > 0 ? .standard : .zeroRated)
        label = fields.optional(prefix + "label", .text(1...50))
        note = fields.optional(prefix + "note", .text(1...300))
        guard let rate else {
            if chosen != nil || label != nil || note != nil {
                fields.report(prefix + "rate_ppm", "required", "This field is needed.")
            }
            return
        }
        if (category == .standard) != (rate > 0) {
            fields.report(
                prefix + "category", "invalid_option", "This category does not fit the rate.")
        }
        if category.needsReason, note == nil, !fields.has(prefix + "note") {
            fields.report(prefix + "note", "required", "Say why no tax is taken.")
        }
    }
}
