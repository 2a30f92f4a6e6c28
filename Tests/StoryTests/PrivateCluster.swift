import Foundation
import TestSupport

/// A PostgreSQL cluster that a test may stop, freeze and restart without harming other tests.
final class PrivateCluster: Sendable {
    let folder: String
    let ownerURL: String
    let superuserURL: String

    init() throws {
        folder = NSTemporaryDirectory() + "courtyard-fault-" + UUID().uuidString.prefix(8)
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o711])
        ownerURL = try Shell.check("scripts/cluster", ["start", folder, "test"])
            .trimmingCharacters(in: .whitespacesAndNewlines)
        superuserURL = try Shell.check("scripts/cluster", ["superuser-url", folder])
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    deinit {
        try? resume()
        _ = try? Shell.run("scripts/cluster", ["stop", folder, "immediate"])
        try? FileManager.default.removeItem(atPath: folder)
    }

    var database: StoryDatabase {
        StoryDatabase(name: "courtyard", ownerURL: ownerURL, superuserURL: superuserURL)
    }

    func stop() throws { try Shell.check("scripts/cluster", ["stop", folder, "immediate"]) }
    func start() throws { try Shell.check("scripts/cluster", ["start", folder, "test"]) }

    /// Stops the scheduling of every process of the cluster: connections stay, nothing answers.
    func freeze() throws { try signal("STOP") }
    func resume() throws { try signal("CONT") }

    private func signal(_ name: String) throws {
        let file = folder + "/pgdata/postmaster.pid"
        let lines = try Shell.check("cat", [file]).split(separator: "\n")
        guard let postmaster = lines.first else { return }
        let children = try Shell.run("pgrep", ["-P", String(postmaster)]).text
            .split(separator: "\n").map { String($0) }
        try Shell.check("kill", ["-\(name)", String(postmaster)] + children)
    }
}
