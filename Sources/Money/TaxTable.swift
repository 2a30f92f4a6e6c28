/// The taxes and totals of a document (BL-53): tax once for each category and rate, on the sum of
/// its nets, and totals that are sums of what is printed.
///
/// Source: billing rules, section 4; EN 16931 BR-CO-10, 13, 14, 15 and 17.
package struct TaxTable: Hashable, Sendable {
    /// What one tax is computed on.
    package struct Key: Hashable, Sendable {
        package var category: TaxCategory
        package var rate: TaxRate

        package init(_ category: TaxCategory, _ rate: TaxRate) {
            (self.category, self.rate) = (category, rate)
        }
    }

    /// One row: the nets of a category and rate, and their tax; minor units.
    package struct Row: Hashable, Sendable {
        package var key: Key
        package var base, tax: Int64

        package init(key: Key, base: Int64, tax: Int64) {
            (self.key, self.base, self.tax) = (key, base, tax)
        }
    }

    /// In the order in which the lines first name them.
    package let rows: [Row]
    /// Σ of the lines' nets, Σ of the rows' taxes, and both together; minor units.
    package let net, tax, total: Int64

    /// - Throws: ``MoneyError/tooLarge`` if a sum is beyond 10^15 minor units.
    package init(_ lines: some Sequence<(net: Int64, key: Key)>) throws(MoneyError) {
        var order: [Key] = []
        var bases: [Key: Int128] = [:]
        for line in lines {
            if bases[line.key] == nil { order.append(line.key) }
            bases[line.key, default: 0] += Int128(line.net)
        }
        var rows: [Row] = []
        for key in order {
            let base = try Money.checked(bases[key] ?? 0)
            rows.append(Row(key: key, base: base, tax: key.rate.tax(on: base)))
        }
        try self.init(rows: rows)
    }

    /// The totals over rows that were computed otherwise, as on a credit note.
    ///
    /// - Throws: ``MoneyError/tooLarge`` if a sum is beyond 10^15 minor units.
    package init(rows: [Row]) throws(MoneyError) {
        self.rows = rows
        net = try Money.sum(rows.map(\.base))
        tax = try Money.sum(rows.map(\.tax))
        total = try Money.sum([net, tax])
    }

    package subscript(key: Key) -> Row? { rows.first { $0.key == key } }

    /// The table of a credit note, whose taxes are what is left to be given back (§4.6).
    ///
    /// - Parameters:
    ///   - lines: The nets this credit note gives back, as positive amounts.
    ///   - credited: The tables of the invoice's earlier credit notes.
    /// - Returns: The rows and totals of this credit note alone, as positive amounts.
    /// - Throws: ``MoneyError/tooLarge`` if a sum is beyond 10^15 minor units.
    package static func crediting(
        _ lines: some Sequence<(net: Int64, key: Key)>, after credited: [TaxTable]
    ) throws(MoneyError) -> TaxTable {
        var rows = try TaxTable(lines).rows
        for index in rows.indices {
            let key = rows[index].key
            let earlier = credited.compactMap { $0[key] }
            let base = try Money.sum(earlier.map(\.base) + [rows[index].base])
            rows[index].tax = key.rate.creditedTax(
                creditedBase: base, creditedTax: try Money.sum(earlier.map(\.tax)))
        }
        return try TaxTable(rows: rows)
    }
}
