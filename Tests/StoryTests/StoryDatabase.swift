import Foundation
import Synchronization
import TestSupport

/// An empty, prepared database of its own on the test cluster, as an operator would make it.
struct StoryDatabase: Sendable {
    let name: String
    let ownerURL: String
    let superuserURL: String

    private static let preparing = Mutex(())

    init(name: String, ownerURL: String, superuserURL: String) {
        self.name = name
        self.ownerURL = ownerURL
        self.superuserURL = superuserURL
    }

    init() throws {
        guard let superuser = TestEnvironment["COURTYARD_TEST_SUPERUSER_URL"],
            var owner = TestEnvironment["COURTYARD_TEST_DATABASE_URL"]
        else {
            throw Shell.Failure(description: "Run the tests through scripts/test.")
        }
        let name = "story_" + UUID().uuidString.lowercased().prefix(8)
        // All of them alter the one role of the owner.
        _ = try Self.preparing.withLock { _ in
            try Shell.check(
                "psql",
                [
                    "-X", "-v", "owner=courtyard_owner", "-v", "database=\(name)", "-d", superuser,
                    "-f",
                    "sql/cluster/prepare.sql",
                ])
        }
        self.name = name
        let slash = owner.lastIndex(of: "/") ?? owner.endIndex
        owner = owner[..<slash] + "/" + name
        ownerURL = owner
        let end = superuser.lastIndex(of: "/") ?? superuser.endIndex
        superuserURL = superuser[..<end] + "/" + name
    }

    /// Runs one statement as the superuser and returns its rows, tab-separated.
    @discardableResult
    func sql(_ text: String) throws -> String {
        try Shell.check("psql", ["-X", "-A", "-t", "-q", "-d", superuserURL, "-c", text])
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
