import HTTP
import Persistence
import Tenancy
import Values

/// What a member has set for themselves in one workspace; another workspace knows nothing of it
/// (ID-100…ID-102, ID-114, ID-144).
struct Preferences: Sendable {
    /// Changes only; see ``NotificationSettings``.
    var notifications: JSON
    var sounds: JSON
    var isChatSyncEnabled: Bool
    /// `open`, `done` or `skipped` (WS-72).
    var profilePrompt: String

    static let columns: SQL = "notifications, sounds, chat_sync_enabled, profile_prompt"

    private static let untouched = Preferences(
        notifications: [:], sounds: [:], isChatSyncEnabled: true, profilePrompt: "open")

    init(_ row: Row, from column: Int = 0) {
        notifications = row.json(column)
        sounds = row.json(column + 1)
        isChatSyncEnabled = row.bool(column + 2)
        profilePrompt = row.text(column + 3)
    }

    private init(
        notifications: JSON, sounds: JSON, isChatSyncEnabled: Bool, profilePrompt: String
    ) {
        self.notifications = notifications
        self.sounds = sounds
        self.isChatSyncEnabled = isChatSyncEnabled
        self.profilePrompt = profilePrompt
    }

    static func select(_ member: ID) -> SQL {
        "SELECT \(columns) FROM tenant.member_preferences WHERE member_id = \(member)"
    }

    init(_ rows: Rows) { self = rows.first.map { Preferences($0) } ?? .untouched }

    /// What `/me` shows beside the person.
    var json: JSON {
        [
            "notifications": NotificationSettings(stored: notifications).json,
            "sounds": SoundSettings(stored: sounds).json,
            "chat_sync_enabled": .bool(isChatSyncEnabled), "profile_prompt": .string(profilePrompt),
        ]
    }

    static let schema = Schema.object(
        [
            ("notifications", NotificationSettings.schema, true),
            ("sounds", SoundSettings.schema, true), ("chat_sync_enabled", .boolean, true),
            ("profile_prompt", .choice(["open", "done", "skipped"]), true),
        ], name: "Preferences")

    /// Changes the caller's row under its lock, so that two changes at once both count.
    static func change(
        _ tenant: TenantContext, details: JSON, _ edit: @Sendable (inout Preferences) -> Void
    ) async throws -> Preferences {
        let member = tenant.principal.id
        return try await tenant.transaction { transaction in
            let results = try await transaction.run([
                """
                INSERT INTO tenant.member_preferences (member_id) VALUES (\(member))
                ON CONFLICT (member_id) DO NOTHING
                """,
                "\(select(member)) FOR UPDATE",
            ])
            var preferences = Preferences(results[1])
            edit(&preferences)
            transaction.atCommit(
                """
                UPDATE tenant.member_preferences
                SET notifications = \(preferences.notifications), sounds = \(preferences.sounds),
                    chat_sync_enabled = \(preferences.isChatSyncEnabled),
                    profile_prompt = \(preferences.profilePrompt)
                WHERE member_id = \(member)
                """)
            transaction.audit(AuditNote("member", member, details))
            return preferences
        }
    }
}
