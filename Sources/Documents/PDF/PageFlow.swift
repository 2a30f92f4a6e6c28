/// Puts rows on pages, top to bottom, so that nothing is cut.
struct PageFlow {
    let top, bottom: Double
    /// Rows to repeat, by the numbers that rows name.
    let headers: [Row]
    private(set) var pages: [[PlacedRow]] = [[]]
    private var y: Double

    init(top: Double, bottom: Double, headers: [Row]) {
        (self.top, self.bottom, self.headers) = (top, bottom, headers)
        y = top
    }

    private var isPageEmpty: Bool { pages[pages.count - 1].isEmpty }

    mutating func add(_ rows: [Row]) {
        var index = 0
        while index < rows.count {
            var end = index + 1
            if let group = rows[index].group {
                while end < rows.count, rows[end].group == group { end += 1 }
            }
            let together = rows[index..<end]
            let needed = together.reduce(0) { $0 + $1.gap + $1.height }
            if !isPageEmpty, y + needed > bottom, needed <= bottom - top {
                startPage(for: rows[index])
            }
            for row in together { add(row) }
            index = end
        }
    }

    private mutating func startPage(for row: Row) {
        pages.append([])
        y = top
        if let header = row.header { place(headers[header]) }
    }

    private mutating func add(_ row: Row) {
        if !isPageEmpty { y += row.gap }
        if y + row.height <= bottom {
            place(row)
        } else if row.height <= (bottom - top) * 0.5 {
            startPage(for: row)
            place(row)
        } else {
            split(row)
        }
    }

    private mutating func place(_ row: Row) {
        let ranges = row.cells.map { 0..<$0.layout.lines.count }
        put(
            PlacedRow(
                row: row, ranges: ranges, y: y, height: row.height, isStart: true, isEnd: true))
    }

    private mutating func put(_ placed: PlacedRow) {
        pages[pages.count - 1].append(placed)
        y = placed.y + placed.height
    }

    /// Breaks a tall row between lines, each cell where the page ends.
    private mutating func split(_ row: Row) {
        var next = row.cells.map { _ in 0 }
        var isStart = true
        repeat {
            let above = isStart ? row.above : 0
            let room = bottom - y - above - row.below
            var ranges: [Range<Int>] = []
            var height = 0.0
            for (index, cell) in row.cells.enumerated() {
                let lines = cell.layout.lines
                var end = next[index]
                while end < lines.count,
                    lines[end].top + lines[end].height - lines[next[index]].top <= room
                {
                    end += 1
                }
                ranges.append(next[index]..<end)
                if end > next[index] {
                    height = max(
                        height,
                        lines[end - 1].top + lines[end - 1].height - lines[next[index]].top)
                }
            }
            let isStuck = ranges.allSatisfy(\.isEmpty)
            if !isStuck {
                next = ranges.map(\.upperBound)
                let isEnd = zip(next, row.cells).allSatisfy { $0 == $1.layout.lines.count }
                put(
                    PlacedRow(
                        row: row, ranges: ranges, y: y, height: above + height + row.below,
                        isStart: isStart, isEnd: isEnd))
                if isEnd { return }
                isStart = false
            }
            // A line taller than a page would be drawn over its end rather than never.
            if isStuck, isPageEmpty { return place(row) }
            startPage(for: row)
        } while true
    }
}
