import Values

/// The fixed columns of a contact file, in the order in which an export writes them (MS-28).
///
/// Every other column of a file is an attribute; its header is the key, letter case included.
enum ContactColumn: String, CaseIterable, Sendable {
    case name
    case phone
    case email
    case countryCode = "country_code"
    case isoCode = "iso_code"
    case language
    case tags
    case groups
    case optedOut = "opted_out"
    case createdAt = "created_at"

    /// The column of a header, in any letter case (MS-21); nil for an attribute.
    init?(header: String) {
        self.init(rawValue: Text.trimmed(header).lowercased())
    }

    var header: String { rawValue }

    /// Whether an import takes values from it.
    ///
    /// `opted_out` and `created_at` are there to be read by people. An old file must not subscribe
    /// somebody again who has opted out since (MS-09), and history is not imported.
    var isImported: Bool {
        switch self {
        case .optedOut, .createdAt: false
        default: true
        }
    }
}
