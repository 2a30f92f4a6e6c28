import Crypto
import Values

/// What stands in an archive: the tenant's facts, and each table with its columns, row count and
/// checksum (docs/operations.md describes the format).
package struct ArchiveManifest: Sendable, Equatable {
    /// One section of an archive.
    package struct Section: Sendable, Equatable {
        package var name: String
        package var columns: [String]
        package var rows: Int64
        /// SHA-256 of the section's bytes, hexadecimal.
        package var checksum: String
    }

    /// The version of this format.
    static let format: Int64 = 1

    package var slug: String
    package var name: String
    package var plan: String
    package var state: String
    package var limits: JSON
    package var features: [String]
    /// Checksums of the tenant migrations that made the schema, in order.
    package var migrations: [String]
    package var sections: [Section]

    /// For an operator: how much it is.
    package var summary: String {
        let tables = sections.filter { !$0.name.hasPrefix("@") }
        let rows = tables.reduce(0) { $0 + $1.rows }
        return "\(rows) rows in \(tables.count) tables, schema version \(migrations.count)"
    }

    var json: JSON {
        [
            "format": .integer(Self.format), "slug": .string(slug), "name": .string(name),
            "plan": .string(plan), "state": .string(state), "limits": limits,
            "features": .array(features.map { .string($0) }),
            "migrations": .array(migrations.map { .string($0) }),
            "sections": .array(
                sections.map { section in
                    [
                        "name": .string(section.name),
                        "columns": .array(section.columns.map { .string($0) }),
                        "rows": .integer(section.rows), "sha256": .string(section.checksum),
                    ]
                }),
        ]
    }

    init(
        slug: String, name: String, plan: String, state: String, limits: JSON, features: [String],
        migrations: [String]
    ) {
        self.slug = slug
        self.name = name
        self.plan = plan
        self.state = state
        self.limits = limits
        self.features = features
        self.migrations = migrations
        sections = []
    }

    init?(_ json: JSON) {
        guard json["format"]?.integerValue == Self.format, let slug = json["slug"]?.stringValue,
            let name = json["name"]?.stringValue, let plan = json["plan"]?.stringValue,
            let state = json["state"]?.stringValue, let limits = json["limits"],
            let features = json["features"]?.arrayValue,
            let migrations = json["migrations"]?.arrayValue,
            let sections = json["sections"]?.arrayValue
        else { return nil }
        self.init(
            slug: slug, name: name, plan: plan, state: state, limits: limits,
            features: features.compactMap(\.stringValue),
            migrations: migrations.compactMap(\.stringValue))
        for section in sections {
            guard let name = section["name"]?.stringValue,
                let columns = section["columns"]?.arrayValue,
                let rows = section["rows"]?.integerValue,
                let checksum = section["sha256"]?.stringValue
            else { return nil }
            self.sections.append(
                Section(
                    name: name, columns: columns.compactMap(\.stringValue), rows: rows,
                    checksum: checksum))
        }
    }
}
