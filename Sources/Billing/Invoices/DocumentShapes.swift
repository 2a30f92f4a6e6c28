import HTTP
import Values

/// The parts of documents as answers carry them; amounts are minor units of their currency.
enum DocumentShapes {
    static let link = Schema.object(
        [("id", .string(format: "uuid"), true), ("number", .string(), true)],
        name: "DocumentLink")

    static let line = Schema.object(
        [
            ("position", .integer(), true), ("text", .string(), true),
            ("quantity", .integer(), true), ("unit_price", .integer(), true),
            ("net", .integer(), true), ("tax_rate_ppm", .integer(), true),
            ("tax_category", .string(), true), ("tax_label", .nullable(.string()), true),
            ("tax_note", .nullable(.string()), true),
        ], name: "InvoiceLine")

    static let taxRow = Schema.object(
        [
            ("category", .string(), true), ("rate_ppm", .integer(), true),
            ("label", .nullable(.string()), true), ("note", .nullable(.string()), true),
            ("base", .integer(), true), ("tax", .integer(), true),
        ], name: "TaxRow")

    static let payment = Schema.object(
        [
            ("id", .string(format: "uuid"), true), ("amount", .integer(), true),
            ("method", .string(), true), ("reference", .string(), true),
            ("paid_on", .string(format: "date"), true), ("receipt", link, true),
        ], name: "InvoicePayment")

    static let creditNote = Schema.object(
        [
            ("id", .string(format: "uuid"), true), ("number", .string(), true),
            ("total", .integer(), true), ("reason", .string(), true),
            ("issue_date", .string(format: "date"), true),
        ], name: "InvoiceCreditNote")

    /// Seller or buyer as of issue.
    static let party = Schema(json: ["type": "object"])
}
