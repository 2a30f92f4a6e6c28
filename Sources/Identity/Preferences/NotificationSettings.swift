import HTTP
import Values

/// When a member is told of what, in the centre, by a sound and by the browser (NT-40…NT-47).
struct NotificationSettings: Sendable {
    static let types = ["message", "broadcast", "template", "system", "team"]
    /// Of the inbox; the other types know `always` and `never` alone (NT-41, NT-42).
    static let inboxTimings = [
        "always", "mine", "unassigned_and_mine", "new_conversation_only", "never",
    ]
    static let timings = ["always", "never"]
    /// Events that nobody can switch off in the centre (NT-46).
    static let obligatory = ["security", "maintenance_notice"]
    static let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    /// `{"types": {"message": {"sound": "never"}}, "quiet_hours": {…}}`, what was changed alone.
    let stored: JSON

    static func timings(of type: String) -> [String] { type == "message" ? inboxTimings : timings }

    var json: JSON {
        let types = Self.types.map { type -> JSON.Member in
            let changed = stored["types"]?[type] ?? [:]
            return JSON.Member(
                name: type,
                value: [
                    "in_app": changed["in_app"] ?? true,
                    "sound": changed["sound"] ?? .string(Self.defaultSound(type)),
                    "browser": changed["browser"] ?? (type == "message" ? "mine" : "never"),
                ])
        }
        return ["types": .object(types), "quiet_hours": stored["quiet_hours"] ?? .null]
    }

    private static func defaultSound(_ type: String) -> String {
        switch type {
        case "message": "unassigned_and_mine"
        case "system": "always"
        default: "never"
        }
    }

    static let schema = Schema.object(
        [
            (
                "types",
                .object(
                    types.map { type in
                        (
                            type,
                            .object([
                                ("in_app", .boolean, true),
                                ("sound", .choice(timings(of: type)), true),
                                ("browser", .choice(timings(of: type)), true),
                            ]), true
                        )
                    }), true
            ),
            (
                "quiet_hours",
                .nullable(
                    .object([
                        ("from", .string(), true), ("to", .string(), true),
                        ("days", .array(.choice(days)), true),
                    ])), true
            ),
        ], name: "NotificationPreferences")

    /// What is stored after a change: types are merged one by one, quiet hours replaced.
    func merging(_ change: Change) -> JSON {
        var types = stored["types"] ?? [:]
        for member in change.types.objectValue ?? [] {
            let merged = (types[member.name] ?? [:]).merging(member.value)
            types = types.merging(.object([JSON.Member(name: member.name, value: merged)]))
        }
        var result: [JSON.Member] = [JSON.Member(name: "types", value: types)]
        let quiet = change.quietHours ?? stored["quiet_hours"] ?? .null
        if quiet != .null { result.append(JSON.Member(name: "quiet_hours", value: quiet)) }
        return .object(result)
    }

    /// `PATCH /v1/me/notification-preferences`.
    struct Change: Input {
        let types: JSON
        /// Nil leaves them, null removes them.
        let quietHours: JSON?

        init(_ fields: FieldReader) {
            types =
                fields.change("types", .checkedTypes) ?? [:]
            switch fields.clearable("quiet_hours", .object(placeholder: QuietHours())) {
            case .none: quietHours = nil
            case .some(nil): quietHours = .null
            case .some(.some(let hours)):
                if hours.from == hours.to {
                    fields.report(
                        "quiet_hours", "out_of_range", "The quiet hours must not end as they begin."
                    )
                }
                quietHours = hours.json
            }
        }
    }
}

/// From one local time of day to another, over midnight if the second is earlier (NT-47).
struct QuietHours: Input {
    let from, to: String
    let days: [String]

    init() { (from, to, days) = ("22:00", "07:00", []) }

    init(_ fields: FieldReader) {
        from = fields.required("from", .timeOfDay)
        to = fields.required("to", .timeOfDay)
        days = fields.required("days", .list(of: .choice(NotificationSettings.days), 1...7))
    }

    var json: JSON {
        let chosen = NotificationSettings.days.filter(days.contains)
        return [
            "from": .string(from), "to": .string(to), "days": .array(chosen.map { .string($0) }),
        ]
    }
}

extension FieldType where Value == String {
    /// Hours and minutes, 00:00 to 23:59.
    fileprivate static let timeOfDay = FieldType.custom(
        schema: .string(), code: "invalid_format", detail: "Write the time of day as 22:00."
    ) { text in
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }),
            parts.joined().utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
        else { return nil }
        return text
    }
}

extension FieldType where Value == JSON {
    /// A map of types to what changes of them (NT-46, NT-60).
    fileprivate static let checkedTypes = FieldType.checked(
        schema: .map(of: .any), placeholder: [:]
    ) { json, report in
        guard let members = json.objectValue else { return nil }
        for member in members {
            guard let settings = member.value.objectValue else { return nil }
            if NotificationSettings.obligatory.contains(member.name) {
                report(member.name, "not_allowed", "This cannot be switched off.")
                continue
            }
            guard NotificationSettings.types.contains(member.name) else {
                report(
                    member.name, "invalid_option",
                    "One of: \(NotificationSettings.types.joined(separator: ", ")).")
                continue
            }
            let options = NotificationSettings.timings(of: member.name)
            for setting in settings {
                switch (setting.name, setting.value) {
                case ("in_app", .bool): break
                case ("sound", .string(let timing)), ("browser", .string(let timing)):
                    guard !options.contains(timing) else { break }
                    report(
                        member.name, "invalid_option",
                        "One of: \(options.joined(separator: ", ")).")
                case ("in_app", _), ("sound", _), ("browser", _): return nil
                default: report(member.name, "unknown_field", "This field is not known here.")
                }
            }
        }
        return json
    }
}
