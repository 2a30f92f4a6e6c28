import CLinux
import Glibc

@testable import HTTPServer

/// A blocking TCP client that shows bytes as they are; every wait ends after a minute.
final class Client {
    struct NoConnection: Error {}

    let file: Int32
    private var pending: [UInt8] = []

    init(port: Int, receiveBufferBytes: Int32? = nil) throws {
        file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if let receiveBufferBytes {
            _ = Socket.set(file, SOL_SOCKET, SO_RCVBUF, receiveBufferBytes)
        }
        var wait = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(file, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw NoConnection() }
    }

    deinit { close(file) }

    func send(_ text: String) { send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                CLinux.send(file, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }

    /// Some bytes; empty at the end of the connection or after a silent minute.
    func receive(atMost limit: Int = 16_384) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: limit) { space, count in
            count = max(0, recv(file, space.baseAddress, limit, 0))
        }
    }

    func endSending() { shutdown(file, Int32(SHUT_WR)) }

    /// Everything until the server closes.
    func readToEnd() -> String {
        while true {
            let more = receive()
            if more.isEmpty { break }
            pending += more
        }
        defer { pending = [] }
        return String(decoding: pending, as: UTF8.self)
    }

    /// True if the server closes the connection without another byte.
    var isClosedByServer: Bool {
        var byte: UInt8 = 0
        guard pending.isEmpty else { return false }
        let count = recv(file, &byte, 1, 0)
        return count == 0 || (count < 0 && errno == ECONNRESET)
    }

    /// The next whole answer, or nil if the connection ends first.
    func readAnswer(toHead: Bool = false) -> Answer? {
        while true {
            if let (answer, count) = Answer.parse(pending, toHead: toHead) {
                pending.removeFirst(count)
                return answer
            }
            let more = receive()
            if more.isEmpty { return nil }
            pending += more
        }
    }
}

/// An answer as the client reads it.
struct Answer {
    var status: Int
    var fields: [(name: String, value: String)]
    var body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    subscript(name: String) -> String? {
        fields.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    func all(_ name: String) -> [String] {
        fields.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }

    static func parse(_ bytes: [UInt8], toHead: Bool) -> (Answer, Int)? {
        guard let headEnd = find([13, 10, 13, 10], in: bytes, from: 0) else { return nil }
        let lines = String(decoding: bytes[..<headEnd], as: UTF8.self).components("\r\n")
        let status = Int(lines[0].dropFirst(9).prefix(3)) ?? 0
        var answer = Answer(status: status, fields: [], body: [])
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            let value = parts.count > 1 ? parts[1].drop { $0 == " " } : ""
            answer.fields.append((String(parts[0]), String(value)))
        }
        var index = headEnd + 4
        if toHead || status == 100 || status == 204 || status == 304 { return (answer, index) }
        if answer["Transfer-Encoding"] == "chunked" {
            while true {
                guard let end = find([13, 10], in: bytes, from: index),
                    let size = Int(String(decoding: bytes[index..<end], as: UTF8.self), radix: 16)
                else { return nil }
                guard bytes.count >= end + 2 + size + 2 else { return nil }
                answer.body += bytes[(end + 2)..<(end + 2 + size)]
                index = end + 2 + size + 2
                if size == 0 { return (answer, index) }
            }
        }
        let length = Int(answer["Content-Length"] ?? "0") ?? 0
        guard bytes.count >= index + length else { return nil }
        answer.body = Array(bytes[index..<(index + length)])
        return (answer, index + length)
    }

    private static func find(_ needle: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard bytes.count >= needle.count, start <= bytes.count - needle.count else { return nil }
        return (start...(bytes.count - needle.count)).first { index in
            needle.indices.allSatisfy { bytes[index + $0] == needle[$0] }
        }
    }
}

extension String {
    func components(_ separator: String) -> [String] {
        var parts: [String] = []
        var present: [UInt8] = []
        let mark = Array(separator.utf8)
        for byte in utf8 {
            present.append(byte)
            if present.suffix(mark.count) == mark[...] {
                parts.append(String(decoding: present.dropLast(mark.count), as: UTF8.self))
                present = []
            }
        }
        return parts + [String(decoding: present, as: UTF8.self)]
    }
}
