import CZlib
import HTTP

/// Compression of whole answers (RFC 1952).
enum Gzip {
    /// Answers of fewer bytes are not worth compressing.
    static let smallestBytes = 1_024

    /// Whether `Accept-Encoding` allows gzip (RFC 9110 §12.5.3); absent means no.
    static func isAccepted(by head: RequestHead) -> Bool {
        guard let range = head.range(of: .acceptEncoding) else { return false }
        var named: Bool?
        var any = false
        for item in head.bytes[range].split(separator: 0x2C) {
            let parts = item.split(separator: 0x3B, maxSplits: 1)
            guard let first = parts.first else { continue }
            let coding = String(decoding: first, as: UTF8.self).lowercased()
                .filter { $0 != " " && $0 != "\t" }
            let weight = parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : "q=1"
            let isWanted = weight.contains { $0 >= "1" && $0 <= "9" }
            if coding == "gzip" { named = isWanted }
            if coding == "*" { any = isWanted }
        }
        return named ?? any
    }

    /// The compressed form of `bytes`, or nil if it would not be shorter.
    static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        guard courtyard_deflate_init_gzip(&stream, 5) == Z_OK else { return nil }
        defer { deflateEnd(&stream) }
        var input = bytes
        var isComplete = false
        let output = [UInt8](unsafeUninitializedCapacity: bytes.count) { space, count in
            input.withUnsafeMutableBufferPointer { input in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(clamping: input.count)
                stream.next_out = space.baseAddress
                stream.avail_out = UInt32(clamping: space.count)
                isComplete = deflate(&stream, Z_FINISH) == Z_STREAM_END
            }
            count = Int(stream.total_out)
        }
        return isComplete ? output : nil
    }
}
