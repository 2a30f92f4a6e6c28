import Values

/// Lays a document out on A4 pages.
struct PDFComposer {
    let document: PrintedDocument
    let context: TextContext
    let picture: PDFPicture?

    private static let margin = 48.0
    private static let top = 46.0
    private static let bottom = PDFCanvas.height - 62
    static let width = PDFCanvas.width - 2 * margin
    /// Between columns.
    private static let gutter = 12.0

    private typealias Cell = Row.Cell

    /// The places of all rows, page by page.
    mutating func compose() -> [[PlacedRow]] {
        let columns = lineColumns()
        let taxes = taxColumns()
        let taxHeader = taxHeader(taxes.columns, width: taxes.width)
        var flow = PageFlow(
            top: Self.top, bottom: Self.bottom, headers: [lineHeader(columns), taxHeader])
        flow.add([masthead(), parties()] + headline())
        flow.add(lineRows(columns))
        let taxTable =
            document.taxRows.isEmpty
            ? [] : [taxHeader] + taxRows(taxes.columns, width: taxes.width)
        flow.add(sums(taxTable, areHalf: taxes.width == Self.half))
        flow.add(closing())
        return flow.pages
    }

    private func layout(
        _ runs: [TextRun], _ width: Double?, _ alignment: TextLayout.Alignment = .start,
        isOneLine: Bool = false
    ) -> TextLayout {
        TextLayout(
            runs, width: width, alignment: alignment, isOneLine: isOneLine, in: context)
    }

    // MARK: Head

    private func masthead() -> Row {
        let titleWidth = 250.0
        let title = layout(
            [TextRun(document.title + "\n", .title), TextRun(.figure(document.number), .number)],
            titleWidth, .end)
        var row = Row(cells: [Cell(layout: title, x: Self.width - titleWidth)])
        if picture == nil {
            let brand = layout(
                [TextRun(document.workspace, .brand)], Self.width - titleWidth - Self.gutter)
            row.cells.append(Cell(layout: brand, x: 0))
        }
        row.below = 26
        return row
    }

    private func parties() -> Row {
        let width = (Self.width - 2 * 22) / 3
        var cells: [Cell] = []
        for (index, party) in document.parties.enumerated() {
            var runs = [
                TextRun(party.heading + "\n", .heading), TextRun(party.name, .strong),
            ]
            for line in party.address { runs += [TextRun("\n", .body), TextRun(line, .body)] }
            runs += facts(party.facts, isAfterText: true)
            cells.append(Cell(layout: layout(runs, width), x: Double(index) * (width + 22)))
        }
        cells.append(
            Cell(
                layout: layout(facts(document.facts, isAfterText: false), width),
                x: 2 * (width + 22)))
        return Row(cells: cells, below: 20)
    }

    /// Label above value, one pair after the other.
    private func facts(_ facts: [PrintedDocument.Fact], isAfterText: Bool) -> [TextRun] {
        var runs: [TextRun] = []
        for (index, fact) in facts.enumerated() {
            if index > 0 || isAfterText { runs.append(TextRun("\n", .body)) }
            runs.append(TextRun(fact.label + "\n", .label))
            runs.append(TextRun(fact.value, .body))
        }
        return runs
    }

    private func headline() -> [Row] {
        let inset = 14.0
        let facts = document.headlineFacts
        let isSingle = facts.count == 1
        let inner = Self.width - 2 * inset
        let factWidth = isSingle ? 130 : (inner - 2 * Self.gutter) / 3
        let amountWidth = isSingle ? inner - factWidth - Self.gutter : inner
        let amount = layout(
            [
                TextRun(document.headline.label + "\n", .heading),
                TextRun(document.headline.value, .headline),
            ], amountWidth)
        var rows = [Row(cells: [Cell(layout: amount, x: inset)], above: 11, below: 11)]
        let cells = facts.enumerated().map { index, fact in
            Cell(
                layout: layout(
                    [TextRun(fact.label + "\n", .heading), TextRun(fact.value, .headlineFact)],
                    factWidth),
                x: isSingle
                    ? inset + inner - factWidth
                    : inset + Double(index) * (factWidth + Self.gutter))
        }
        if isSingle {
            rows[0].cells += cells
        } else if !cells.isEmpty {
            rows[0].below = 4
            rows.append(Row(cells: cells, above: 4, below: 11))
        }
        for index in rows.indices {
            rows[index].background = .tint
            rows[index].group = 1
        }
        return rows
    }

    // MARK: Lines

    /// Place and width of text, quantity, unit price, rate and net.
    private struct Columns {
        var places: [(x: Double, width: Double)]
    }

    private func lineColumns() -> Columns {
        let rows = document.rows
        let figures = [
            rows.map(\.quantity), rows.map(\.unitPrice), rows.map(\.rate), rows.map(\.net),
        ]
        let widths = figures.enumerated().map { index, column in
            figureWidth(column, heading: document.columns[index + 1], .body)
        }
        return columns(figures: widths, in: Self.width)
    }

    /// The room that the longest figure of a column needs, and its heading as far as 95 points.
    private func figureWidth(
        _ column: [PrintedText], heading: String, _ style: TextStyle
    ) -> Double {
        let longest = column.max { $0.plain.utf8.count < $1.plain.utf8.count }
        let natural = longest.map { layout([TextRun($0, style)], nil).width } ?? 0
        let heading = layout([TextRun(heading, .heading)], nil).width
        return max(natural, min(heading, 95)) + 1
    }

    /// Figures at the end side, and a text that has the rest.
    private func columns(figures: [Double], in width: Double) -> Columns {
        let text = width - figures.reduce(0, +) - Double(figures.count) * Self.gutter
        var places = [(x: 0.0, width: max(text, 60))]
        for width in figures {
            let last = places[places.count - 1]
            places.append((last.x + last.width + Self.gutter, width))
        }
        return Columns(places: places)
    }

    private func lineHeader(_ columns: Columns) -> Row {
        let cells = zip(document.columns, columns.places).enumerated().map { index, column in
            Cell(
                layout: layout(
                    [TextRun(column.0, .heading)], column.1.width, index == 0 ? .start : .figure),
                x: column.1.x)
        }
        return Row(
            cells: cells, below: 5,
            rules: [.init(x: 0, width: Self.width, thickness: 0.8, color: .ink)])
    }

    private func lineRows(_ columns: Columns) -> [Row] {
        guard !document.rows.isEmpty else { return [] }
        var rows = document.rows.map { line in
            let values = [line.text, line.quantity, line.unitPrice, line.rate, line.net]
            let cells = zip(values, columns.places).enumerated().map { index, value in
                Cell(
                    layout: layout(
                        [TextRun(value.0, .body)], value.1.width, index == 0 ? .start : .figure),
                    x: value.1.x)
            }
            return Row(
                cells: cells, above: 4, below: 4,
                rules: [.init(x: 0, width: Self.width, thickness: 0.5, color: .hairline)],
                header: 0)
        }
        // The heading is not left alone at a page's end.
        rows[0].group = 2
        var header = lineHeader(columns)
        (header.gap, header.group) = (22, 2)
        return [header] + rows
    }

    // MARK: Sums

    private static let half = (width - 34) / 2

    /// Place and width of label, base and tax, and how wide they are together: half of the page, or
    /// all of it where the figures need more.
    private func taxColumns() -> (columns: Columns, width: Double) {
        let figures = [document.taxRows.map(\.base), document.taxRows.map(\.tax)]
        let widths = figures.enumerated().map { index, column in
            figureWidth(column, heading: document.taxColumns[index + 1], .small)
        }
        let needed = widths.reduce(0, +) + 2 * Self.gutter
        let width = Self.half - needed < 70 ? Self.width : Self.half
        return (columns(figures: widths, in: width), width)
    }

    private func taxRow(_ values: [TextRun], _ columns: Columns) -> Row {
        let cells = zip(values, columns.places).enumerated().map { index, value in
            Cell(
                layout: layout([value.0], value.1.width, index == 0 ? .start : .figure),
                x: value.1.x)
        }
        return Row(cells: cells, above: 4, below: 4)
    }

    private func taxHeader(_ columns: Columns, width: Double) -> Row {
        var row = taxRow(document.taxColumns.map { TextRun($0, .heading) }, columns)
        row.rules = [.init(x: 0, width: width, thickness: 0.5, color: .ink)]
        return row
    }

    private func taxRows(_ columns: Columns, width: Double) -> [Row] {
        document.taxRows.map { tax in
            var row = taxRow([tax.label, tax.base, tax.tax].map { TextRun($0, .small) }, columns)
            row.rules = [.init(x: 0, width: width, thickness: 0.5, color: .hairline)]
            row.header = 1
            return row
        }
    }

    private func totalRows() -> [Row] {
        let amount = document.totals.reduce(0) { widest, total in
            max(widest, layout([TextRun(total.value, total.style)], nil).width + 1)
        }
        return document.totals.map { totalRow($0, amount: amount) }
    }

    private func totalRow(_ total: PrintedDocument.Total, amount: Double) -> Row {
        let start = Self.width - Self.half
        let label = Self.half - amount - Self.gutter
        let cells = [
            Cell(layout: layout([TextRun(total.label, total.style)], label), x: start),
            Cell(
                layout: layout([TextRun(total.value, total.style)], amount, .figure),
                x: Self.width - amount),
        ]
        var row = Row(cells: cells, above: 4, below: 4)
        if total.isStrong {
            row.rules = [
                .init(x: start, width: Self.half, thickness: 0.8, color: .ink, isAbove: true)
            ]
        }
        return row
    }

    /// Taxes at the start side, totals beside them; below each other if there are many taxes, or
    /// wide ones.
    private func sums(_ taxes: [Row], areHalf: Bool) -> [Row] {
        let totals = totalRows()
        guard taxes.count <= 8, areHalf else {
            var rows = taxes + totals
            rows[0].gap = 16
            rows[taxes.count].gap = 16
            for index in taxes.count..<rows.count { rows[index].group = 3 }
            return rows
        }
        var rows: [Row] = []
        for index in 0..<max(taxes.count, totals.count) {
            var row = index < taxes.count ? taxes[index] : Row(cells: [], above: 4, below: 4)
            if index < totals.count {
                row.cells += totals[index].cells
                row.rules += totals[index].rules
            }
            row.group = 3
            row.header = nil
            rows.append(row)
        }
        rows[0].gap = 16
        return rows
    }

    // MARK: Closing

    private func closing() -> [Row] {
        var rows: [Row] = []
        func add(_ runs: [TextRun], gap: Double, group: Int? = nil) {
            rows.append(
                Row(
                    cells: [Cell(layout: layout(runs, Self.width), x: 0)], gap: gap,
                    group: group))
        }
        if let reason = document.reason {
            add(
                [TextRun(reason.label + "\n", .heading), TextRun(reason.value, .body)], gap: 24)
        }
        for note in document.notes { add([TextRun(note, .body)], gap: 14) }
        if !document.bank.isEmpty {
            add([TextRun(document.bankHeading, .heading)], gap: 26, group: 4)
            for fact in document.bank {
                let label = layout([TextRun(fact.label, .quiet)], 110)
                let value = layout([TextRun(fact.value, .body)], Self.width - 122)
                rows.append(
                    Row(
                        cells: [Cell(layout: label, x: 0), Cell(layout: value, x: 122)], gap: 3,
                        group: 4))
            }
            if let note = document.paymentNote {
                add([TextRun(note, .body)], gap: 8, group: 4)
            }
        }
        add([TextRun(document.currencyNote, .footer)], gap: 16)
        return rows
    }

    // MARK: Drawing

    /// Draws one page with its number.
    func draw(_ page: [PlacedRow], number: Int, of count: Int, on canvas: PDFCanvas) {
        if number == 1, let picture {
            picture.draw(
                x: place(0, width: picture.width), y: Self.top, on: canvas)
        }
        for placed in page { draw(placed, on: canvas) }
        footer(number: number, of: count, on: canvas)
    }

    /// The left edge of something that begins `x` points from the start side.
    private func place(_ x: Double, width: Double) -> Double {
        document.language.isRightToLeft
            ? PDFCanvas.width - Self.margin - x - width : Self.margin + x
    }

    private func draw(_ placed: PlacedRow, on canvas: PDFCanvas) {
        let row = placed.row
        if let background = row.background {
            canvas.fill(
                x: Self.margin, y: placed.y, width: Self.width, height: placed.height, background)
        }
        for rule in row.rules where rule.isAbove ? placed.isStart : placed.isEnd {
            let y = rule.isAbove ? placed.y : placed.y + placed.height
            canvas.fill(
                x: place(rule.x, width: rule.width), y: y - rule.thickness / 2,
                width: rule.width, height: rule.thickness, rule.color)
        }
        let top = placed.y + (placed.isStart ? row.above : 0)
        for (cell, range) in zip(row.cells, placed.ranges) where !range.isEmpty {
            canvas.set(.ink)
            cell.layout.draw(
                range, x: place(cell.x, width: cell.layout.width), y: top, on: canvas.cairo)
        }
    }

    private func footer(number: Int, of count: Int, on canvas: PDFCanvas) {
        let pages = layout([TextRun(.figure("\(number) / \(count)"), .footer)], 80, .end)
        let name = layout(
            [
                TextRun(document.title + " ", .footer),
                TextRun(.figure(document.number), .footer), TextRun(" · ", .footer),
                TextRun(document.parties[0].name, .footer),
            ], Self.width - 92, isOneLine: true)
        let y = PDFCanvas.height - 40
        canvas.set(.quiet)
        name.draw(0..<name.lines.count, x: place(0, width: name.width), y: y, on: canvas.cairo)
        pages.draw(
            0..<pages.lines.count, x: place(Self.width - 80, width: 80), y: y, on: canvas.cairo)
    }
}

extension PrintedDocument.Total {
    fileprivate var style: TextStyle { isStrong ? .total : .body }
}
