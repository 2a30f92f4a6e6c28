import Glibc
import Synchronization

/// A time zone of the system's IANA database: what its clocks show at any instant.
///
/// Source: docs/decisions/0010-time-zones-from-tzdata.md; the file format is RFC 8536.
package final class TimeZoneInfo: Sendable {
    /// Such as `Europe/Berlin`; spelled as in the database.
    package let name: String
    private let data: TZFile

    private init(name: String, data: TZFile) {
        self.name = name
        self.data = data
    }

    /// The zone of a name that the database has; nil for every other text.
    ///
    /// Each zone is read from disk once. Names are taken in the database's spelling only: letters,
    /// digits, `_`, `+`, `-`, in parts with `/` between, so nothing can lead out of its folder.
    package static func named(_ name: String) -> TimeZoneInfo? {
        guard isWellFormed(name) else { return nil }
        if let known = cache.withLock({ $0[name] }) { return known }
        guard let bytes = contents(of: folder + "/" + name), let data = TZFile(bytes) else {
            return nil
        }
        let zone = TimeZoneInfo(name: name, data: data)
        cache.withLock { $0[name] = zone }
        return zone
    }

    /// Seconds that local time is ahead of UTC.
    package func offsetSeconds(at instant: Instant) -> Int {
        data.offsetSeconds(at: Int(instant.seconds))
    }

    /// The local date.
    package func date(at instant: Instant) -> CivilDate {
        local(instant).utcDate
    }

    /// Appends local time with its offset, such as `2026-03-01T10:15:00.000+01:00` (OV-40).
    ///
    /// Offsets that are no whole minutes, which zones had before 1972, lose their seconds.
    package func write(_ instant: Instant, to output: inout [UInt8]) {
        let minutes = offsetSeconds(at: instant) / 60
        let shifted = instant + .seconds(minutes * 60)
        shifted.withText { output.append(contentsOf: $0.dropLast()) }
        output.append(UInt8(ascii: minutes < 0 ? "-" : "+"))
        Decimal.append(abs(minutes) / 60, digits: 2, to: &output)
        output.append(UInt8(ascii: ":"))
        Decimal.append(abs(minutes) % 60, digits: 2, to: &output)
    }

    /// The same as text.
    package func text(_ instant: Instant) -> String {
        var bytes: [UInt8] = []
        write(instant, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func local(_ instant: Instant) -> Instant {
        instant + .seconds(offsetSeconds(at: instant))
    }

    private static let folder = "/usr/share/zoneinfo"
    /// Bounded by the number of files in the database, about 600.
    private static let cache = Mutex<[String: TimeZoneInfo]>([:])

    private static func isWellFormed(_ name: String) -> Bool {
        let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard 1...64 ~= name.utf8.count, parts.count <= 3 else { return false }
        // These folders repeat every zone under another name, or with leap seconds counted.
        if name.hasPrefix("posix/") || name.hasPrefix("right/") { return false }
        return parts.allSatisfy { part in
            guard let first = part.first, Base62.isDigit(first) else { return false }
            return part.allSatisfy { Base62.isDigit($0) || "_+-".utf8.contains($0) }
        }
    }

    /// A regular file of at most 64 KiB; the longest in the database has 4.
    private static func contents(of path: String) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 65_537)
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes {
                read(file, $0.baseAddress.map { $0 + count }, $0.count - count)
            }
            guard got >= 0 else { return nil }
            if got == 0 { return Array(bytes[..<count]) }
            count += got
        }
        return nil
    }
}
