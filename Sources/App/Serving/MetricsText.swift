/// Writes Prometheus' text format 0.0.4.
struct MetricsText {
    private(set) var bytes: [UInt8] = []

    /// The lines that stand before a metric's first sample.
    mutating func begin(_ name: StaticString, _ kind: StaticString, _ help: StaticString) {
        append("# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n")
    }

    mutating func sample(
        _ name: String, _ labels: [(name: StaticString, value: String)] = [], value: Int64
    ) {
        sample(name, labels, text: String(value))
    }

    mutating func sample(
        _ name: String, _ labels: [(name: StaticString, value: String)] = [], seconds: Double
    ) {
        sample(name, labels, text: String(seconds))
    }

    private mutating func sample(
        _ name: String, _ labels: [(name: StaticString, value: String)], text: String
    ) {
        append(name)
        if !labels.isEmpty {
            let pairs = labels.map { "\($0.name)=\"\(Self.escape($0.value))\"" }
            append("{" + pairs.joined(separator: ",") + "}")
        }
        append(" \(text)\n")
    }

    private mutating func append(_ text: String) { bytes += text.utf8 }

    private static func escape(_ value: String) -> String {
        var result = ""
        for character in value.unicodeScalars {
            switch character {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
