import Testing
import Values

@testable import Money

/// The worked examples of the billing rules, which two other implementations computed.
@Suite struct `The worked examples` {
    let vectors = Vectors.all

    @Test("BL-53: rounding is half away from zero")
    func rounding() {
        #expect(vectors.round_half_away.count == 16)
        for vector in vectors.round_half_away {
            #expect(
                Rounding.divide(Int128(vector[0]), by: Int128(vector[1])) == vector[2], "\(vector)")
        }
    }

    @Test("BL-25: periods are counted from the anchor")
    func periods() throws {
        #expect(vectors.anchor_months.count == 7)
        for vector in vectors.anchor_months {
            let cycle = BillingCycle(
                anchor: try #require(CivilDate(vector.anchor)),
                interval: vector.step_months == 12 ? .annual : .monthly)
            let dates = try vector.dates.map { try #require(CivilDate($0)) }
            for (index, date) in dates.enumerated() {
                let period = cycle.period(index)
                #expect(period.start == date)
                #expect(cycle.period(containing: date) == period)
                guard index + 1 < dates.count else { continue }
                #expect(period.end == dates[index + 1])
                #expect(cycle.period(containing: period.end.adding(days: -1)) == period)
            }
        }
    }

    @Test("BL-23: a share of an amount")
    func shares() {
        #expect(vectors.prorate_simple.count == 7)
        for vector in vectors.prorate_simple {
            let share = Proration.unused(
                vector.amount, daysLeft: Int(vector.num), of: Int(vector.den))
            #expect(share == vector.expect, "\(vector)")
        }
    }

    @Test("BL-23: an upgrade costs the difference for the days left")
    func upgrades() {
        #expect(vectors.upgrade_bl23.count == 10)
        for vector in vectors.upgrade_bl23 {
            let due = Proration.upgrade(
                from: vector.old, to: vector.new, daysLeft: vector.left, of: vector.days)
            #expect(due == vector.expect, "\(vector)")
        }
    }

    @Test("BL-23: a change of interval starts a new period and credits the old one")
    func intervals() throws {
        #expect(vectors.interval_change_bl23.count == 1)
        for vector in vectors.interval_change_bl23 {
            let start = try #require(CivilDate(vector.new_start))
            let end = start.adding(days: vector.left)
            let period = BillingPeriod(start: end.adding(days: -vector.days), end: end)
            let change = Proration.intervalChange(
                from: vector.old, in: period, to: vector.new, every: .annual, on: start)
            #expect(change.credit == vector.credit)
            #expect(change.due == vector.due)
            #expect(change.cycle.period(0).start == start)
            #expect(change.cycle.period(0).end.description == vector.new_end)
        }
    }

    @Test("BL-53: tax is computed once per rate, not per line")
    func taxes() throws {
        #expect(vectors.tax_per_rate_bl53.count == 8)
        for vector in vectors.tax_per_rate_bl53 {
            let rate = try #require(TaxRate(partsPerMillion: vector.rate_ppm))
            let key = TaxTable.Key(.standard, rate)
            let table = try TaxTable(vector.nets.map { ($0, key) })
            #expect(table.rows == [.init(key: key, base: vector.base, tax: vector.tax)])
            let perLine = vector.nets.map { rate.tax(on: $0) }.reduce(0, +)
            #expect(perLine == vector.wrong_if_summed_per_line)
        }
    }

    @Test("BL-50, BL-53, BL-132: an invoice adds up")
    func invoices() throws {
        #expect(vectors.invoice_bl53.count == 1)
        for vector in vectors.invoice_bl53 {
            let lines = try vector.lines.map { line in
                (
                    net: try Money.net(quantity: line[0], unitPrice: line[1]),
                    key: TaxTable.Key(
                        .standard, try #require(TaxRate(partsPerMillion: line[2])))
                )
            }
            #expect(lines.map(\.net) == vector.line_net)
            let table = try TaxTable(lines)
            for row in table.rows {
                let rate = String(row.key.rate.partsPerMillion)
                #expect(row.base == vector.base_by_rate[rate])
                #expect(row.tax == vector.tax_by_rate[rate])
            }
            #expect((table.net, table.tax, table.total) == (vector.net, vector.tax, vector.total))
        }
    }

    @Test("BL-52, R3: credit notes together give back exactly the tax of the invoice")
    func creditNotes() throws {
        #expect(vectors.credit_note_cumulative_per_rate.count == 4)
        for vector in vectors.credit_note_cumulative_per_rate {
            let rate = try #require(TaxRate(partsPerMillion: vector.rate_ppm))
            let key = TaxTable.Key(.standard, rate)
            var tables: [TaxTable] = []
            for base in vector.credited_bases {
                tables.append(try TaxTable.crediting([(base, key)], after: tables))
            }
            #expect(tables.map(\.tax) == vector.taxes)
            #expect(rate.tax(on: vector.invoice_base) == vector.invoice_tax)
            #expect(tables.map(\.net).reduce(0, +) <= vector.invoice_base)
            #expect(tables.map(\.tax).reduce(0, +) <= vector.invoice_tax)
            if vector.credited_bases.reduce(0, +) == vector.invoice_base {
                #expect(tables.map(\.tax).reduce(0, +) == vector.invoice_tax)
            }
        }
    }

    @Test("BL-30: credits for tokens")
    func credits() {
        #expect(vectors.ai_credits_bl30.count == 7)
        for vector in vectors.ai_credits_bl30 {
            #expect(CreditArithmetic.credits(forTokens: vector.tokens) == vector.credits)
        }
    }

    @Test("BL-25, BL-55: the days after an invoice's issue")
    func dunning() throws {
        #expect(vectors.dunning_bl25_bl55.count == 1)
        for vector in vectors.dunning_bl25_bl55 {
            let end = try #require(CivilDate(vector.period_end))
            #expect(
                PaymentSchedule.draft(forPeriodFrom: end).description == vector.renewal_draft)
            let days = PaymentSchedule(issued: try #require(CivilDate(vector.issued)))
            #expect(days.due.description == vector.due)
            #expect(days.reminder.description == vector.reminder)
            #expect(days.overdueFrom.description == vector.overdue_from)
            #expect(days.freeLimitsFrom.description == vector.free_limits_from)
        }
    }

    @Test("BL-53: a price that includes the tax")
    func inclusive() throws {
        #expect(vectors.tax_inclusive.count == 6)
        for vector in vectors.tax_inclusive {
            let rate = try #require(TaxRate(partsPerMillion: vector.rate_ppm))
            #expect(rate.split(gross: vector.gross) == (vector.net, vector.tax))
        }
    }

    @Test("BL-53: an amount is split without loss")
    func allocation() throws {
        #expect(vectors.allocate_largest_remainder.count == 5)
        for vector in vectors.allocate_largest_remainder {
            #expect(
                try Allocation.split(vector.total, over: vector.weights) == vector.parts)
        }
    }

    @Test("BL-53: two taxes on one base, as in India")
    func indianTax() throws {
        #expect(vectors.india_gst_18.count == 3)
        for vector in vectors.india_gst_18 {
            let half = try #require(TaxRate(percent: "9"))
            let whole = try #require(TaxRate(percent: "18"))
            #expect(half.tax(on: vector.base) == vector.cgst)
            #expect(half.tax(on: vector.base) == vector.sgst)
            #expect(whole.tax(on: vector.base) == vector.igst)
        }
    }

    @Test("BL-53: a tax on eleven twelfths of the base, as in Indonesia")
    func indonesianTax() throws {
        #expect(vectors.indonesia_ppn.count == 4)
        for vector in vectors.indonesia_ppn {
            let base = Rounding.divide(Int128(vector.base_rupiah) * 11, by: 12)
            #expect(base == vector.other_base)
            #expect(try #require(TaxRate(percent: "12")).tax(on: base) == vector.ppn)
        }
    }

    @Test("BL-50, OV-24: currencies have 2 decimals, except those that have not")
    func exponents() {
        let others = vectors.iso4217_exponent_not_2
        #expect(others.values.map(\.count).reduce(0, +) == 26)
        for (exponent, codes) in others {
            for code in codes { #expect(Currency(code)?.exponent == Int(exponent), "\(code)") }
        }
        let listed = Set(others.values.joined())
        for code in Currency.codes where !listed.contains(code) {
            #expect(Currency(code)?.exponent == 2, "\(code)")
        }
        #expect(Currency.codes.count > 150)
    }

    @Test(
        "BL-50, BL-53: published European invoices come out the same",
        arguments: Vectors.all.invoices)
    func published(invoice: PublishedInvoice) throws {
        for (index, line) in invoice.lines.enumerated()
        where !invoice.skip_line_check.contains(index) {
            #expect(line.computedNet == PublishedInvoice.minor(line.net), "line \(index)")
        }
        var lines: [(net: Int64, key: TaxTable.Key)] = []
        for line in invoice.lines {
            lines.append((PublishedInvoice.minor(line.net), try key(line.category, line.percent)))
        }
        let lineSum = try Money.sum(lines.map(\.net))
        for entry in invoice.doc_adj {
            let net = Rounding.divide(signed(entry[0]), by: 10_000)
            lines.append((net, try key(entry[1], entry[2])))
        }
        let table = try TaxTable(lines)
        func expected(_ name: String) -> Int64? {
            invoice.expect[name].map(PublishedInvoice.minor)
        }
        #expect(lineSum == expected("sum_lines"))
        #expect(table.net == expected("net"))
        #expect(table.tax == expected("tax"))
        #expect(table.total == expected("gross"))
        let payable = table.total - (expected("prepaid") ?? 0) + (expected("rounding") ?? 0)
        #expect(payable == expected("payable"))
        #expect(table.rows.count == invoice.expect_breakdown.count)
        for row in invoice.expect_breakdown {
            let found = table[try key(row[0], row[1])]
            #expect(found?.base == PublishedInvoice.minor(row[2]))
            #expect(found?.tax == PublishedInvoice.minor(row[3]))
        }
    }

    @Test("BL-53: all published invoices were read")
    func publishedCount() {
        #expect(vectors.invoices.count == 57)
    }

    private func key(_ category: String, _ percent: String) throws -> TaxTable.Key {
        TaxTable.Key(
            try #require(TaxCategory(rawValue: category)), try #require(TaxRate(percent: percent)))
    }
}
