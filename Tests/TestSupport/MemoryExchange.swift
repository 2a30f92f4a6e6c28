import EventLoop
import Foundation
import HTTP
import Synchronization
import Tenancy
import Values

/// A request and its answer in memory.
final class MemoryExchange: Exchange, @unchecked Sendable {
    let head: RequestHead
    let peer: Peer
    let requestID: String
    private(set) var body: [UInt8] = []
    private(set) var isAnswered = false
    private let content: [UInt8]
    private let pieceSize: Int
    private var position = 0
    private var loop: EventLoop?
    private var onAnswer: ((Answer) -> Void)?

    init(head: RequestHead, peer: Peer, content: [UInt8], pieceSize: Int) {
        self.head = head
        self.peer = peer
        self.content = content
        self.pieceSize = pieceSize
        requestID = head.string(.requestID) ?? "test-request"
    }

    /// The head as a parser would give it.
    static func head(_ method: Method, _ target: String, _ fields: [(String, String)])
        -> RequestHead
    {
        var bytes = Array("\(method.rawValue) ".utf8)
        let start = bytes.count
        bytes += target.utf8
        let end = bytes.count
        let question = bytes[start..<end].firstIndex(of: UInt8(ascii: "?"))
        bytes += " HTTP/1.1\r\n".utf8
        var parsed: [RequestHead.Field] = []
        for (name, value) in fields {
            let nameStart = Int32(bytes.count)
            bytes += name.utf8
            let nameEnd = Int32(bytes.count)
            bytes += ": ".utf8
            let valueStart = Int32(bytes.count)
            bytes += value.utf8
            let valueEnd = Int32(bytes.count)
            bytes += "\r\n".utf8
            parsed.append(
                RequestHead.Field(
                    name: nameStart..<nameEnd, value: valueStart..<valueEnd,
                    known: FieldName(rawValue: name.lowercased())))
        }
        return RequestHead(
            bytes: bytes, method: method, path: start..<(question ?? end),
            query: question.map { $0 + 1..<end }, fields: parsed)
    }

    func begin(on loop: EventLoop, policy: BodyPolicy, onAnswer: @escaping (Answer) -> Void) {
        self.loop = loop
        self.onAnswer = onAnswer
        switch policy {
        case .buffered(let limit):
            guard content.count <= limit else {
                return respond(Problem(WireFailure.contentTooLarge).response(instance: requestID))
            }
            body = content
        case .streamed: break
        case .refused(let response): respond(response)
        }
    }

    func readBody() async throws -> [UInt8]? {
        guard position < content.count else { return nil }
        let end = min(content.count, position + pieceSize)
        defer { position = end }
        return Array(content[position..<end])
    }

    func respond(_ response: Response) {
        precondition(!isAnswered, "answered twice")
        isAnswered = true
        let answer = Answer(response)
        switch response.body {
        case .none: onAnswer?(answer)
        case .bytes(let bytes): onAnswer?(answer.with(bytes))
        case .stream(let produce):
            let writer = MemoryWriter()
            let deliver = onAnswer.map(Delivery.init)
            loop?.spawn {
                do {
                    try await produce(writer)
                    deliver?.body(answer.with(writer.bytes.withLock { $0 }))
                } catch {
                    var failed = answer.with(writer.bytes.withLock { $0 })
                    failed.streamFailure = String(describing: error)
                    deliver?.body(failed)
                }
            }
        }
    }
}

private struct Delivery: @unchecked Sendable {
    let body: (Answer) -> Void
}

private final class MemoryWriter: BodyWriter {
    let bytes = Mutex<[UInt8]>([])

    func write(_ more: [UInt8]) async throws {
        bytes.withLock { $0 += more }
    }
}

/// Keeps what went wrong inside, for tests that must not cause a fault.
final class SilentObserver: RequestObserver {
    private let found = Mutex<[String]>([])
    private let all = Mutex<[RequestRecord]>([])
    var defects: [String] { found.withLock { $0 } }
    /// The newest thousand or so.
    var records: [RequestRecord] { all.withLock { $0 } }

    func finished(_ record: RequestRecord) {
        all.withLock { all in
            if all.count > 2_000 { all.removeFirst(1_000) }
            all.append(record)
        }
        guard record.isDefect else { return }
        let defect = "\(record.route ?? "-"): \(record.outcome ?? "")"
        found.withLock { $0.append(defect) }
        // A test that meets an unexpected 500 cannot tell why; its log should.
        FileHandle.standardError.write(Data("defect in \(defect)\n".utf8))
    }

    func refused(_ failure: WireFailure, status: Int) {}
}
