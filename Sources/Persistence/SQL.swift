import Values

/// A statement: text that stood in the source, and values that travel beside it.
///
/// Only literals and bind parameters can be put together, so no input ever becomes SQL text. An
/// interpolated value becomes the next `$n`; an interpolated `SQL` is spliced in. Tenant tables are
/// written `tenant.contacts`; the prefix becomes the tenant's schema when the statement is
/// prepared.
package struct SQL: ExpressibleByStringInterpolation, Sendable {
    package struct StringInterpolation: StringInterpolationProtocol {
        package typealias StringLiteralType = StaticString
        fileprivate var sql: SQL

        package init(literalCapacity: Int, interpolationCount: Int) {
            sql = SQL()
            sql.pieces.reserveCapacity(interpolationCount + 1)
            sql.binds.reserveCapacity(interpolationCount)
        }

        package mutating func appendLiteral(_ literal: StaticString) {
            sql.append(literal)
        }

        package mutating func appendInterpolation(_ value: some Bindable) {
            sql.append(value.bind)
        }

        package mutating func appendInterpolation<Value: Bindable>(_ value: Value?) {
            sql.append(value?.bind ?? .null(Value.type))
        }

        package mutating func appendInterpolation(_ fragment: SQL) {
            sql.append(fragment)
        }
    }

    enum Piece: Sendable {
        case text(StaticString)
        case bind
        case constant(Constant)
    }

    /// Text that was put together once and counts as one piece from then on.
    final class Constant: Sendable {
        let text: String

        init(_ text: String) { self.text = text }
    }

    private(set) var pieces: [Piece] = []
    private(set) var binds: [Bind] = []
    /// Derived from the addresses of literals and constants, which never change while they live.
    private(set) var identity: UInt64 = 0xcbf2_9ce4_8422_2325

    private init() {}

    package init(stringLiteral value: StaticString) {
        append(value)
    }

    package init(stringInterpolation: StringInterpolation) {
        self = stringInterpolation.sql
    }

    /// Nothing, to start a list of fragments from.
    package static var empty: SQL { SQL() }

    package mutating func append(_ fragment: SQL) {
        var next = 0
        for piece in fragment.pieces {
            switch piece {
            case .text(let text): append(text)
            case .constant(let constant): append(constant)
            case .bind:
                append(fragment.binds[next])
                next += 1
            }
        }
    }

    private mutating func append(_ text: StaticString) {
        guard text.utf8CodeUnitCount > 0 else { return }
        pieces.append(.text(text))
        mix(UInt64(UInt(bitPattern: text.utf8Start)) &+ UInt64(text.utf8CodeUnitCount))
    }

    private mutating func append(_ constant: Constant) {
        pieces.append(.constant(constant))
        mix(UInt64(UInt(bitPattern: ObjectIdentifier(constant))))
    }

    /// The statement without binds as one piece, for what is spliced into many statements.
    ///
    /// Keep the result for good: its identity is that of this very value.
    package var constant: SQL {
        precondition(binds.isEmpty, "only text can be constant")
        var sql = SQL()
        sql.append(Constant(text(schema: nil)))
        return sql
    }

    fileprivate mutating func append(_ bind: Bind) {
        pieces.append(.bind)
        binds.append(bind)
        mix(1)
    }

    private mutating func mix(_ value: UInt64) {
        identity = (identity ^ value) &* 0x9e37_79b9_7f4a_7c15
        identity ^= identity >> 29
    }

    /// Whether both would be prepared as the same text.
    func hasSameText(as other: SQL) -> Bool {
        guard identity == other.identity, pieces.count == other.pieces.count else { return false }
        return zip(pieces, other.pieces).allSatisfy { left, right in
            switch (left, right) {
            case (.bind, .bind): true
            case (.text(let one), .text(let two)): one.utf8Start == two.utf8Start
            case (.constant(let one), .constant(let two)): one === two
            default: false
            }
        }
    }

    /// The text that PostgreSQL sees, with `tenant.` replaced by `schema`.
    func text(schema: String?) -> String {
        var text = ""
        var number = 0
        for piece in pieces {
            switch piece {
            case .text(let literal): text += literal.description
            case .constant(let constant): text += constant.text
            case .bind:
                number += 1
                text += "$\(number)"
            }
        }
        guard let schema else { return text }
        return Self.qualify(text, schema: schema)
    }

    /// Replaces each `tenant.` that begins an identifier by `schema.`.
    package static func qualify(_ text: String, schema: String) -> String {
        let marker = Array("tenant.".utf8)
        let source = Array(text.utf8)
        var result: [UInt8] = []
        result.reserveCapacity(source.count + 32)
        var index = 0
        while index < source.count {
            let isStart = index == 0 || !Self.continuesName(source[index - 1])
            if isStart, source.count - index >= marker.count,
                source[index..<index + marker.count].elementsEqual(marker)
            {
                result.append(contentsOf: schema.utf8)
                result.append(UInt8(ascii: "."))
                index += marker.count
            } else {
                result.append(source[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func continuesName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}

/// One value on its way to PostgreSQL, in the binary form of its type.
package enum Bind: Sendable {
    case null(BindType)
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case text(String)
    case bytes([UInt8])
    case id(ID)
    case instant(Instant)
    case json([UInt8])
    case texts([String?])
    case integers([Int64?])
    case bools([Bool?])
    case ids([ID?])
    case instants([Instant?])
    case jsons([[UInt8]?])
}

/// The PostgreSQL types that values are sent as; raw values are their OIDs (pg_type.dat).
package enum BindType: UInt32, Sendable {
    case bool = 16
    case bytes = 17
    case integer = 20
    case text = 25
    case number = 701
    case bools = 1000
    case texts = 1009
    case integers = 1016
    case instant = 1184
    case instants = 1185
    case id = 2950
    case ids = 2951
    case json = 3802
    case jsons = 3807
}

/// A Swift value that can be interpolated into ``SQL``.
package protocol Bindable {
    static var type: BindType { get }
    var bind: Bind { get }
}

extension Bool: Bindable {
    package static var type: BindType { .bool }
    package var bind: Bind { .bool(self) }
}
extension Int64: Bindable {
    package static var type: BindType { .integer }
    package var bind: Bind { .integer(self) }
}
extension Int: Bindable {
    package static var type: BindType { .integer }
    package var bind: Bind { .integer(Int64(self)) }
}
extension Double: Bindable {
    package static var type: BindType { .number }
    package var bind: Bind { .number(self) }
}
extension String: Bindable {
    package static var type: BindType { .text }
    package var bind: Bind { .text(self) }
}
extension ID: Bindable {
    package static var type: BindType { .id }
    package var bind: Bind { .id(self) }
}
extension Instant: Bindable {
    package static var type: BindType { .instant }
    package var bind: Bind { .instant(self) }
}
extension JSON: Bindable {
    package static var type: BindType { .json }
    package var bind: Bind {
        var writer = JSONWriter()
        writer.value(self)
        return .json(writer.bytes)
    }
}

/// Bytes that are already JSON, to be stored as jsonb.
package struct JSONBytes: Bindable, Sendable {
    package let bytes: [UInt8]
    package init(_ bytes: [UInt8]) { self.bytes = bytes }
    package static var type: BindType { .json }
    package var bind: Bind { .json(bytes) }
}

/// Elements that can travel as one array parameter.
package protocol ArrayBindable {
    static var arrayType: BindType { get }
    static func bind(_ elements: [Self?]) -> Bind
}

extension String: ArrayBindable {
    package static var arrayType: BindType { .texts }
    package static func bind(_ elements: [String?]) -> Bind { .texts(elements) }
}
extension Int64: ArrayBindable {
    package static var arrayType: BindType { .integers }
    package static func bind(_ elements: [Int64?]) -> Bind { .integers(elements) }
}
extension Bool: ArrayBindable {
    package static var arrayType: BindType { .bools }
    package static func bind(_ elements: [Bool?]) -> Bind { .bools(elements) }
}
extension ID: ArrayBindable {
    package static var arrayType: BindType { .ids }
    package static func bind(_ elements: [ID?]) -> Bind { .ids(elements) }
}
extension Instant: ArrayBindable {
    package static var arrayType: BindType { .instants }
    package static func bind(_ elements: [Instant?]) -> Bind { .instants(elements) }
}
extension JSONBytes: ArrayBindable {
    package static var arrayType: BindType { .jsons }
    package static func bind(_ elements: [JSONBytes?]) -> Bind {
        .jsons(elements.map { $0?.bytes })
    }
}

extension Array: Bindable where Element: ArrayBindable {
    package static var type: BindType { Element.arrayType }
    package var bind: Bind { Element.bind(self.map { $0 }) }
}

extension SQL.StringInterpolation {
    package mutating func appendInterpolation(bytes: [UInt8]?) {
        sql.append(bytes.map { Bind.bytes($0) } ?? .null(.bytes))
    }

    /// An array whose elements may be NULL.
    package mutating func appendInterpolation<Element: ArrayBindable>(nullable: [Element?]) {
        sql.append(Element.bind(nullable))
    }
}
