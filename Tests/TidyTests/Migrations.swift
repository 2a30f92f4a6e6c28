/// The numbering of a folder of migrations: `0001_name.sql`, `0002_…`, no gap, no number twice.
enum Migrations {
    static func findings(in names: [Substring]) -> [String] {
        zip(1..., names.sorted()).compactMap { expected, name in
            guard let match = name.wholeMatch(of: /(\d{4})_[a-z0-9_]+\.sql/) else {
                return "\(name): not named NNNN_words.sql"
            }
            return Int(match.1) == expected ? nil : "\(name): number \(expected) was expected"
        }
    }
}
