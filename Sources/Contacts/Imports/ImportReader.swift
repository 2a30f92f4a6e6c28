import HTTP
import Tabular
import Values

/// Reads a spooled file in batches of checked rows.
///
/// Blocks; handed from one thread of the blocking pool to the next, never used by two at a time.
final class ImportReader: @unchecked Sendable {
    enum Format: String, Sendable {
        case csv
        case xlsx
    }

    private enum Source {
        case csv(CSVReader)
        case xlsx(XLSXReader)
    }

    let header: [String]
    private let source: Source
    private let columns: ImportColumns
    private let options: ImportOptions

    init(path: String, format: Format, options: ImportOptions) throws {
        switch format {
        case .csv:
            let reader = try CSVReader(path: path)
            header = reader.header
            source = .csv(reader)
        case .xlsx:
            let reader = try XLSXReader(path: path)
            header = reader.header
            source = .xlsx(reader)
        }
        self.options = options
        columns = try ImportColumns(
            header: header, mapping: options.mapping, isGuarded: format == .csv)
    }

    private func next() throws(TableFailure) -> TableRow? {
        switch source {
        case .csv(let reader): try reader.next()
        case .xlsx(let reader): try reader.next()
        }
    }

    /// Passes over rows that were imported before.
    func skip(_ count: Int) throws {
        for _ in 0..<count { _ = try next() }
    }

    /// Reads to the end.
    ///
    /// - Returns: How many data rows there are.
    func countRows() throws -> Int {
        var count = 0
        while try next() != nil { count += 1 }
        return count
    }

    /// The next rows, checked; nil at the end of the file.
    func batch(_ size: Int) throws -> ImportBatch? {
        var batch = ImportBatch()
        while batch.rowCount < size, let row = try next() {
            do throws(ContactDraft.Finding) {
                let draft = try columns.draft(row, defaultCountryCode: options.defaultCountryCode)
                batch.add(
                    ImportBatch.Row(number: row.number, draft: draft, cells: row.cells))
            } catch {
                batch.fail(row.number, error.column, error.breach.code, row.cells)
            }
        }
        return batch.rowCount == 0 ? nil : batch
    }
}
