import EventLoop
import HTTP

/// One request on a connection and the place for its answer.
///
/// Lives on the connection's loop.
final class HTTPExchange: Exchange, @unchecked Sendable {
    let head: RequestHead
    let peer: Peer
    private(set) var body: [UInt8] = []
    /// The connection while the answer is open; nil once it was given or the client is gone.
    private var connection: Connection?
    private let ownID: UInt64
    private let givenID: Range<Int>?

    init(head: RequestHead, peer: Peer, id: UInt64, connection: Connection) {
        self.head = head
        self.peer = peer
        self.connection = connection
        ownID = id
        givenID = head.range(of: .requestID).flatMap { range in
            let isPrintable = head.bytes[range].allSatisfy { $0 > 0x20 && $0 < 0x7F }
            return (1...64).contains(range.count) && isPrintable ? range : nil
        }
    }

    deinit {
        // Dropped without an answer: a defect of the handler that must not hold the connection.
        connection?.exchangeWasDropped()
    }

    var requestID: String {
        givenID.map { String(decoding: head.bytes[$0], as: UTF8.self) } ?? RequestIDs.text(ownID)
    }

    func readBody() async throws -> [UInt8]? {
        guard let connection else { throw ClientGone() }
        return try await connection.readContent(for: self)
    }

    func respond(_ response: Response) {
        guard let connection else { return }
        connection.answer(response, to: self)
    }

    func appendRequestID(to buffer: ByteBuffer) {
        buffer.append("X-Request-Id: ")
        if let givenID {
            buffer.append(head.bytes[givenID])
        } else {
            RequestIDs.append(ownID, to: buffer)
        }
        buffer.append("\r\n")
    }

    func setBody(_ bytes: [UInt8]) { body = bytes }

    /// Ends the exchange's part in the connection.
    func detach() { connection = nil }
}

/// Sends the pieces of a streamed answer as chunks.
///
/// Lives on the connection's loop.
final class ChunkWriter: BodyWriter, @unchecked Sendable {
    private var connection: Connection?

    init(connection: Connection) {
        self.connection = connection
    }

    func write(_ bytes: [UInt8]) async throws {
        guard let connection else { throw ClientGone() }
        try await connection.writeChunk(bytes)
    }

    /// Makes later writes throw.
    func detach() { connection = nil }
}
