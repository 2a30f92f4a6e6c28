import Glibc

/// The bytes of a text file as UTF-8, read piece by piece; owns the open file.
final class TextSource {
    private enum Encoding { case utf8, utf16LittleEndian, utf16BigEndian }

    private let file: Int32
    private let chunkBytes: Int
    private var encoding = Encoding.utf8
    private var started = false
    private var oddByte: UInt8?
    private var highSurrogate: UInt32?
    private(set) var isAtEnd = false
    /// UTF-8 text not yet consumed is `buffer[start...]`.
    private(set) var buffer: [UInt8] = []
    private(set) var start = 0
    /// UTF-8 bytes consumed so far, a byte order mark apart.
    private(set) var consumed = 0

    init(path: String, chunkBytes: Int) throws(TableFailure) {
        file = open(path, O_RDONLY | O_CLOEXEC)
        self.chunkBytes = chunkBytes
        if file < 0 { throw .cannotRead(errno) }
    }

    deinit { if file >= 0 { close(file) } }

    func consume(_ count: Int) {
        start += count
        consumed += count
    }

    /// Reads on until what is pending has doubled, so that scanning it again stays linear.
    func fill() throws(TableFailure) {
        if start > 0 {
            buffer.removeFirst(start)
            start = 0
        }
        let wanted = buffer.count * 2 + 1
        while buffer.count < wanted, !isAtEnd { try readChunk() }
    }

    /// Moves on to a place in the text, by seeking where the encoding allows it.
    func skip(to offset: Int) throws(TableFailure) {
        if consumed + buffer.count - start < offset, encoding == .utf8 {
            let ahead = off_t(offset - consumed - (buffer.count - start))
            if lseek(file, ahead, SEEK_CUR) < 0 { throw .cannotRead(errno) }
            buffer.removeAll(keepingCapacity: true)
            (start, consumed) = (0, offset)
            return
        }
        while consumed < offset {
            if start == buffer.count {
                if isAtEnd { return }
                try fill()
            }
            consume(min(offset - consumed, buffer.count - start))
        }
    }

    private func readChunk() throws(TableFailure) {
        let piece = try readBytes(started ? chunkBytes : max(chunkBytes, 3))
        if started { return take(piece[...]) }
        started = true
        if piece.starts(with: [0xEF, 0xBB, 0xBF]) { return take(piece[3...]) }
        if piece.starts(with: [0xFF, 0xFE]) { encoding = .utf16LittleEndian }
        if piece.starts(with: [0xFE, 0xFF]) { encoding = .utf16BigEndian }
        take(encoding == .utf8 ? piece[...] : piece[2...])
    }

    private func readBytes(_ wanted: Int) throws(TableFailure) -> [UInt8] {
        var failure: Int32 = 0
        let piece = [UInt8](unsafeUninitializedCapacity: wanted) { memory, count in
            while count < wanted {
                let got = read(file, memory.baseAddress.map { $0 + count }, wanted - count)
                if got > 0 { count += got; continue }
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = errno }
                break
            }
        }
        if failure != 0 { throw .cannotRead(failure) }
        if piece.count < wanted { isAtEnd = true }
        return piece
    }

    private func take(_ piece: ArraySlice<UInt8>) {
        if encoding == .utf8 {
            buffer.append(contentsOf: piece)
            return
        }
        for byte in piece {
            guard let first = oddByte else {
                oddByte = byte
                continue
            }
            oddByte = nil
            let little = encoding == .utf16LittleEndian
            append(unit: UInt32(little ? byte : first) << 8 | UInt32(little ? first : byte))
        }
        if isAtEnd, oddByte != nil || highSurrogate != nil { buffer.append(0xFF) }
    }

    /// Writes half a character as a byte that UTF-8 never has; the row check then names its line.
    private func append(unit: UInt32) {
        if let high = highSurrogate {
            highSurrogate = nil
            if (0xDC00...0xDFFF).contains(unit) {
                return append(scalar: 0x10000 + (high - 0xD800) << 10 + (unit - 0xDC00))
            }
            buffer.append(0xFF)
        }
        if (0xD800...0xDBFF).contains(unit) { highSurrogate = unit } else { append(scalar: unit) }
    }

    private func append(scalar: UInt32) {
        guard let scalar = Unicode.Scalar(scalar) else { return buffer.append(0xFF) }
        buffer.append(contentsOf: UTF8.encode(scalar) ?? .init())
    }
}
