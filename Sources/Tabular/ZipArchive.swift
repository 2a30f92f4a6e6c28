import CZip
import Glibc

/// A ZIP archive opened for reading, with a bound on what is unpacked from it.
final class ZipArchive {
    private let archive: OpaquePointer
    private var open: OpaquePointer?
    private var budget: Int

    /// - Throws: ``TableFailure/brokenArchive`` or, with more than 10,000 entries, `tooLarge`.
    init(path: String, limits: TableLimits) throws(TableFailure) {
        var code: Int32 = 0
        guard let opened = zip_open(path, ZIP_RDONLY, &code) else {
            throw .brokenArchive
        }
        archive = opened
        budget = Self.budget(path: path, limits: limits)
        if zip_get_num_entries(opened, 0) > 10_000 { throw .tooLarge }
    }

    deinit {
        if let open { zip_fclose(open) }
        zip_discard(archive)
    }

    /// What may be unpacked of a file of this size: bombs are told by their ratio, since no table
    /// packs as well as they do, and entries that share their packed bytes count together.
    private static func budget(path: String, limits: TableLimits) -> Int {
        var info = Glibc.stat()
        guard stat(path, &info) == 0 else { return 0 }
        let scaled = Int(info.st_size).multipliedReportingOverflow(by: limits.unpackedRatio)
        if scaled.overflow { return limits.unpackedBytes }
        return min(limits.unpackedBytes, max(scaled.partialValue, 1_024 * 1_024))
    }

    func has(_ name: String) -> Bool { zip_name_locate(archive, name, 0) >= 0 }

    /// Makes `name` the entry that ``read(_:)`` reads.
    func select(_ name: String) throws(TableFailure) {
        if let open { zip_fclose(open) }
        open = nil
        var stat = zip_stat_t()
        guard zip_stat(archive, name, 0, &stat) == 0, stat.valid & UInt64(ZIP_STAT_SIZE) != 0
        else { throw .brokenArchive }
        if stat.size > UInt64(max(0, budget)) { throw .tooLarge }
        open = zip_fopen(archive, name, 0)
        if open == nil { throw .brokenArchive }
    }

    /// The next bytes of the selected entry; empty at its end, where the checksum is verified.
    func read(_ count: Int) throws(TableFailure) -> [UInt8] {
        guard let open else { return [] }
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { memory, filled in
            guard let base = memory.baseAddress else { return }
            let got = zip_fread(open, base, UInt64(count))
            failed = got < 0
            filled = max(0, Int(got))
        }
        if failed { throw .brokenArchive }
        // What the directory says about sizes may be a lie, so what comes out counts as well.
        budget -= bytes.count
        if budget < 0 { throw .tooLarge }
        return bytes
    }
}
