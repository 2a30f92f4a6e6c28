import HTTP
import Persistence
import Tenancy
import Values

/// A number of credits at a price (BL-33).
enum CreditPack {
    private static let price = Schema.object(
        [("amount", .integer(), true), ("currency", .string(), true)], name: "Money")

    private static let offered: [Resource.Field] = [
        .field("name", "p.name", .text),
        .field("credits", "p.credits", .integer),
        .field(
            "price", "jsonb_build_object('amount', p.price, 'currency', p.currency)", .json(price)),
    ]

    /// As workspaces see it.
    static let resource = Resource("AICreditPack", offered)
    /// As staff see it, with what is offered no more.
    static let platformResource = Resource(
        "PlatformAICreditPack",
        [.field("id", "p.id", .id)] + offered + [
            .field("is_offered", "p.is_offered", .bool),
            .field("updated_at", "p.updated_at", .instant),
        ])

    static let list: SQL = """
        SELECT \(resource.columns) FROM platform.credit_packs p WHERE p.is_offered
        ORDER BY p.credits, p.name
        """
    static let platformList: SQL = """
        SELECT \(platformResource.columns) FROM platform.credit_packs p ORDER BY p.credits, p.name
        """

    static func select(_ id: ID) -> SQL {
        "SELECT \(platformResource.columns) FROM platform.credit_packs p WHERE p.id = \(id)"
    }

    static let subject = Subject<StaffContext>.row { select($0.id) }

    /// A short catalogue, returned whole (OV-42).
    static func page(_ rows: Rows, of resource: Resource) -> Response {
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writer.key("data")
        writer.beginArray()
        for index in 0..<rows.count { resource.write(rows[index], to: &writer) }
        writer.endArray()
        writer.key("next_cursor")
        writer.null()
        writer.endObject()
        return .json(.ok, writer.bytes)
    }
}

/// A new pack, or what is to change in one; a change touches no order that was placed before.
struct CreditPackDraft: Input {
    let name: String
    let credits: Int64
    let price: Int64
    let currency: String

    private static let nameType = FieldType<String>.custom(
        schema: .text(1...40), code: "invalid_format",
        detail: "1 to 40 lower-case letters, digits, hyphens and underscores."
    ) { text in
        let isName =
            (1...40).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (97...122).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 95
            } && text.utf8.first != 45 && text.utf8.first != 95
        return isName ? text : nil
    }
    static let priceRange: ClosedRange<Int64> = 0...1_000_000_000_000

    init(_ fields: FieldReader) {
        name = fields.required("name", Self.nameType)
        credits = fields.required("credits", .integer(1...AICredits.largestHold))
        price = fields.required("price", .integer(Self.priceRange))
        currency = fields.required("currency", .choice(["USD"]))
    }

    static func create(_ context: StaffContext) async throws -> Response {
        let draft = try context.call.input(CreditPackDraft.self)
        let id = context.newID()
        do {
            return try await context.change { transaction in
                try await transaction.run(
                    """
                    INSERT INTO platform.credit_packs
                        (id, name, credits, price, currency, updated_at)
                    VALUES (\(id), \(draft.name), \(draft.credits), \(draft.price),
                        \(draft.currency), \(context.now))
                    """)
                let rows = try await transaction.run(CreditPack.select(id))
                let note = AuditNote(
                    "credit_pack", id,
                    [
                        "name": .string(draft.name), "credits": .integer(draft.credits),
                        "price": .integer(draft.price), "currency": .string(draft.currency),
                    ])
                return (CreditPack.platformResource.response(rows[0], status: .created), note)
            }
        } catch let error as DatabaseError where error.violates("credit_packs_name_key") {
            throw Problem(.nameTaken)
        }
    }
}

/// `PATCH /v1/platform/credit-packs/{id}`.
struct CreditPackChange: Input {
    let credits: Int64?
    let price: Int64?
    let isOffered: Bool?

    init(_ fields: FieldReader) {
        credits = fields.change("credits", .integer(1...AICredits.largestHold))
        price = fields.change("price", .integer(CreditPackDraft.priceRange))
        isOffered = fields.change("is_offered", .bool)
        fields.readOnly("name", "currency")
    }

    static func apply(_ context: StaffContext) async throws -> Response {
        let change = try context.call.input(CreditPackChange.self)
        let id = context.call.id
        return try await context.change { transaction in
            let before = try await transaction.run(
                """
                SELECT credits, price, is_offered FROM platform.credit_packs
                WHERE id = \(id) FOR UPDATE
                """)
            guard let old = before.first else { throw Problem.notFound }
            try await transaction.run(
                """
                UPDATE platform.credit_packs
                SET credits = coalesce(\(change.credits), credits),
                    price = coalesce(\(change.price), price),
                    is_offered = coalesce(\(change.isOffered), is_offered),
                    version = version + 1, updated_at = \(context.now)
                WHERE id = \(id)
                """)
            let rows = try await transaction.run(CreditPack.select(id))
            let note = AuditNote(
                "credit_pack", id,
                [
                    "old": [
                        "credits": .integer(old.integer(0)), "price": .integer(old.integer(1)),
                        "is_offered": .bool(old.bool(2)),
                    ],
                    "new": [
                        "credits": .integer(change.credits ?? old.integer(0)),
                        "price": .integer(change.price ?? old.integer(1)),
                        "is_offered": .bool(change.isOffered ?? old.bool(2)),
                    ],
                ])
            return (CreditPack.platformResource.response(rows[0]), note)
        }
    }
}
