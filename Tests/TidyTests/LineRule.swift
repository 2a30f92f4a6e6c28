import Foundation
import Testing

/// Something that no line of certain files may contain.
struct LineRule: Sendable, CustomTestStringConvertible {
    /// The rule as a sentence.
    let sentence: String
    /// Whether the rule speaks about the file at a path.
    let governs: @Sendable (_ path: String) -> Bool
    /// The lines to read: as written, or without comments and strings.
    let reading: @Sendable (SourceFile) -> [Substring]
    let offends: @Sendable (Substring) -> Bool
    /// Lines that the rule must find, and lines that it must let pass; each is a file of its own.
    let bad, good: [String]

    var testDescription: String { sentence }

    /// `path:line: text` for every offending line.
    func findings(in file: SourceFile) -> [String] {
        zip(1..., reading(file)).filter { offends($1) }
            .map { number, line in "\(file.path):\(number): \(line.trimmingPrefix { $0 == " " })" }
    }
}

extension LineRule {
    static let all = [
        width, markers, printing, unwrapping, tasks, foundation, gnuSource,
    ]

    static let width = LineRule(
        sentence: "lines have at most 100 columns",
        governs: { !$0.hasSuffix(".md") },
        reading: \.lines, offends: { $0.count > 100 },
        bad: [String(repeating: "x", count: 101)], good: [String(repeating: "é", count: 100)])

    /// The words are assembled, since this file is checked too.
    static let markers: LineRule = {
        let words = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]
        return LineRule(
            sentence: "no marker of unfinished work is left",
            governs: { _ in true },
            reading: \.lines,
            offends: { line in
                words.contains { word in
                    line.contains(word)
                        && line.split(whereSeparator: { !$0.isLetter }).contains { $0 == word }
                }
            },
            bad: words.map { "// \($0): later" } + words.map { "-- \($0)(name)" },
            good: ["mktemp -d /tmp/x." + "XX" + "XXXX", "let hacks = 1"])
    }()

    static let printing = LineRule(
        sentence: "only the commands print",
        governs: { isSwiftSource($0) && !($0.hasPrefix("Sources/App/") && $0.contains("Command")) },
        reading: \.code, offends: { $0.contains("rint(") && $0.hasMatch(/\b(debugP|p)rint\(/) },
        bad: ["print(1)", "    debugPrint(x)", "Swift.print(1)"],
        good: ["// print(1)", "fingerprint(of: x)", "\"print(1)\""])

    static let unwrapping = LineRule(
        sentence: "nothing is unwrapped, cast or tried by force outside tests",
        governs: { isSwiftSource($0) },
        reading: \.code,
        offends: { $0.contains("!") && $0.contains(/[\w)\]}>?"`]!(?!=)/) },
        bad: [
            "let a = b!", "try! f()", "x as! Int", "f()!.c", "a[0]! + 1", "var p: Int!", "\"a\"!",
        ],
        good: ["a != b", "!isOpen", "if a, !b {", "f(!a)", "a!=b", "\"now!\"", "// wow!"])

    static let tasks = LineRule(
        sentence: "tasks start and sleep on an event loop",
        governs: { isSwiftSource($0) && !$0.hasPrefix("Sources/EventLoop/") },
        reading: \.code,
        offends: {
            $0.contains("Task")
                && $0.hasMatch(/\bTask\b(<[^>]*>)?\s*([{(]|\.\s*(detached|sleep|init|immediate))/)
        },
        bad: [
            "Task { await f() }", "Task.detached { f() }", "try await Task.sleep(for: .seconds(1))",
            "Task(priority: .high) { }", "Task<Void, Never> { }", "Task.immediate { }",
        ],
        good: ["try Task.checkCancellation()", "withTaskGroup { }", "let t: Task<Void, Never>"])

    static let foundation = LineRule(
        sentence: "sources import FoundationEssentials at most",
        governs: { isSwiftSource($0) },
        reading: \.code,
        offends: {
            $0.contains("import") && $0.hasMatch(/\bimport\s+(\w+\s+)?Foundation(Net\w+|XML)?\b/)
        },
        bad: [
            "import Foundation", "@preconcurrency import Foundation", "import FoundationNetworking",
            "import struct Foundation.Data",
        ],
        good: ["import FoundationEssentials", "import struct FoundationEssentials.Data"])

    static let gnuSource = LineRule(
        sentence: "no shim defines _GNU" + "_SOURCE, which breaks debug builds",
        governs: { $0.hasPrefix("Sources/") || $0 == "Package.swift" },
        reading: \.lines,
        offends: {
            $0.contains("_GNU" + "_SOURCE")
                && ($0.contains("define") || $0.contains("-D_") || $0.contains("\"_GNU"))
        },
        bad: ["#define _GNU" + "_SOURCE", "cFlags: [\"-D_GNU" + "_SOURCE\"]"],
        good: ["// shows only under _GNU" + "_SOURCE"])

    private static func isSwiftSource(_ path: String) -> Bool {
        path.hasPrefix("Sources/") && path.hasSuffix(".swift")
    }
}

extension Substring {
    /// Whether the pattern occurs, with `\b` between a word and anything else, a full stop too.
    fileprivate func hasMatch(_ pattern: some RegexComponent) -> Bool {
        firstMatch(of: pattern.regex.wordBoundaryKind(.simple)) != nil
    }
}
