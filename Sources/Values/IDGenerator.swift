/// Makes UUIDs of version 7 (RFC 9562 §5.7): ordered by time, and by creation within a millisecond.
///
/// Behind the 48-bit Unix milliseconds stand a counter of 26 bits (RFC 9562 §6.2 method 1, seeded
/// anew each millisecond with its top bit clear) and 48 bits that are random in every id. Ids are
/// unique and sortable, but never secrets.
package struct IDGenerator: Sendable {
    /// A clock that went back by at most this much is waited out in the old millisecond; one that
    /// went back further was set, and is followed at the price of order across the jump.
    private static let toleratedRegression: Int64 = 10_000
    private static let counterLimit: UInt64 = 1 << 26

    private var milliseconds: Int64 = .min
    private var counter: UInt64 = 0
    private var random = SystemRandomNumberGenerator()

    package init() {}

    /// Makes the next id.
    ///
    /// The instant is the present; before 1970 it counts as 1970.
    package mutating func next(at instant: Instant) -> ID {
        let now = max(0, instant.microseconds / 1000)
        let bits = random.next()
        if now > milliseconds || now < milliseconds - IDGenerator.toleratedRegression {
            milliseconds = now
            counter = random.next() & (IDGenerator.counterLimit / 2 - 1)
        } else {
            counter += 1
            if counter == IDGenerator.counterLimit {
                milliseconds += 1
                counter = 0
            }
        }
        let version: UInt64 = 0x7000
        let variant: UInt64 = 1 << 63
        return ID(
            high: UInt64(truncatingIfNeeded: milliseconds) &<< 16 | version | counter &>> 14,
            low: variant | (counter & 0x3fff) &<< 48 | bits & 0xffff_ffff_ffff)
    }
}
