import HTTP
import Persistence
import Tenancy
import Values

/// What a PATCH of settings asks for; nil leaves a setting as it is.
struct SettingsChange: Sendable {
    var name: String?
    var timezone: String?
    var dataRetention: DataRetention?
    var confirmsDataLoss = false
    var autoArchiveDays: Int64??
    var channelAlertsEnabled: Bool?
    var requireTwoFactor: Bool?
    var allowEmailChange: Bool?

    mutating func readGeneral(_ fields: FieldReader) {
        name = fields.change("name", .text(1...80))
        timezone = fields.change("timezone", Workspace.timezone)
        autoArchiveDays = fields.clearable("auto_archive_days", .integer(1...365))
        channelAlertsEnabled = fields.change("channel_alerts_enabled", .bool)
    }

    mutating func readRetention(_ fields: FieldReader) {
        dataRetention = fields.change(
            "data_retention", .choice(DataRetention.allCases.map(\.rawValue))
        ).flatMap(DataRetention.init(rawValue:))
        confirmsDataLoss = fields.optional("confirm_data_loss", .bool) ?? false
    }

    mutating func readSecurity(_ fields: FieldReader) {
        requireTwoFactor = fields.change("require_two_factor", .bool)
        allowEmailChange = fields.change("allow_email_change", .bool)
    }
}

/// A PATCH that carries some of the settings.
protocol SettingsInput: Input {
    var change: SettingsChange { get }
}

/// `PATCH /v1/workspace` (WS-02, WS-10, WS-20, WS-40, WS-50, WS-90, WS-94…WS-98).
struct WorkspaceChange: SettingsInput {
    let change: SettingsChange

    init(_ fields: FieldReader) {
        var change = SettingsChange()
        change.readGeneral(fields)
        change.readRetention(fields)
        change.readSecurity(fields)
        self.change = change
        fields.readOnly(
            "id", "slug", "logo_url", "plan", "status", "sso_enabled", "created_at", "version")
    }
}

/// `PATCH /v1/workspace/retention`, for who may change nothing else.
struct RetentionChange: SettingsInput {
    let change: SettingsChange

    init(_ fields: FieldReader) {
        var change = SettingsChange()
        change.readRetention(fields)
        self.change = change
    }
}

/// `PATCH /v1/workspace/security` (WS-60, WS-64).
struct SecurityChange: SettingsInput {
    let change: SettingsChange

    init(_ fields: FieldReader) {
        var change = SettingsChange()
        change.readSecurity(fields)
        self.change = change
    }
}

extension SettingsChange {
    /// Applies a PATCH in one transaction, with old and new values in the audit log (WS-103).
    ///
    /// - Throws: ``Problem`` `permission_denied` for settings of another permission,
    ///   `step_up_required` for those of security, `confirmation_required`, `version_mismatch`,
    ///   `validation_failed`.
    static func apply<Body: SettingsInput>(
        _ type: Body.Type, _ context: TenantContext
    ) async throws -> Response {
        try checkPermissions(context)
        let change = try context.call.input(type).change
        return try await context.transaction { transaction in
            let present = try await transaction.run(
                """
                SELECT s.version, w.name, s.timezone, s.data_retention,
                    s.auto_archive_days::bigint, s.channel_alerts_enabled, s.require_two_factor,
                    s.allow_email_change
                FROM tenant.settings s CROSS JOIN platform.own_tenant w
                FOR UPDATE OF s
                """)[0]
            try context.call.checkVersion(present.integer(0))
            try change.checkRetention(now: present.text(3))
            try await change.store(transaction)
            transaction.audit(
                AuditNote("workspace", context.tenant.id, .object(change.details(present))))
            return try Workspace.response(try await transaction.run(Workspace.select))
        }
    }

    private static let permissionByField: [String: Permission] = [
        "data_retention": .retentionManage, "confirm_data_loss": .retentionManage,
        "require_two_factor": .securityManage, "allow_email_change": .securityManage,
    ]

    /// What the caller may not set is refused before its values are looked at (OV-33).
    private static func checkPermissions(_ context: TenantContext) throws {
        let body = (try? JSON.parse(context.call.body))?.objectValue ?? []
        for member in body {
            guard let permission = permissionByField[member.name] else { continue }
            guard context.holds(permission) else {
                throw Problem(
                    .permissionDenied,
                    extra: [
                        JSON.Member(
                            name: "required_permission", value: .string(permission.rawValue))
                    ])
            }
            if permission == .securityManage { try context.grant.checkFreshProof(now: context.now) }
        }
    }

    /// There are no conversations yet, so none is affected (WS-27).
    private func checkRetention(now present: String) throws {
        guard let dataRetention, let present = DataRetention(rawValue: present),
            dataRetention.isShorter(than: present), !confirmsDataLoss
        else { return }
        throw Problem(
            .confirmationRequired, "Send confirm_data_loss: true to delete what is older.",
            extra: [
                JSON.Member(name: "messages_affected", value: 0),
                JSON.Member(name: "conversations_affected", value: 0),
            ])
    }

    private var isEmpty: Bool {
        name == nil && timezone == nil && dataRetention == nil && autoArchiveDays == nil
            && channelAlertsEnabled == nil && requireTwoFactor == nil && allowEmailChange == nil
    }

    private func store(_ transaction: TenantTransaction) async throws {
        guard !isEmpty else { return }
        let setsDays = autoArchiveDays != nil
        let days: Int64? = autoArchiveDays ?? nil
        try await transaction.run(
            """
            UPDATE tenant.settings SET timezone = coalesce(\(timezone), timezone),
                data_retention = coalesce(\(dataRetention?.rawValue), data_retention),
                auto_archive_days =
                    CASE WHEN \(setsDays) THEN \(days)::integer ELSE auto_archive_days END,
                channel_alerts_enabled = coalesce(\(channelAlertsEnabled), channel_alerts_enabled),
                require_two_factor = coalesce(\(requireTwoFactor), require_two_factor),
                allow_email_change = coalesce(\(allowEmailChange), allow_email_change),
                version = version + 1
            """)
        if let name {
            try await transaction.run("UPDATE platform.own_tenant SET name = \(name)")
        }
    }

    /// The settings that really change; the columns are those of ``apply(_:_:)``.
    private func details(_ present: Row) -> [JSON.Member] {
        var details: [JSON.Member] = []
        func note(_ name: String, _ old: JSON, _ new: JSON?) {
            guard let new, new != old else { return }
            details.append(JSON.Member(name: name, value: ["old": old, "new": new]))
        }
        note("name", .string(present.text(1)), name.map { .string($0) })
        note("timezone", .string(present.text(2)), timezone.map { .string($0) })
        note(
            "data_retention", .string(present.text(3)), dataRetention.map { .string($0.rawValue) })
        note(
            "auto_archive_days", present.optionalInteger(4).map { .integer($0) } ?? .null,
            autoArchiveDays.map { $0.map { .integer($0) } ?? .null })
        note(
            "channel_alerts_enabled", .bool(present.bool(5)), channelAlertsEnabled.map { .bool($0) }
        )
        note("require_two_factor", .bool(present.bool(6)), requireTwoFactor.map { .bool($0) })
        note("allow_email_change", .bool(present.bool(7)), allowEmailChange.map { .bool($0) })
        return details
    }
}
