import Foundation
import Testing

/// What docs/security.md says of the sources is what they are.
@Suite struct `The security documents` {
    private let document = Self.text("docs/security.md")

    private static func text(_ path: String) -> String {
        SourceTree.files.first { $0.path == path }?.text ?? ""
    }

    /// Lines of code, with their places, that match a pattern.
    private static func places(
        _ pattern: some RegexComponent
    ) -> [(path: String, line: Substring)] {
        SourceTree.files.filter { $0.path.hasPrefix("Sources/") && $0.path.hasSuffix(".swift") }
            .flatMap { file in
                file.code.filter { $0.firstMatch(of: pattern) != nil }.map { (file.path, $0) }
            }
    }

    @Test("SEC-96: every library that is linked is listed, with its source and time to update")
    func components() throws {
        let manifest = Self.text("Package.swift")
        let packages = Set(
            manifest.matches(of: /"([a-z0-9-]+-dev)"/).map { String($0.1) }
        ).subtracting(["libhttp-parser-dev"])
        #expect(packages.count >= 10)
        for package in packages.sorted() {
            let row = document.split(separator: "\n").first { $0.contains("`\(package)`") }
            #expect(row?.contains("Debian") == true, "\(package)")
            #expect(row?.contains(/within \d+ days/) == true, "\(package)")
        }
        // Nothing else is fetched when it is built.
        #expect(!manifest.contains(".package("))
    }

    @Test("SEC-89: connections to elsewhere begin in the files that the document names alone")
    func destinations() {
        let beginnings = Self.places(
            /OutgoingRequest\(|curl_easy_init\(|ares_query\(|PQconnect(db|Start)/)
        let inside = ["Sources/HTTPClient/", "Sources/Persistence/"]
        #expect(beginnings.count >= 5)
        for (path, line) in beginnings {
            let isNamed =
                document.contains("`\(path)`") || inside.contains { path.hasPrefix($0) }
            #expect(isNamed, "\(path): \(line)")
        }
        // Sockets of our own listen; none connects.
        let sockets = Set(Self.places(/(^|[^.\w])(socket|connect|sendto)\(/).map(\.path))
            .filter { path in !inside.contains { path.hasPrefix($0) } }
        #expect(sockets == ["Sources/HTTPServer/Server.swift"])
        for match in document.matches(of: /`(Sources\/[^`]+\.swift)`/) {
            #expect(SourceTree.exists(String(match.1)), "\(match.1)")
        }
    }

    @Test("SEC-05: no program is started, no code is loaded, no text is evaluated")
    func shells() {
        let forbidden =
            /\b(posix_spawnp?|popen|v?fork|exec[lv]p?e?|dlopen|NSExpression|JSContext)\s*\(/
        let findings =
            Self.places(forbidden)
            + Self.places(/(^|[^.\w])(system|Process)\(/).filter {
                !$0.line.contains("func system(")
            }
        #expect(findings.isEmpty, "\(findings)")
        for file in SourceTree.files where file.path.hasSuffix(".h") || file.path.hasSuffix(".c") {
            #expect(file.text.firstMatch(of: forbidden) == nil, "\(file.path)")
        }
    }
}
