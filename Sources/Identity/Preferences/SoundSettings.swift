import HTTP
import Values

/// The sound of each module (ID-101).
struct SoundSettings: Sendable {
    static let sounds = ["chime", "bell", "pop", "knock", "none"]
    static let modules = ["inbox", "broadcasts", "templates", "system", "team"]

    /// What differs from the defaults, by module.
    let stored: JSON

    var json: JSON {
        .object(
            Self.modules.map { module in
                JSON.Member(
                    name: module,
                    value: stored[module] ?? (module == "inbox" ? "chime" : "pop"))
            })
    }

    static let schema = Schema.object(
        modules.map { ($0, .choice(sounds), true) }, name: "Sounds")

    /// `PATCH /v1/me/sounds`.
    struct Change: Input {
        let sounds: JSON

        init(_ fields: FieldReader) {
            sounds = .object(
                SoundSettings.modules.compactMap { module in
                    fields.change(module, .choice(SoundSettings.sounds)).map {
                        JSON.Member(name: module, value: .string($0))
                    }
                })
        }
    }
}

extension JSON {
    /// The members of both objects; where both have one, that of `changes`.
    func merging(_ changes: JSON) -> JSON {
        let new = changes.objectValue ?? []
        let kept = (objectValue ?? []).filter { old in !new.contains { $0.name == old.name } }
        return .object(kept + new)
    }
}
