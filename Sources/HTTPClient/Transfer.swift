import CCurl
import CLinux

/// One exchange with a server: a libcurl handle and everything that libcurl points to meanwhile.
final class Transfer: @unchecked Sendable {
    // Unchecked: lives on the event loop of its CurlMulti.

    let easy: UnsafeMutableRawPointer?
    /// True when an option was refused; the transfer then fails at its start.
    private(set) var isBroken = false
    private(set) var statusCode = 0
    private(set) var fields: [(name: String, value: String)] = []
    private(set) var received: [UInt8] = []
    /// More came than was allowed.
    private(set) var isTooLarge = false
    /// An address was refused when it was about to be connected to.
    private(set) var isRefused = false
    /// Bytes to send that are pulled (SMTP); HTTP bodies are copied by libcurl.
    private let upload: [UInt8]
    private var uploaded = 0
    private let receiveLimit: Int
    private var fieldBytes = 0
    private var hasContent = false
    private let policy: AddressPolicy
    private var lists: [UnsafeMutablePointer<curl_slist>] = []

    var isUploadComplete: Bool { uploaded == upload.count }

    /// libcurl's connections know only one trust store each, so it is said for every transfer.
    init(
        url: String, protocols: String, timeouts: (connect: Duration, total: Duration),
        caFile: String?, policy: AddressPolicy, receiveLimit: Int, upload: [UInt8] = []
    ) {
        easy = curl_easy_init()
        (self.policy, self.receiveLimit, self.upload) = (policy, receiveLimit, upload)
        set(CURLOPT_URL, url)
        set(CURLOPT_PROTOCOLS_STR, protocols)
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_NOSIGNAL, 1)
        // Neither a proxy of the environment nor ~/.netrc may redirect or add anything.
        set(CURLOPT_PROXY, "")
        set(CURLOPT_NETRC, 0)
        set(CURLOPT_CONNECTTIMEOUT_MS, max(1, timeouts.connect.wholeMilliseconds))
        set(CURLOPT_TIMEOUT_MS, max(1, timeouts.total.wholeMilliseconds))
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        set(CURLOPT_SSLVERSION, 6)  // CURL_SSLVERSION_TLSv1_2: that or later.
        if let caFile { set(CURLOPT_CAINFO, caFile) }
        setCallbacks()
    }

    deinit {
        if let easy { curl_easy_cleanup(easy) }
        for list in lists { curl_slist_free_all(list) }
    }

    // MARK: Options

    func set(_ option: CURLoption, _ value: Int) {
        check(courtyard_curl_set_long(easy, option, value))
    }

    func set(_ option: CURLoption, _ value: String) {
        check(courtyard_curl_set_string(easy, option, value))
    }

    func set(_ option: CURLoption, _ values: [String]) {
        var list: UnsafeMutablePointer<curl_slist>?
        for value in values {
            guard let longer = curl_slist_append(list, value) else { return isBroken = true }
            list = longer
        }
        guard let list else { return }
        lists.append(list)
        check(courtyard_curl_set_pointer(easy, option, list))
    }

    /// A body of known length; libcurl takes a copy.
    func setBody(_ body: [UInt8]) {
        check(
            courtyard_curl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
        body.withUnsafeBytes {
            // An empty array may have no address, and a null body means to read one from stdin.
            let empty: StaticString = ""
            check(
                courtyard_curl_set_pointer(
                    easy, CURLOPT_COPYPOSTFIELDS,
                    $0.baseAddress ?? UnsafeRawPointer(empty.utf8Start)))
        }
    }

    /// The code of the last answer: HTTP status or SMTP reply; 0 if there was none.
    var lastCode: Int {
        var code = 0
        _ = courtyard_curl_get_long(easy, CURLINFO_RESPONSE_CODE, &code)
        return code
    }

    private func check(_ code: CURLcode) { if code != CURLE_OK { isBroken = true } }

    // MARK: Callbacks

    private func setCallbacks() {
        let context = UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
        for option in [
            CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_READDATA, CURLOPT_OPENSOCKETDATA,
        ] { check(courtyard_curl_set_pointer(easy, option, context)) }
        check(
            courtyard_curl_set_write(easy, CURLOPT_WRITEFUNCTION) {
                Transfer.from($3)?.receive(UnsafeRawBufferPointer(start: $0, count: $1 * $2)) ?? 0
            })
        check(
            courtyard_curl_set_write(easy, CURLOPT_HEADERFUNCTION) {
                Transfer.from($3)?.receiveField(UnsafeRawBufferPointer(start: $0, count: $1 * $2))
                    ?? 0
            })
        check(
            courtyard_curl_set_write(easy, CURLOPT_READFUNCTION) {
                Transfer.from($3)?.send(
                    UnsafeMutableRawBufferPointer(start: $0, count: $1 * $2)) ?? 0
            })
        check(
            courtyard_curl_set_open_socket(easy) { context, _, address in
                guard let address else { return CURL_SOCKET_BAD }
                return Transfer.from(context)?.openSocket(address) ?? CURL_SOCKET_BAD
            })
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> Transfer? {
        context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Any other count than that of `bytes` aborts the transfer.
    private func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
        hasContent = true
        if received.count + bytes.count > receiveLimit {
            isTooLarge = true
            return 0
        }
        received.append(contentsOf: bytes)
        return bytes.count
    }

    /// One line of a response head, or a trailer.
    private func receiveField(_ bytes: UnsafeRawBufferPointer) -> Int {
        fieldBytes += bytes.count
        if fieldBytes > 64 * 1_024 {
            isTooLarge = true
            return 0
        }
        if hasContent { return bytes.count }
        if bytes.starts(with: "HTTP/".utf8) {
            // An interim response came before this one.
            fields = []
        } else if let colon = bytes.firstIndex(of: UInt8(ascii: ":")) {
            let name = String(decoding: bytes[..<colon], as: UTF8.self)
            fields.append((name, Self.trimmed(bytes[(colon + 1)...])))
        }
        return bytes.count
    }

    private static func trimmed(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        let isBlank: (UInt8) -> Bool = { $0 == 32 || $0 == 9 || $0 == 13 || $0 == 10 }
        var rest = bytes.drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return String(decoding: rest, as: UTF8.self)
    }

    private func send(_ room: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(room.count, upload.count - uploaded)
        upload.withUnsafeBytes {
            room.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[uploaded...].prefix(count)))
        }
        uploaded += count
        return count
    }

    /// The last word on an address, said when the connection is made.
    private func openSocket(_ address: UnsafeMutablePointer<curl_sockaddr>) -> Int32 {
        let family = address.pointee.family
        // The last member stands for as many bytes as its family needs.
        let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) ?? 0
        let start = UnsafeRawPointer(address) + offset
        let found = NetworkAddress(start.assumingMemoryBound(to: sockaddr.self))
        guard found.map(policy.allows) ?? false else {
            isRefused = true
            return CURL_SOCKET_BAD
        }
        return socket(
            family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue),
            address.pointee.protocol)
    }
}

extension Duration {
    /// Rounded down, and held within what libcurl takes.
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        let capped = min(max(seconds, 0), 86_400)
        return Int(capped) * 1_000 + Int(attoseconds / 1_000_000_000_000_000)
    }
}
