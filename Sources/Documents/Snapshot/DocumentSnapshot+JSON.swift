import Money
import Values

// The stored form. Members stand in a fixed order and absent values are left out, so that one
// snapshot has one text, whatever storage did with the order of members in between.
extension DocumentSnapshot {
    /// The JSON text as UTF-8: the bytes whose SHA-256 is stored at issue.
    package var bytes: [UInt8] { json.serialized }

    package var json: JSON {
        .members([
            ("version", 1), ("kind", .string(kind.rawValue)), ("number", .string(number)),
            ("issued_on", .string(issuedOn.description)), ("due_on", .text(dueOn?.description)),
            ("currency", .string(currency.code)), ("language", .string(language.rawValue)),
            ("seller", seller.json), ("buyer", buyer.json), ("workspace", .string(workspace)),
            ("logo_sha256", .text(logoSHA256)), ("lines", .array(lines.map(\.json))),
            ("taxes", .array(taxes.map(\.json))), ("totals", totals.json),
            ("references", references.json), ("payment", payment?.json),
            ("notes", .array(notes.map(JSON.string))), ("reason", .text(reason)),
        ])
    }

    /// Reads what ``json`` wrote.
    ///
    /// - Throws: ``MalformedSnapshot`` with the name of the member at fault.
    package init(json: JSON) throws(MalformedSnapshot) {
        guard json["version"]?.integerValue == 1 else { throw MalformedSnapshot("version") }
        self.init(
            kind: try json.value("kind", Kind.init(rawValue:)),
            number: try json.text("number"), issuedOn: try json.value("issued_on") { .init($0) },
            dueOn: try json.optional("due_on") { .init($0) },
            currency: try json.value("currency", Currency.init),
            language: try json.value("language", Language.init(rawValue:)),
            seller: try Party(json: json.member("seller")),
            buyer: try Party(json: json.member("buyer")), workspace: try json.text("workspace"),
            logoSHA256: try json.optional("logo_sha256") { $0 },
            lines: try json.list("lines", Line.init(json:)),
            taxes: try json.list("taxes", TaxRow.init(json:)),
            totals: try Totals(json: json.member("totals")))
        references = try References(json: json.member("references"))
        if let payment = json["payment"] { self.payment = try Payment(json: payment) }
        notes = try json.texts("notes")
        reason = try json.optional("reason") { $0 }
    }
}

/// A stored snapshot that cannot be read, and the name of the member at fault.
package struct MalformedSnapshot: Error, Equatable {
    package let member: String

    init(_ member: String) { self.member = member }
}

extension DocumentSnapshot.Line {
    fileprivate var json: JSON {
        .members([
            ("text", .string(text)), ("quantity", .integer(quantity)),
            ("unit_price", .integer(unitPrice)), ("rate_ppm", .integer(rate.partsPerMillion)),
            ("category", .string(category.rawValue)), ("tax_label", .text(taxLabel)),
            ("tax_note", .text(taxNote)), ("net", .integer(net)),
        ])
    }

    fileprivate init(json: JSON) throws(MalformedSnapshot) {
        text = try json.text("text")
        quantity = try json.integer("quantity")
        unitPrice = try json.integer("unit_price")
        rate = try json.rate()
        category = try json.value("category", TaxCategory.init(rawValue:))
        taxLabel = try json.optional("tax_label") { $0 }
        taxNote = try json.optional("tax_note") { $0 }
        net = try json.integer("net")
    }
}

extension DocumentSnapshot.TaxRow {
    fileprivate var json: JSON {
        .members([
            ("category", .string(category.rawValue)), ("rate_ppm", .integer(rate.partsPerMillion)),
            ("label", .text(label)), ("note", .text(note)), ("base", .integer(base)),
            ("tax", .integer(tax)),
        ])
    }

    fileprivate init(json: JSON) throws(MalformedSnapshot) {
        self.init(
            rate: try json.rate(),
            category: try json.value("category", TaxCategory.init(rawValue:)),
            label: try json.optional("label") { $0 }, note: try json.optional("note") { $0 },
            base: try json.integer("base"), tax: try json.integer("tax"))
    }
}

extension DocumentSnapshot.Totals {
    fileprivate var json: JSON {
        [
            "net": .integer(net), "tax": .integer(tax), "total": .integer(total),
            "paid": .integer(paid),
        ]
    }

    fileprivate init(json: JSON) throws(MalformedSnapshot) {
        self.init(
            net: try json.integer("net"), tax: try json.integer("tax"),
            total: try json.integer("total"), paid: try json.integer("paid"))
    }
}

extension DocumentSnapshot.References {
    fileprivate var json: JSON {
        .members([
            ("order", .text(order)), ("invoice", .text(invoice)),
            ("invoice_issued_on", .text(invoiceIssuedOn?.description)),
        ])
    }

    fileprivate init(json: JSON) throws(MalformedSnapshot) {
        self.init(
            order: try json.optional("order") { $0 }, invoice: try json.optional("invoice") { $0 },
            invoiceIssuedOn: try json.optional("invoice_issued_on") { .init($0) })
    }
}

extension DocumentSnapshot.Payment {
    fileprivate var json: JSON {
        [
            "method": .string(method.rawValue), "reference": .string(reference),
            "paid_on": .string(paidOn.description), "amount": .integer(amount),
        ]
    }

    fileprivate init(json: JSON) throws(MalformedSnapshot) {
        self.init(
            method: try json.value("method", Method.init(rawValue:)),
            reference: try json.text("reference"), paidOn: try json.value("paid_on") { .init($0) },
            amount: try json.integer("amount"))
    }
}

extension Party {
    fileprivate var json: JSON {
        .members([
            ("legal_name", .string(legalName)),
            ("address_lines", .array(addressLines.map(JSON.string))), ("city", .text(city)),
            ("postcode", .text(postcode)), ("region", .text(region)),
            ("country", .string(country)), ("tax_number", .text(taxNumber)),
            ("registration_number", .text(registrationNumber)), ("email", .text(email)),
            (
                "electronic_address",
                electronicAddress.map {
                    ["scheme": .string($0.scheme), "value": .string($0.value)]
                }
            ),
            (
                "bank",
                bank.map {
                    .members([
                        ("holder", .text($0.holder)), ("account", .string($0.account)),
                        ("bic", .text($0.bic)), ("bank_name", .text($0.bankName)),
                    ])
                }
            ),
        ])
    }

    fileprivate init(json: JSON) throws(MalformedSnapshot) {
        self.init(
            legalName: try json.text("legal_name"), addressLines: try json.texts("address_lines"),
            city: try json.optional("city") { $0 }, postcode: try json.optional("postcode") { $0 },
            region: try json.optional("region") { $0 }, country: try json.text("country"),
            taxNumber: try json.optional("tax_number") { $0 },
            registrationNumber: try json.optional("registration_number") { $0 },
            email: try json.optional("email") { $0 })
        if let address = json["electronic_address"] {
            electronicAddress = ElectronicAddress(
                scheme: try address.text("scheme"), value: try address.text("value"))
        }
        if let account = json["bank"] {
            bank = BankAccount(
                holder: try account.optional("holder") { $0 }, account: try account.text("account"),
                bic: try account.optional("bic") { $0 },
                bankName: try account.optional("bank_name") { $0 })
        }
    }
}

extension JSON {
    /// An object of the members that have a value.
    fileprivate static func members(_ members: [(name: String, value: JSON?)]) -> JSON {
        .object(
            members.compactMap { member in
                member.value.map { Member(name: member.name, value: $0) }
            })
    }

    fileprivate static func text(_ text: String?) -> JSON? { text.map(JSON.string) }

    fileprivate func member(_ name: String) throws(MalformedSnapshot) -> JSON {
        guard let value = self[name] else { throw MalformedSnapshot(name) }
        return value
    }

    fileprivate func value<Value>(
        _ name: String, _ read: (String) -> Value?
    ) throws(MalformedSnapshot) -> Value {
        guard let value = self[name]?.stringValue.flatMap(read) else {
            throw MalformedSnapshot(name)
        }
        return value
    }

    fileprivate func optional<Value>(
        _ name: String, _ read: (String) -> Value?
    ) throws(MalformedSnapshot) -> Value? {
        self[name] == nil ? nil : try value(name, read)
    }

    fileprivate func text(_ name: String) throws(MalformedSnapshot) -> String {
        try value(name) { $0 }
    }

    fileprivate func integer(_ name: String) throws(MalformedSnapshot) -> Int64 {
        guard let value = self[name]?.integerValue else { throw MalformedSnapshot(name) }
        return value
    }

    fileprivate func rate() throws(MalformedSnapshot) -> TaxRate {
        guard let rate = TaxRate(partsPerMillion: try integer("rate_ppm")) else {
            throw MalformedSnapshot("rate_ppm")
        }
        return rate
    }

    fileprivate func list<Element>(
        _ name: String, _ read: (JSON) throws(MalformedSnapshot) -> Element
    ) throws(MalformedSnapshot) -> [Element] {
        guard let elements = self[name]?.arrayValue else { throw MalformedSnapshot(name) }
        var list: [Element] = []
        for element in elements { list.append(try read(element)) }
        return list
    }

    fileprivate func texts(_ name: String) throws(MalformedSnapshot) -> [String] {
        try list(name) { json throws(MalformedSnapshot) in
            guard let text = json.stringValue else { throw MalformedSnapshot(name) }
            return text
        }
    }
}
