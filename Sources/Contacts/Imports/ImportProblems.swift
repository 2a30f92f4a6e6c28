import HTTP
import Tabular
import Values

extension ProblemKind {
    static let missingColumns = ProblemKind(
        "missing_columns", 422, "The file lacks columns that are needed")
    static let tooManyRows = ProblemKind("too_many_rows", 422, "The file has too many rows")
    static let unreadableFile = ProblemKind("unreadable_file", 422, "The file cannot be read")
    static let storageFull = ProblemKind(
        "storage_full", 507, "There is no room for the upload at the moment")
}

extension Problem {
    /// What a caller learns when a whole file is refused.
    init(_ failure: TableFailure) {
        switch failure {
        case .tooManyRows:
            self.init(
                .tooManyRows, "A file may have \(100_000) rows below its header.",
                extra: [JSON.Member(name: "limit", value: 100_000)])
        case .empty: self = .missingColumns(["name", "phone"])
        case .brokenArchive, .notAWorkbook:
            self.init(.unsupportedMediaType, "The file is neither CSV nor an Excel workbook.")
        case .tooManyColumns: self.init(.unreadableFile, "The file has too many columns.")
        case .rowTooLong(let line):
            self.init(.unreadableFile, "The row at line \(line) is too long.")
        case .unterminatedQuote(let line):
            self.init(.unreadableFile, "A quote is not closed at line \(line).")
        case .invalidText(let line):
            self.init(.unreadableFile, "The row at line \(line) is not valid text.")
        case .tooLarge: self.init(.unreadableFile, "The workbook unpacks to too much.")
        case .invalidXML: self.init(.unreadableFile, "The workbook is damaged.")
        case .cannotRead, .cannotWrite: self.init(.internalError)
        }
    }

    static func missingColumns(_ columns: [String]) -> Problem {
        Problem(
            .missingColumns, "The first row must name the columns.",
            extra: [
                JSON.Member(name: "columns", value: .array(columns.map { .string($0) }))
            ])
    }
}
