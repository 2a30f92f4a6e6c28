/// Every limit of the server, with its number and what happens when it is reached.
///
/// Source: design §4 ("every limit has a number and an answer"). Times are checked by a sweep over
/// the connections, so that they may pass by up to one second (or a quarter of the shortest one).
package struct ServerLimits: Sendable {
    /// Bytes of a request target; more is 414.
    package var targetBytes = 8 * 1024
    /// Bytes of a request line and all fields together; more is 431.
    package var headBytes = 16 * 1024
    /// Fields of a request; more is 431.
    package var headFields = 100
    /// Bytes of all chunk extensions of one request content; more is 400.
    package var chunkExtensionBytes = 1024
    /// Bytes of all trailer fields of one request; more is 431.
    ///
    /// They are checked and discarded.
    package var trailerBytes = 4 * 1024

    /// From the first byte of a head to its last; later is 408 and close.
    package var headTimeout: Duration = .seconds(10)
    /// Without one further byte of expected content; later is 408 and close.
    package var bodyStallTimeout: Duration = .seconds(30)
    /// Bytes a second that content must reach on average once `bodyStallTimeout` has passed in
    /// waiting for it; slower is 408 and close.
    package var bodyBytesPerSecond = 512
    /// Without a request on an open connection; then it is closed without an answer.
    package var idleTimeout: Duration = .seconds(75)
    /// Without the client taking one further byte of an answer; then the connection is closed.
    package var writeStallTimeout: Duration = .seconds(30)
    /// From accepting a connection to the end of its PROXY header and TLS handshake; then closed.
    package var handshakeTimeout: Duration = .seconds(10)
    /// How long, after a closing answer, input is discarded so that the client can read the answer.
    package var lingerTimeout: Duration = .seconds(2)
    /// Bytes discarded in that time; then the connection is closed.
    package var lingerBytes = 512 * 1024

    /// Connections of the whole server; one more is answered 503 and closed.
    package var connections = 12_000
    /// Connections of one client address; one more is answered 503 and closed.
    ///
    /// Trusted proxies are exempt.
    package var connectionsPerAddress = 1_000
    /// Whether connections from this machine count towards no address (a local proxy opens many).
    package var exemptsLoopback = true
    /// Requests that one loop handles at the same time; one more is answered 503.
    package var requestsInFlightPerLoop = 4_096
    /// Requests on one connection; the answer to the last says `Connection: close`.
    package var requestsPerConnection = 100_000
    /// Unsent bytes of answers on one connection from which `BodyWriter.write` suspends and no
    /// further pipelined request is read.
    package var highWaterBytes = 256 * 1024

    package init() {}

    /// How often deadlines are looked at: each second, or more often when a time-out is short.
    var sweepInterval: Duration {
        let shortest = min(
            headTimeout, bodyStallTimeout, idleTimeout, writeStallTimeout, handshakeTimeout,
            lingerTimeout)
        return max(.milliseconds(10), min(.seconds(1), shortest / 4))
    }
}
