import CLinux
import HTTPServer

/// Takes settings from the environment and gathers what is wrong with them.
struct EnvironmentReader {
    private let values: [String: String]
    private var known: Set<String> = []
    /// The variables that were asked for so far.
    var names: Set<String> { known }
    var mistakes: [String] = []

    init(_ environment: [String: String]) {
        values = environment.filter { $0.key.hasPrefix("COURTYARD_") && !$0.value.isEmpty }
    }

    mutating func text(_ name: String) -> String? {
        known.insert(name)
        return values[name]
    }

    mutating func bool(_ name: String) -> Bool? {
        guard let value = text(name) else { return nil }
        switch value.lowercased() {
        case "1", "true", "yes", "on": return true
        case "0", "false", "no", "off": return false
        default:
            mistakes.append("\(name) is “\(value)”, but must be true or false.")
            return nil
        }
    }

    mutating func integer(_ name: String, _ range: ClosedRange<Int64>) -> Int64? {
        guard let value = text(name) else { return nil }
        guard let number = Int64(value), range.contains(number) else {
            mistakes.append(
                "\(name) is “\(value)”, but must be a whole number from \(range.lowerBound) to "
                    + "\(range.upperBound).")
            return nil
        }
        return number
    }

    mutating func list(_ name: String) -> [String] {
        guard let value = text(name) else { return [] }
        return value.split { $0 == "," || $0 == " " }.map { String($0) }
    }

    mutating func ranges(_ name: String) -> [AddressRange] {
        list(name).compactMap { text in
            if let range = AddressRange(text) { return range }
            mistakes.append("\(name) holds “\(text)”, which is no address or CIDR range.")
            return nil
        }
    }

    /// `host:port`, `[v6]:port`.
    mutating func address(_ text: String, _ name: String) -> (String, Int)? {
        guard let colon = text.lastIndex(of: ":"),
            let port = Int(text[text.index(after: colon)...]), (0...65_535).contains(port)
        else {
            mistakes.append("\(name) is “\(text)”, but must look like 127.0.0.1:8080.")
            return nil
        }
        let host = text[..<colon].drop { $0 == "[" }.prefix { $0 != "]" }
        return (String(host), port)
    }

    /// A misspelt variable would otherwise be a setting that silently does nothing.
    mutating func reportUnknown() {
        // Variables of the scripts around the server.
        let foreign: Set<String> = ["COURTYARD_DATA", "COURTYARD_PORT"]
        for name in values.keys.sorted()
        where !known.contains(name) && !foreign.contains(name) && !name.hasPrefix("COURTYARD_TEST_")
        {
            mistakes.append("\(name) is not a setting of Courtyard; is it misspelt?")
        }
    }
}

/// The environment of this process.
package enum ProcessEnvironment {
    package static var all: [String: String] {
        var result: [String: String] = [:]
        var entry = courtyard_environment()
        while let text = entry?.pointee {
            let pair = String(cString: text).split(separator: "=", maxSplits: 1)
            if pair.count == 2 { result[String(pair[0])] = String(pair[1]) }
            entry = entry?.advanced(by: 1)
        }
        return result
    }

    /// The folder `sql` beside the binary, or, in a checkout, above `.build`.
    package static var defaultSQLFolder: String {
        var buffer = [CChar](repeating: 0, count: 4_096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        guard count > 0 else { return "sql" }
        var folder = String(
            decoding: buffer[0..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        while let slash = folder.lastIndex(of: "/"), !folder.isEmpty {
            folder = String(folder[..<slash])
            if access(folder + "/sql/platform", R_OK) == 0 { return folder + "/sql" }
        }
        return "sql"
    }
}
