import Glibc

/// A file without a name: it is gone when this value is, or when the process is, however it ends.
///
/// Its methods block; call them on the blocking pool, one at a time.
final class SpoolFile: Sendable {
    /// The operating system refused; `errno` in `code`.
    struct Failure: Error {
        let code: Int32

        /// The disk, or the quota on it, is full.
        var isFull: Bool { code == ENOSPC || code == EDQUOT || code == EFBIG }
    }

    private let file: Int32

    /// Makes the file in `folder`; `name` is unique for the moment that it is visible.
    init(folder: String, name: String) throws(Failure) {
        let path = folder + "/" + name
        file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw Failure(code: errno) }
        unlink(path)
    }

    deinit { close(file) }

    /// Opens the file anew, as often as wanted, while this value lives.
    var path: String { "/proc/self/fd/\(file)" }

    func append(_ bytes: [UInt8]) throws(Failure) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                write(file, buffer.baseAddress?.advanced(by: written), buffer.count - written)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw Failure(code: errno)
            }
            written += count
        }
    }

    /// Up to `count` bytes from `offset`; fewer only at the end.
    func read(at offset: Int, count: Int) throws(Failure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                pread(
                    file, buffer.baseAddress?.advanced(by: filled), count - filled, offset + filled)
            }
            if got < 0 {
                if errno == EINTR { continue }
                throw Failure(code: errno)
            }
            if got == 0 { break }
            filled += got
        }
        bytes.removeLast(count - filled)
        return bytes
    }
}
