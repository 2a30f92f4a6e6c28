extension JSON {
    /// What a text may cost; beyond it the text is refused.
    package struct Limits: Sendable {
        /// Arrays and objects inside each other, at least 1 for any array or object.
        package var depth: Int
        /// Values of all kinds, containers included; bounds the memory that a small text can take.
        package var values: Int

        package init(depth: Int = 32, values: Int = 100_000) {
            self.depth = depth
            self.values = values
        }
    }

    /// Why a text was refused, and where.
    package struct Failure: Error, Equatable {
        /// Bytes before the place where reading stopped.
        package var offset: Int
        package var reason: Reason

        /// In plain words, without any of the text.
        package enum Reason: String, Sendable, CaseIterable {
            case unexpectedEnd = "the text ends too early"
            case unexpectedByte = "an unexpected character"
            case trailingBytes = "something follows the value"
            case tooDeep = "too many levels of arrays and objects"
            case tooManyValues = "too many values"
            case malformedNumber = "a malformed number"
            case numberOutOfRange = "a number out of range"
            case controlCharacter = "a control character inside a string"
            case malformedEscape = "a malformed escape"
            case loneSurrogate = "half of a surrogate pair"
            case invalidUTF8 = "bytes that are not UTF-8"
            case duplicateMember = "a member name that occurs twice"
        }

        /// Says what is wrong and where, for the caller.
        package var phrase: Phrase { "\(Phrase(fixed: reason.rawValue)) at byte \(offset)" }
    }

    /// Parses one JSON text (RFC 8259), strictly.
    ///
    /// Refused besides what the grammar refuses: a byte order mark, invalid UTF-8, lone surrogates,
    /// a member name twice in one object (compared as Swift strings, so also two spellings of one
    /// name that differ in Unicode composition only), numbers too large for a double, and what is
    /// over the limits. `\u0000` is taken as a character; see ``Text/isStorable(_:)``. Time is
    /// linear in the length.
    ///
    /// - Throws: ``Failure``.
    package static func parse(
        _ text: UnsafeRawBufferPointer, limits: Limits = Limits()
    ) throws(Failure) -> JSON {
        var parser = JSONParser(text: text, limits: limits)
        return try parser.parseText()
    }

    /// Parses one JSON text; see the other overload.
    package static func parse(
        _ text: [UInt8], limits: Limits = Limits()
    ) throws(Failure) -> JSON {
        try text.withUnsafeBufferPointer { (bytes) throws(Failure) in
            try parse(UnsafeRawBufferPointer(bytes), limits: limits)
        }
    }
}

/// One pass over one text, by recursive descent that ``JSON/Limits/depth`` bounds.
struct JSONParser {
    let text: UnsafeRawBufferPointer
    let limits: JSON.Limits
    var position = 0
    private var depth = 0
    private var valueCount = 0

    init(text: UnsafeRawBufferPointer, limits: JSON.Limits) {
        self.text = text
        self.limits = limits
    }

    func failure(_ reason: JSON.Failure.Reason) -> JSON.Failure {
        JSON.Failure(offset: position, reason: reason)
    }

    /// The byte at the position; nil at the end.
    @inline(__always)
    var current: UInt8? {
        position < text.count ? text[position] : nil
    }

    mutating func parseText() throws(JSON.Failure) -> JSON {
        skipWhiteSpace()
        let value = try parseValue()
        skipWhiteSpace()
        guard position == text.count else { throw failure(.trailingBytes) }
        return value
    }

    @inline(__always)
    private mutating func skipWhiteSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 {
            position += 1
        }
    }

    private mutating func parseValue() throws(JSON.Failure) -> JSON {
        guard let byte = current else { throw failure(.unexpectedEnd) }
        valueCount += 1
        guard valueCount <= limits.values else { throw failure(.tooManyValues) }
        switch byte {
        case UInt8(ascii: "{"): return try parseObject()
        case UInt8(ascii: "["): return try parseArray()
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try parseNumber()
        case UInt8(ascii: "t"): return try parse("true", as: .bool(true))
        case UInt8(ascii: "f"): return try parse("false", as: .bool(false))
        case UInt8(ascii: "n"): return try parse("null", as: .null)
        default: throw failure(.unexpectedByte)
        }
    }

    private mutating func parse(_ word: StaticString, as value: JSON) throws(JSON.Failure) -> JSON {
        for index in 0..<word.utf8CodeUnitCount {
            guard let byte = current else { throw failure(.unexpectedEnd) }
            guard byte == word.utf8Start[index] else { throw failure(.unexpectedByte) }
            position += 1
        }
        return value
    }

    // MARK: Containers

    private mutating func descend() throws(JSON.Failure) {
        depth += 1
        guard depth <= limits.depth else { throw failure(.tooDeep) }
        position += 1
        skipWhiteSpace()
    }

    /// After an element: true if a comma leads to another one, false if `closing` ended the
    /// container.
    private mutating func hasNext(closing: UInt8) throws(JSON.Failure) -> Bool {
        skipWhiteSpace()
        guard let byte = current else { throw failure(.unexpectedEnd) }
        guard byte == UInt8(ascii: ",") || byte == closing else { throw failure(.unexpectedByte) }
        position += 1
        if byte == closing {
            depth -= 1
            return false
        }
        skipWhiteSpace()
        return true
    }

    private mutating func parseArray() throws(JSON.Failure) -> JSON {
        try descend()
        var elements: [JSON] = []
        if current == UInt8(ascii: "]") {
            position += 1
            depth -= 1
            return .array(elements)
        }
        repeat {
            elements.append(try parseValue())
        } while try hasNext(closing: UInt8(ascii: "]"))
        return .array(elements)
    }

    private mutating func parseObject() throws(JSON.Failure) -> JSON {
        try descend()
        var members: [JSON.Member] = []
        if current == UInt8(ascii: "}") {
            position += 1
            depth -= 1
            return .object(members)
        }
        var names = MemberNames()
        repeat {
            guard let quote = current else { throw failure(.unexpectedEnd) }
            guard quote == UInt8(ascii: "\"") else { throw failure(.unexpectedByte) }
            let start = position
            let name = try parseString()
            guard names.insert(name, into: members) else {
                throw JSON.Failure(offset: start, reason: .duplicateMember)
            }
            skipWhiteSpace()
            guard let colon = current else { throw failure(.unexpectedEnd) }
            guard colon == UInt8(ascii: ":") else { throw failure(.unexpectedByte) }
            position += 1
            skipWhiteSpace()
            members.append(JSON.Member(name: name, value: try parseValue()))
        } while try hasNext(closing: UInt8(ascii: "}"))
        return .object(members)
    }
}

/// Notices a name that occurs twice: by looking at all for a few members, by a set for many.
private struct MemberNames {
    private static let few = 12
    private var set: Set<String> = []

    /// False if one of the members, or a name inserted before, is the same.
    mutating func insert(_ name: String, into members: [JSON.Member]) -> Bool {
        if members.count < MemberNames.few {
            return !members.contains { $0.name == name }
        }
        if set.isEmpty { set = Set(members.lazy.map(\.name)) }
        return set.insert(name).inserted
    }
}
