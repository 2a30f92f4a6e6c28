import HTTP
import Persistence
import Tenancy
import Values

/// Whom a workspace's invoices name as the buyer (BL-57).
struct BillingProfile: Input {
    let party: PartyFields
    /// Of documents and their mails.
    let language: Language?

    init(_ fields: FieldReader) {
        party = PartyFields(fields, isComplete: false)
        language = fields.optional("language", .choice(Language.codes)).map(Language.init(code:))
        fields.readOnly("is_complete", "version")
    }

    /// What is missing reads as null, or as the value before anything was set.
    static let resource = Resource(
        "BillingProfile",
        [
            .field("legal_name", "p.legal_name", .text, nullable: true),
            .field("address_lines", "coalesce(p.address_lines, '{}')", .texts),
            .field("city", "p.city", .text, nullable: true),
            .field("postcode", "p.postcode", .text, nullable: true),
            .field("region", "p.region", .text, nullable: true),
            .field("country", "p.country", .text, nullable: true),
            .field("tax_number", "p.tax_number", .text, nullable: true),
            .field("registration_number", "p.registration_number", .text, nullable: true),
            .field("email", "p.email", .text, nullable: true),
            .field(
                "electronic_address",
                """
                CASE WHEN p.endpoint_id IS NOT NULL
                    THEN jsonb_build_object('scheme', p.endpoint_scheme, 'value', p.endpoint_id) END
                """, .json(ElectronicAddressFields.schema), nullable: true),
            .field("language", "coalesce(p.language, 'en')", .text),
            .field("is_complete", isComplete, .bool),
            .field("version", "coalesce(p.version, 0)", .integer),
        ])

    /// Whether an invoice can be issued.
    private static let isComplete: StaticString = """
        (p.legal_name IS NOT NULL AND p.country IS NOT NULL
            AND coalesce(cardinality(p.address_lines), 0) > 0)
        """

    static var select: SQL {
        """
        SELECT \(resource.columns), coalesce(p.version, 0)
        FROM (SELECT 1) one LEFT JOIN platform.own_billing_profile p ON true
        """
    }

    static func staffSelect(_ workspace: ID) -> SQL {
        """
        SELECT \(resource.columns), coalesce(p.version, 0)
        FROM platform.tenants t LEFT JOIN platform.billing_profiles p ON p.tenant_number = t.number
        WHERE t.id = \(workspace)
        """
    }

    static func response(_ rows: Rows) throws -> Response {
        guard let row = rows.first else { throw Problem.notFound }
        return resource.response(row, version: row.integer(resource.fields.count))
    }

    /// `PUT /v1/billing/profile`; what the body leaves out becomes empty.
    static func replace(_ context: TenantContext) async throws -> Response {
        let profile = try context.call.input(BillingProfile.self)
        return try await context.transaction { transaction in
            let present = try await transaction.run(
                "SELECT version, language FROM platform.own_billing_profile FOR UPDATE")
            try context.call.checkVersion(present.first?.integer(0) ?? 0)
            let language =
                profile.language
                ?? Language(code: present.first?.text(1) ?? context.grant.language)
            try await transaction.run(profile.store(language, context))
            transaction.audit(AuditNote("billing_profile", nil, profile.details))
            return try response(try await transaction.run(select))
        }
    }

    private var details: JSON {
        [
            "legal_name": party.legalName.map(JSON.string) ?? .null,
            "country": party.country.map(JSON.string) ?? .null,
            "tax_number": party.taxNumber.map(JSON.string) ?? .null,
        ]
    }

    private func store(_ language: Language, _ context: TenantContext) -> SQL {
        """
        INSERT INTO platform.own_billing_profile AS p (tenant_number, legal_name, address_lines,
            city, postcode, region, country, tax_number, registration_number, email,
            endpoint_scheme, endpoint_id, language, version, updated_at)
        VALUES (\(context.tenant.number), \(party.legalName), \(party.addressLines), \(party.city),
            \(party.postcode), \(party.region), \(party.country), \(party.taxNumber),
            \(party.registrationNumber), \(party.email), \(party.electronicAddress?.scheme),
            \(party.electronicAddress?.value), \(language.rawValue), 1, \(context.now))
        ON CONFLICT (tenant_number) DO UPDATE SET
            legal_name = excluded.legal_name, address_lines = excluded.address_lines,
            city = excluded.city, postcode = excluded.postcode, region = excluded.region,
            country = excluded.country, tax_number = excluded.tax_number,
            registration_number = excluded.registration_number, email = excluded.email,
            endpoint_scheme = excluded.endpoint_scheme, endpoint_id = excluded.endpoint_id,
            language = excluded.language, version = p.version + 1,
            updated_at = excluded.updated_at
        """
    }
}

enum BillingProfileRoutes {
    private static let answer = AnswerShape.json(.ok, BillingProfile.resource.schema)

    static let all: [Route] = [
        .read(
            "/v1/billing/profile", id: "billingProfileRead",
            "Read whom the workspace's invoices name as the buyer",
            access: .holding(.billingRead, evenSuspended: true), returns: answer
        ) { context in try BillingProfile.response(try await context.read(BillingProfile.select)) },
        .change(
            .put, "/v1/billing/profile", id: "billingProfileReplace",
            "Set whom the workspace's invoices name as the buyer",
            access: .holding(.billingManage), audit: "billing_profile.replace",
            accepts: .json(FieldReader.describe(BillingProfile.self)), returns: answer,
            fails: [.versionMismatch], handler: BillingProfile.replace),
    ]

    static let ofStaff: [Route] = [
        .staffRead(
            "/v1/platform/workspaces/{id}/billing-profile", of: .billedWorkspace,
            id: "platformBillingProfileRead",
            "Read whom a workspace's invoices name as the buyer", returns: answer
        ) { context in
            try BillingProfile.response(
                try await context.read(BillingProfile.staffSelect(context.call.id)))
        }
    ]
}

extension Subject where Context == StaffContext {
    /// A workspace that was ever there: its books outlive it.
    static let billedWorkspace = Subject.row {
        "SELECT FROM platform.tenants WHERE id = \($0.id)"
    }
}
