import CLinux
import Foundation
import Synchronization

/// A name server on 127.0.0.1 that knows TXT records; names it was not told of do not exist.
package final class TestNameServer: Sendable {
    package enum Reply: Sendable {
        case text([String])
        case noRecords
        case failure
        case silence
    }

    private let file: Int32
    package let port: Int
    private let replies = Mutex<[String: Reply]>([:])
    private let questions = Mutex<[String]>([])

    /// As the settings of a server name it.
    package var address: String { "127.0.0.1:\(port)" }

    package init() throws {
        let file = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        self.file = file
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(file, $0, length) == 0 && getsockname(file, $0, &length) == 0
            }
        }
        guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
        port = Int(UInt16(bigEndian: address.sin_port))
        let thread = Thread { [weak self] in
            while let (question, sender) = Self.receive(file) {
                guard let answer = self?.answer(question) else { continue }
                Self.send(answer, to: sender, file)
            }
        }
        thread.start()
    }

    deinit {
        shutdown(file, Int32(SHUT_RDWR))
        close(file)
    }

    package func set(_ name: String, _ reply: Reply?) {
        replies.withLock { $0[name.lowercased()] = reply }
    }

    /// The names that were asked for, in order.
    package var asked: [String] { questions.withLock { $0 } }

    private static func receive(_ file: Int32) -> ([UInt8], sockaddr_in)? {
        var sender = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        var bytes = [UInt8](repeating: 0, count: 1_500)
        let count = withUnsafeMutablePointer(to: &sender) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                recvfrom(file, &bytes, bytes.count, 0, $0, &length)
            }
        }
        return count > 12 ? (Array(bytes.prefix(count)), sender) : nil
    }

    private static func send(_ bytes: [UInt8], to sender: sockaddr_in, _ file: Int32) {
        var sender = sender
        withUnsafeMutablePointer(to: &sender) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = sendto(
                    file, bytes, bytes.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    /// The message that answers (RFC 1035 §4); nil for silence.
    private func answer(_ message: [UInt8]) -> [UInt8]? {
        var labels: [String] = []
        var position = 12
        while position < message.count, message[position] != 0 {
            let end = position + 1 + Int(message[position])
            guard end < message.count else { return nil }
            labels.append(String(decoding: message[position + 1..<end], as: UTF8.self))
            position = end
        }
        let question = message[12..<min(message.count, position + 5)]
        let name = labels.joined(separator: ".").lowercased()
        questions.withLock { $0.append(name) }
        var records: [String] = []
        var code: UInt8 = 0
        switch replies.withLock({ $0[name] }) {
        case nil: code = 3
        case .failure?: code = 2
        case .noRecords?: break
        case .silence?: return nil
        case .text(let texts)?: records = texts
        }
        var reply = Array(message[0..<2]) + [0x81, 0x80 | code, 0, 1, 0, UInt8(records.count)]
        reply += [0, 0, 0, 0] + question
        for record in records {
            var content: [UInt8] = []
            var rest = Array(record.utf8)[...]
            repeat {
                let part = rest.prefix(255)
                content += [UInt8(part.count)] + part
                rest = rest.dropFirst(255)
            } while !rest.isEmpty
            reply += [0xC0, 12, 0, 16, 0, 1, 0, 0, 0, 60]
            reply += [UInt8(content.count >> 8), UInt8(content.count & 0xFF)] + content
        }
        return reply
    }
}
