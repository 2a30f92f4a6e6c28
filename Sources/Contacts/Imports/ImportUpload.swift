import EventLoop
import HTTP
import Jobs
import Persistence
import Tabular
import Tenancy
import Values

/// Takes an uploaded file in: spools it to disk, checks it as a whole, stores it in pieces, and
/// queues the import, the last two in one transaction (MS-20, MS-263…MS-265).
struct ImportUpload {
    static let fileLimit = 20 * 1_024 * 1_024
    /// The form's other fields and its boundaries.
    static let formLimit = 64 * 1_024
    static let bodyLimit = fileLimit + 2 * formLimit
    private static let pieceBytes = 512 * 1_024
    private static let patience = Duration.seconds(10)

    private let context: TenantContext
    private let spool: SpoolFile
    private var size = 0
    private var fileName: String?
    private var form: [(name: String, text: String)] = []

    static func perform(_ context: TenantContext) async throws -> Response {
        do {
            let folder = context.services.settings.spoolFolder
            let name = "courtyard-import-\(context.newID())"
            let spool = try await context.services.blocking.run(startingWithin: patience) {
                try SpoolFile(folder: folder, name: name)
            }
            var upload = ImportUpload(context: context, spool: spool)
            try await upload.receive()
            return try await upload.accept()
        } catch let failure as SpoolFile.Failure {
            throw Problem(failure.isFull ? .storageFull : .internalError, retryAfterSeconds: 60)
        } catch let failure as TableFailure {
            throw Problem(failure)
        }
    }

    private init(context: TenantContext, spool: SpoolFile) {
        self.context = context
        self.spool = spool
    }

    // MARK: Receiving

    private mutating func receive() async throws {
        let exchange = context.call.exchange
        let reader = try MultipartReader(
            contentType: exchange.head.string(.contentType) ?? "",
            source: { try await exchange.readBody() })
        while let part = try await reader.nextPart() {
            if part.name == "file" {
                guard fileName == nil else { throw Problem.field("file", "repeated_field") }
                fileName = Self.displayName(part.fileName)
                try await receiveFile(reader)
            } else {
                guard !form.contains(where: { $0.name == part.name }) else {
                    throw Problem.field(part.name, "repeated_field", "This field was sent twice.")
                }
                form.append((part.name, try await reader.readText(limit: Self.formLimit)))
            }
        }
    }

    private mutating func receiveFile(_ reader: MultipartReader) async throws {
        var pending: [UInt8] = []
        while let piece = try await reader.readPiece() {
            size += piece.count
            guard size <= Self.fileLimit else {
                throw Problem(.payloadTooLarge, "A file may have 20 MiB.")
            }
            pending += piece
            if pending.count >= 256 * 1_024 {
                try await append(pending)
                pending.removeAll(keepingCapacity: true)
            }
        }
        try await append(pending)
    }

    private func append(_ bytes: [UInt8]) async throws {
        try await context.services.blocking.run(startingWithin: Self.patience) { [spool] in
            try spool.append(bytes)
        }
    }

    /// What the file is called in lists: never a path, never long.
    private static func displayName(_ given: String?) -> String {
        let last = given?.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? ""
        let name = String(
            String.UnicodeScalarView(Text.normalized(last).unicodeScalars.prefix(255)))
        return name.isEmpty || !Text.isSingleLine(name) ? "contacts" : name
    }

    // MARK: Accepting

    private func accept() async throws -> Response {
        let options = try ImportOptions.read(form)
        guard let fileName else { throw Problem.field("file", "required", "Send the file.") }
        if options.createsGroups, !context.holds(.groupWrite) {
            throw Problem(
                .permissionDenied, "Creating groups needs the permission for it.",
                extra: [
                    JSON.Member(
                        name: "required_permission", value: .string(Permission.groupWrite.rawValue))
                ])
        }
        let inspection = try await inspect(options)
        return try await store(fileName, options, inspection)
    }

    private struct Inspection: Sendable {
        var format: ImportReader.Format
        var header: [String]
        var rows: Int
    }

    /// Reads the whole file once, so that a file which cannot be imported to its end is refused
    /// while its sender is there to hear it.
    private func inspect(_ options: ImportOptions) async throws -> Inspection {
        try await context.services.blocking.run(startingWithin: Self.patience) { [spool] in
            let format: ImportReader.Format
            switch TableFormat.detect(firstBytes: try spool.read(at: 0, count: 4_096)) {
            case .csv: format = .csv
            case .xlsx: format = .xlsx
            case .unsupported:
                throw Problem(
                    .unsupportedMediaType, "The file is neither CSV nor an Excel workbook.")
            }
            let reader = try ImportReader(path: spool.path, format: format, options: options)
            return Inspection(
                format: format, header: reader.header, rows: try reader.countRows())
        }
    }

    private func store(
        _ fileName: String, _ options: ImportOptions, _ inspection: Inspection
    ) async throws -> Response {
        let id = context.newID()
        var stored = options.json.objectValue ?? []
        stored.append(
            JSON.Member(name: "header", value: .array(inspection.header.map { .string($0) })))
        let row: SQL = """
            INSERT INTO tenant.contact_imports AS i (id, state, file_name, format, size_bytes,
                options, total, created_by_kind, created_by, created_at)
            VALUES (\(id), 'queued', \(fileName), \(inspection.format.rawValue), \(size),
                \(JSON.object(stored)), \(inspection.rows), \(context.principal.kind.rawValue),
                \(context.principal.id), \(context.now))
            RETURNING \(ContactImport.resource.columns)
            """
        return try await context.transaction { transaction in
            let inserted = try await transaction.run(row)
            var offset = 0
            while offset < size {
                let bytes = try await context.services.blocking.run(
                    startingWithin: Self.patience
                ) { [spool, offset] in
                    try spool.read(at: offset, count: Self.pieceBytes)
                }
                try await transaction.run(
                    """
                    INSERT INTO tenant.contact_import_pieces (import_id, position, content)
                    VALUES (\(id), \(offset / Self.pieceBytes), \(bytes: bytes))
                    """)
                offset += Self.pieceBytes
            }
            try await transaction.run(
                ImportJob.kind.enqueue(
                    ["import": .string(id.description)], in: context, key: id.description))
            transaction.audit(
                AuditNote(
                    "contact_import", id,
                    ["file_name": .string(fileName), "rows": .integer(Int64(inspection.rows))]))
            return ContactImport.resource.response(inserted[0], status: .accepted)
        }
    }
}
