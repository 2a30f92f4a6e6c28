import CExpat

/// What a parser tells about a document; names come without their namespace prefix.
protocol XMLEvents: AnyObject {
    func begin(_ name: String, _ attribute: (String) -> String?)
    func end(_ name: String)
    func text(_ bytes: UnsafeBufferPointer<UInt8>)
    /// Set to stop parsing with this failure.
    var failure: TableFailure? { get }
}

/// Parses XML given in pieces.
///
/// Document types are refused, so no entity can be declared.
final class XMLParser {
    static let deepest = 64

    private let parser: XML_Parser
    // The parser holds this object unretained in its user data; both end together.
    private unowned let events: any XMLEvents
    private var depth = 0
    private var isRefused = false

    init(_ events: any XMLEvents) throws(TableFailure) {
        guard let made = XML_ParserCreate(nil) else { throw .invalidXML }
        parser = made
        self.events = events
        XML_SetUserData(made, Unmanaged.passUnretained(self).toOpaque())
        XML_SetElementHandler(
            made,
            { XMLParser.from($0)?.begin($1, $2) },
            { XMLParser.from($0)?.end($1) })
        XML_SetCharacterDataHandler(made) { XMLParser.from($0)?.text($1, $2) }
        XML_SetStartDoctypeDeclHandler(made) { data, _, _, _, _ in XMLParser.from(data)?.refuse() }
    }

    deinit { XML_ParserFree(parser) }

    func parse(_ bytes: [UInt8], isFinal: Bool) throws(TableFailure) {
        let status = bytes.withUnsafeBytes {
            XML_Parse(
                parser, $0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32($0.count),
                isFinal ? 1 : 0)
        }
        if let failure = events.failure { throw failure }
        if isRefused || status != XML_STATUS_OK { throw .invalidXML }
    }

    private static func from(_ data: UnsafeMutableRawPointer?) -> XMLParser? {
        data.map { Unmanaged<XMLParser>.fromOpaque($0).takeUnretainedValue() }
    }

    private func refuse() {
        isRefused = true
        XML_StopParser(parser, 0)
    }

    private func begin(
        _ name: UnsafePointer<CChar>?,
        _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>?
    ) {
        depth += 1
        if depth > Self.deepest { return refuse() }
        events.begin(Self.local(name)) { wanted in
            guard var at = attributes else { return nil }
            while let key = at[0], let value = at[1] {
                if String(cString: key) == wanted { return String(cString: value) }
                at += 2
            }
            return nil
        }
        if events.failure != nil { XML_StopParser(parser, 0) }
    }

    private func end(_ name: UnsafePointer<CChar>?) {
        depth -= 1
        events.end(Self.local(name))
        if events.failure != nil { XML_StopParser(parser, 0) }
    }

    private func text(_ bytes: UnsafePointer<CChar>?, _ count: Int32) {
        bytes?.withMemoryRebound(to: UInt8.self, capacity: Int(count)) {
            events.text(UnsafeBufferPointer(start: $0, count: Int(count)))
        }
        if events.failure != nil { XML_StopParser(parser, 0) }
    }

    private static func local(_ name: UnsafePointer<CChar>?) -> String {
        guard let name else { return "" }
        let full = String(cString: name)
        guard let colon = full.lastIndex(of: ":") else { return full }
        return String(full[full.index(after: colon)...])
    }
}
