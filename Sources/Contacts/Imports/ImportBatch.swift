import Values

/// Some rows of a file, as far as they can be judged without the database.
struct ImportBatch: Sendable {
    struct Row: Sendable {
        var number: Int
        var draft: ContactDraft
        /// As they stood in the file, for the errors file.
        var cells: [String]
        /// How many later rows of the batch had the same phone.
        var duplicates = 0
    }

    struct Failure: Sendable {
        var number: Int
        var column: String
        var code: String
        var cells: [String]
    }

    private(set) var rows: [Row] = []
    private(set) var failures: [Failure] = []

    var rowCount: Int { rows.count + failures.count }

    mutating func add(_ row: Row) { rows.append(row) }

    mutating func fail(_ number: Int, _ column: String, _ code: String, _ cells: [String]) {
        failures.append(Failure(number: number, column: column, code: code, cells: cells))
    }

    /// Sets aside the rows that name a group for which `isKnown` is false.
    ///
    /// - Returns: The rows that stay, and all failures.
    func separated(
        unless isKnown: (_ group: String) -> Bool, code: String
    ) -> (rows: [Row], failures: [Failure]) {
        var kept: [Row] = []
        var failed = failures
        for row in rows {
            if row.draft.groups.allSatisfy(isKnown) {
                kept.append(row)
            } else {
                failed.append(
                    Failure(
                        number: row.number, column: ContactColumn.groups.header, code: code,
                        cells: row.cells))
            }
        }
        return (kept, failed)
    }

    var groupNames: [String] { Set(rows.flatMap(\.draft.groups)).sorted() }

    /// One row for each phone: later ones count as duplicates of the first, and update it if they
    /// may (MS-23).
    static func merged(_ rows: [Row], updates: Bool) -> [Row] {
        var merged: [Row] = []
        var places: [String: Int] = [:]
        for row in rows {
            guard let place = places[row.draft.phone] else {
                places[row.draft.phone] = merged.count
                merged.append(row)
                continue
            }
            merged[place].duplicates += 1
            if updates { merged[place].draft.update(with: row.draft) }
        }
        return merged
    }
}

extension ContactDraft {
    /// Takes over what a later row gives: cells that are not empty win (MS-23); groups add up.
    mutating func update(with later: ContactDraft) {
        name = later.name
        email = later.email ?? email
        countryCode = later.countryCode ?? countryCode
        isoCode = later.isoCode ?? isoCode
        language = later.language ?? language
        if !later.tags.isEmpty { tags = later.tags }
        groups += later.groups.filter { !groups.contains($0) }
        for member in later.attributes {
            if let place = attributes.firstIndex(where: { $0.name == member.name }) {
                attributes[place].value = member.value
            } else {
                attributes.append(member)
            }
        }
    }
}
