import HTTP
import Persistence
import Tenancy
import Values

/// `/v1/me/…preferences`, sounds and the offer to set up one's profile (part 2 §7, ID-114).
enum PreferenceRoutes {
    static let all: [Route] = [
        .read(
            "/v1/me/preferences", id: "ownPreferencesGet", "See one's preferences here",
            access: .member, returns: .json(.ok, Preferences.schema)
        ) { .json(.ok, try await present($0).json.serialized) },
        .change(
            .patch, "/v1/me/preferences", id: "ownPreferencesUpdate", "Change one's preferences",
            access: .member, audit: "preferences.update",
            accepts: .json(FieldReader.describe(GeneralChange.self)),
            returns: .json(.ok, Preferences.schema)
        ) { context in
            let change = try context.call.input(GeneralChange.self)
            let preferences = try await Preferences.change(context, details: change.details) {
                if let isEnabled = change.chatSync { $0.isChatSyncEnabled = isEnabled }
            }
            return .json(.ok, preferences.json.serialized)
        },
        .read(
            "/v1/me/notification-preferences", id: "ownNotificationPreferencesGet",
            "See when one is notified", access: .member,
            returns: .json(.ok, NotificationSettings.schema)
        ) { context in
            let stored = try await present(context).notifications
            return .json(.ok, NotificationSettings(stored: stored).json.serialized)
        },
        .change(
            .patch, "/v1/me/notification-preferences", id: "ownNotificationPreferencesUpdate",
            "Change when one is notified", access: .member,
            audit: "preferences.update_notifications",
            accepts: .json(FieldReader.describe(NotificationSettings.Change.self)),
            returns: .json(.ok, NotificationSettings.schema)
        ) { context in
            let change = try context.call.input(NotificationSettings.Change.self)
            let preferences = try await Preferences.change(context, details: change.types) {
                $0.notifications = NotificationSettings(stored: $0.notifications).merging(change)
            }
            return .json(
                .ok, NotificationSettings(stored: preferences.notifications).json.serialized)
        },
        .read(
            "/v1/me/sounds", id: "ownSoundsGet", "See one's sounds", access: .member,
            returns: .json(.ok, SoundSettings.schema)
        ) { context in
            let stored = try await present(context).sounds
            return .json(.ok, SoundSettings(stored: stored).json.serialized)
        },
        .change(
            .patch, "/v1/me/sounds", id: "ownSoundsUpdate", "Change one's sounds", access: .member,
            audit: "preferences.update_sounds",
            accepts: .json(FieldReader.describe(SoundSettings.Change.self)),
            returns: .json(.ok, SoundSettings.schema)
        ) { context in
            let change = try context.call.input(SoundSettings.Change.self)
            let preferences = try await Preferences.change(context, details: change.sounds) {
                $0.sounds = $0.sounds.merging(change.sounds)
            }
            return .json(.ok, SoundSettings(stored: preferences.sounds).json.serialized)
        },
        .change(
            .patch, "/v1/me/onboarding", id: "ownOnboardingUpdate",
            "End the offer to set up one's profile", access: .member,
            audit: "preferences.end_profile_prompt",
            accepts: .json(FieldReader.describe(Onboarding.self)),
            returns: .json(.ok, Preferences.schema)
        ) { context in
            let onboarding = try context.call.input(Onboarding.self)
            let details: JSON = ["profile_prompt": .string(onboarding.profilePrompt)]
            let preferences = try await Preferences.change(context, details: details) {
                $0.profilePrompt = onboarding.profilePrompt
            }
            return .json(.ok, preferences.json.serialized)
        },
    ]

    struct GeneralChange: Input {
        let chatSync: Bool?

        init(_ fields: FieldReader) {
            chatSync = fields.change("chat_sync_enabled", .bool)
            fields.readOnly("notifications", "sounds", "profile_prompt")
        }

        var details: JSON { chatSync.map { ["chat_sync_enabled": .bool($0)] } ?? [:] }
    }

    struct Onboarding: Input {
        let profilePrompt: String

        init(_ fields: FieldReader) {
            profilePrompt = fields.required("profile_prompt", .choice(["done", "skipped"]))
        }
    }

    private static func present(_ context: TenantContext) async throws -> Preferences {
        Preferences(try await context.read(Preferences.select(context.principal.id)))
    }
}
