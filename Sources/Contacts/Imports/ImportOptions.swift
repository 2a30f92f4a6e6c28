import HTTP
import Values

/// How a file is to be imported (MS-21…MS-24); the upload's fields beside the file.
struct ImportOptions: Input, Equatable {
    enum Duplicates: String, CaseIterable, Sendable {
        case skip
        case update
    }

    /// Column names by header of the file, as the caller wrote both.
    var mapping: [JSON.Member] = []
    /// A calling code such as `+49`, for phones without `+`.
    var defaultCountryCode: String?
    var onDuplicate = Duplicates.skip
    var createsGroups = false

    init(_ fields: FieldReader) {
        let given = fields.optional("mapping", .any(.map(of: .string()))) ?? .object([])
        if case .object(let members) = given,
            members.allSatisfy({ $0.value.stringValue.map { !Text.trimmed($0).isEmpty } ?? false }),
            members.count <= 1_000
        {
            mapping = members
        } else {
            fields.report(
                "mapping", "invalid_format", "An object of column names by header of the file.")
        }
        if let text = fields.optional("default_country_code", .text(1...8)) {
            do throws(RuleBreach) {
                defaultCountryCode = try ContactRules.countryCode(text)
            } catch {
                fields.report("default_country_code", "invalid_country_code", error.detail)
            }
        }
        let choices = Duplicates.allCases.map(\.rawValue)
        onDuplicate =
            fields.optional("on_duplicate", .choice(choices)).flatMap(Duplicates.init) ?? .skip
        createsGroups = fields.optional("create_groups", .bool) ?? false
    }

    /// Reads what ``json`` wrote into the import's row.
    init(_ json: JSON) {
        mapping = json["mapping"]?.objectValue ?? []
        defaultCountryCode = json["default_country_code"]?.stringValue
        onDuplicate = json["on_duplicate"]?.stringValue.flatMap(Duplicates.init) ?? .skip
        createsGroups = json["create_groups"]?.boolValue ?? false
    }

    var json: JSON {
        [
            "mapping": .object(mapping),
            "default_country_code": defaultCountryCode.map { .string($0) } ?? .null,
            "on_duplicate": .string(onDuplicate.rawValue), "create_groups": .bool(createsGroups),
        ]
    }

    /// The fields of a form as the JSON object they stand for.
    ///
    /// - Throws: ``Problem`` `malformed_request` for a mapping that is no JSON.
    static func read(_ form: [(name: String, text: String)]) throws -> ImportOptions {
        var members: [JSON.Member] = []
        for (name, text) in form {
            let value: JSON
            switch name {
            case "mapping":
                guard let parsed = try? JSON.parse(Array(text.utf8)) else {
                    throw Problem(.malformedRequest, "The field mapping is not JSON.")
                }
                value = parsed
            case "create_groups" where text == "true" || text == "false":
                value = .bool(text == "true")
            // An empty field of a form is one that was left empty.
            case "default_country_code" where text.isEmpty: continue
            default: value = .string(text)
            }
            members.append(JSON.Member(name: name, value: value))
        }
        return try FieldReader.read(ImportOptions.self, from: JSON.object(members).serialized)
    }

    /// The upload as the API description shows it.
    static var formSchema: Schema {
        var members = FieldReader.describe(ImportOptions.self).json.objectValue ?? []
        for index in members.indices where members[index].name == "properties" {
            let fields = members[index].value.objectValue ?? []
            members[index].value = .object(
                [
                    JSON.Member(
                        name: "file",
                        value: [
                            "type": "string", "format": "binary",
                            "description": "CSV or .xlsx, at most 20 MiB and 100,000 rows",
                        ])
                ] + fields)
        }
        members.append(JSON.Member(name: "required", value: ["file"]))
        return Schema(json: .object(members))
    }
}
