import HTTP
import Tabular
import Values

/// What each column of a file is.
struct ImportColumns: Sendable {
    private enum Meaning: Sendable {
        case field(ContactColumn)
        case attribute(String)
        /// Has no header, or is there to be read only.
        case ignored
    }

    private let meanings: [Meaning]
    /// Whether texts carry the `'` that an export puts before what looks like a formula.
    private let isGuarded: Bool

    /// - Throws: ``Problem`` `missing_columns`, or `validation_failed` for headers or a mapping
    ///   that do not fit.
    init(header: [String], mapping: [JSON.Member], isGuarded: Bool) throws {
        self.isGuarded = isGuarded
        var renamed: [String: String] = [:]
        for member in mapping {
            renamed[Text.trimmed(member.name).lowercased()] = member.value.stringValue
        }
        var seen: Set<String> = []
        var meanings: [Meaning] = []
        for cell in header {
            let original = Text.normalized(FormulaGuard.removed(from: cell))
            let name = renamed.removeValue(forKey: original.lowercased()) ?? original
            let meaning = Self.meaning(of: name)
            meanings.append(meaning)
            if case .ignored = meaning { continue }
            guard seen.insert(Self.identity(of: meaning)).inserted else {
                throw Problem.field("file", "duplicate_column", "Two columns are called \(name).")
            }
        }
        self.meanings = meanings
        if let unknown = renamed.keys.min() {
            throw Problem.field("mapping", "unknown_column", "The file has no column \(unknown).")
        }
        let missing = [ContactColumn.name, .phone].map(\.header).filter { !seen.contains($0) }
        guard missing.isEmpty else { throw Problem.missingColumns(missing) }
    }

    /// Checks one row of the file.
    func draft(
        _ row: TableRow, defaultCountryCode: String?
    ) throws(ContactDraft.Finding) -> ContactDraft {
        switch row.problem {
        case .tooManyCells:
            throw ContactDraft.Finding(
                column: "", breach: RuleBreach("too_many_cells", "More cells than columns."))
        case .cellTooLong:
            throw ContactDraft.Finding(
                column: "", breach: RuleBreach("too_long", "A cell is too long."))
        case nil: break
        }
        var cells: [ContactColumn: String] = [:]
        var attributes: [(key: String, text: String)] = []
        for (index, meaning) in meanings.enumerated() where index < row.count {
            let isEmpty = row.withUTF8(of: index) { $0.isEmpty }
            if isEmpty { continue }
            switch meaning {
            case .field(let column): cells[column] = text(row, index)
            case .attribute(let key): attributes.append((key, text(row, index)))
            case .ignored: break
            }
        }
        return try ContactDraft(
            cells: cells, attributes: attributes, defaultCountryCode: defaultCountryCode)
    }

    private func text(_ row: TableRow, _ column: Int) -> String {
        isGuarded ? FormulaGuard.removed(from: row[column]) : row[column]
    }

    private static func meaning(of name: String) -> Meaning {
        if name.isEmpty { return .ignored }
        guard let column = ContactColumn(header: name) else { return .attribute(name) }
        return column.isImported ? .field(column) : .ignored
    }

    private static func identity(of meaning: Meaning) -> String {
        switch meaning {
        case .field(let column): column.header
        case .attribute(let key): "attribute " + key
        case .ignored: ""
        }
    }
}
