import CLinux

/// The `Date` field, written once a second (RFC 9110 §6.6.1).
///
/// Lives on one loop.
struct DateField {
    private var bytes: [UInt8] = []
    private var validUntil: Int64 = .min

    /// Appends `Date: …` and CR LF.
    ///
    /// `now` is the loop's monotonic time in nanoseconds.
    mutating func append(to buffer: ByteBuffer, now: Int64) {
        if now >= validUntil { refresh(now: now) }
        buffer.append(bytes)
    }

    private mutating func refresh(now: Int64) {
        let microseconds = courtyard_realtime_microseconds()
        let seconds = microseconds / 1_000_000
        validUntil = now + (1_000_000 - microseconds % 1_000_000) * 1_000
        bytes = Array("Date: \(Self.text(unixSeconds: seconds))\r\n".utf8)
    }

    /// IMF-fixdate, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func text(unixSeconds: Int64) -> String {
        let names = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        let days = Int(unixSeconds / 86_400)
        let rest = Int(unixSeconds % 86_400)
        // Days to civil date, counting from 1 March of year 0 in eras of 400 years.
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let time = "\(two(rest / 3_600)):\(two(rest / 60 % 60)):\(two(rest % 60))"
        return "\(names[days % 7]), \(two(day)) \(months[month - 1]) \(year) \(time) GMT"
    }
}

/// Request ids: 13 characters, unlike on every loop and process with high probability.
///
/// A random start and a bijective mix of a counter (the finaliser of SplitMix64): no id of one loop
/// repeats. Ids are names for logs, not secrets. They fit Swift's strings without allocation.
struct RequestIDs {
    private var counter = UInt64.random(in: .min ... .max)

    mutating func next() -> UInt64 {
        counter &+= 0x9E37_79B9_7F4A_7C15
        var mixed = counter
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    static let alphabet: StaticString = "0123456789abcdefghjkmnpqrstvwxyz"

    static func text(_ id: UInt64) -> String {
        String(unsafeUninitializedCapacity: 13) { bytes in
            for index in 0..<13 {
                bytes[index] = alphabet.utf8Start[Int(id >> UInt64(60 - index * 5) & 31)]
            }
            return 13
        }
    }

    static func append(_ id: UInt64, to buffer: ByteBuffer) {
        for index in 0..<13 {
            buffer.append(alphabet.utf8Start[Int(id >> UInt64(60 - index * 5) & 31)])
        }
    }
}
