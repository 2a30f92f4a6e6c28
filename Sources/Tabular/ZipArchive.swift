import CZip

/// A ZIP archive opened for reading, with a bound on what is unpacked from it.
final class ZipArchive {
    private let archive: OpaquePointer
    private var open: OpaquePointer?
    private var budget: Int

    /// - Throws: ``TableFailure/brokenArchive`` or, with more than 10,000 entries, `tooLarge`.
    init(path: String, unpackedBytes: Int) throws(TableFailure) {
        var code: Int32 = 0
        guard let opened = zip_open(path, ZIP_RDONLY, &code) else {
            throw .brokenArchive
        }
        archive = opened
        budget = unpackedBytes
        if zip_get_num_entries(opened, 0) > 10_000 { throw .tooLarge }
    }

    deinit {
        if let open { zip_fclose(open) }
        zip_discard(archive)
    }

    func has(_ name: String) -> Bool { zip_name_locate(archive, name, 0) >= 0 }

    /// Makes `name` the entry that ``read(_:)`` reads.
    func select(_ name: String) throws(TableFailure) {
        if let open { zip_fclose(open) }
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
        budget -= bytes.count
        if budget < 0 { throw .tooLarge }
        return bytes
    }
}
