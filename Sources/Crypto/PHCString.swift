import Values

/// `$argon2id$v=19$m=…,t=…,p=…$<salt>$<tag>`, with unpadded base 64.
struct PHCString {
    static let saltByteCount = 16
    static let tagByteCount = 32

    var parameters: Argon2id.Parameters
    var salt: [UInt8]
    var tag: [UInt8]

    init(parameters: Argon2id.Parameters, salt: [UInt8], tag: [UInt8]) {
        self.parameters = parameters
        self.salt = salt
        self.tag = tag
    }

    var text: String {
        let coding = Base64Coding.standardUnpadded
        return "$argon2id$v=19$m=\(parameters.memoryKiB),t=\(parameters.passes)"
            + ",p=\(parameters.lanes)$\(coding.encode(salt))$\(coding.encode(tag))"
    }

    /// Reads exactly what ``text`` writes; nil also for a cost beyond reason (64 MiB, 16 passes, 4
    /// lanes), so that a row that was tampered with cannot exhaust the machine.
    init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0].isEmpty, parts[1] == "argon2id", parts[2] == "v=19",
            let salt = Base64Coding.standardUnpadded.decode(parts[4].utf8),
            let tag = Base64Coding.standardUnpadded.decode(parts[5].utf8),
            salt.count == PHCString.saltByteCount, tag.count == PHCString.tagByteCount
        else { return nil }
        let costs = parts[3].split(separator: ",", omittingEmptySubsequences: false)
        guard costs.count == 3,
            costs[0].hasPrefix("m="), let memory = UInt32(costs[0].dropFirst(2)),
            costs[1].hasPrefix("t="), let passes = UInt32(costs[1].dropFirst(2)),
            costs[2].hasPrefix("p="), let lanes = UInt32(costs[2].dropFirst(2)),
            8...65_536 ~= memory, 1...16 ~= passes, 1...4 ~= lanes, memory >= 8 * lanes
        else { return nil }
        self.init(
            parameters: Argon2id.Parameters(memoryKiB: memory, passes: passes, lanes: lanes),
            salt: salt, tag: tag)
        guard self.text == text else { return nil }
    }
}
