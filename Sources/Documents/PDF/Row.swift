/// A band across the page: cells side by side, and what is drawn around them.
///
/// All lengths are points; places count from the start side, which is the right one in documents
/// that are written from right to left.
struct Row {
    struct Cell {
        var layout: TextLayout
        /// From the margin of the start side.
        var x: Double
    }

    /// A line across some of the row.
    struct Rule {
        var x, width: Double
        var thickness: Double
        var color: TextStyle.Color
        /// At the row's top rather than its bottom.
        var isAbove = false
    }

    var cells: [Cell]
    var above = 0.0
    var below = 0.0
    var rules: [Rule] = []
    /// The fill behind the whole row.
    var background: TextStyle.Color?
    /// Empty space before the row, unless it is the first on its page.
    var gap = 0.0
    /// A row that is repeated before this one on a new page: its place in the flow's headers.
    var header: Int?
    /// Rows of one group that follow each other stay on one page if it has room for them.
    var group: Int?

    var height: Double { above + below + (cells.map(\.layout.height).max() ?? 0) }
}

/// Some lines of a row at a place on a page.
struct PlacedRow {
    var row: Row
    /// The lines of each cell.
    var ranges: [Range<Int>]
    var y, height: Double
    var isStart, isEnd: Bool
}
