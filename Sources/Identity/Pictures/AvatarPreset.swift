import Values

/// A built-in picture that a person can choose instead of a photo (ID-34).
///
/// A picture's id and drawing never change once released: browsers keep them for good.
struct AvatarPreset: Sendable {
    let name: String
    let id: ID
    let svg: String

    static let all: [AvatarPreset] = drawings.enumerated().map { index, drawing in
        AvatarPreset(
            name: drawing.name,
            id: ID(high: 0x6176_6174_6172_8000, low: 0x8000_0000_0000_0000 | UInt64(index + 1)),
            svg: """
                <svg xmlns="http://www.w3.org/2000/svg" width="640" height="640" \
                viewBox="0 0 64 64"><rect width="64" height="64" fill="\(drawing.ground)"/>\
                \(drawing.shapes)</svg>
                """)
    }

    /// What `preset` takes.
    static let names = all.map(\.name)

    static func named(_ name: String) -> AvatarPreset? { all.first { $0.name == name } }
    static func numbered(_ id: ID) -> AvatarPreset? { all.first { $0.id == id } }

    /// New ones are added at the end: the place is part of the id.
    private static let drawings: [(name: String, ground: String, shapes: String)] = [
        (
            "sunrise", "#fde3c8",
            "<circle cx='32' cy='40' r='14' fill='#f2803d'/><rect y='40' width='64' height='24' "
                + "fill='#2f6f8f'/>"
        ),
        (
            "hills", "#d6ecf5",
            "<path d='M0 46 18 24 34 42 46 30 64 50V64H0z' fill='#4d8c57'/>"
                + "<circle cx='48' cy='15' r='7' fill='#f6c445'/>"
        ),
        (
            "moon", "#27304f",
            "<path d='M40 12a20 20 0 1 0 12 32 16 16 0 0 1-12-32z' fill='#f4e3a8'/>"
                + "<circle cx='14' cy='14' r='2' fill='#fff'/>"
        ),
        (
            "leaf", "#e4f2dc",
            "<path d='M12 52C10 26 26 12 54 10 54 38 38 54 12 52z' fill='#5da052'/>"
                + "<path d='M12 52 42 22' stroke='#fff' stroke-width='3'/>"
        ),
        (
            "wave", "#cfe8ef",
            "<path d='M0 40q8-12 16 0t16 0 16 0 16 0V64H0z' fill='#2b7fa3'/>"
                + "<path d='M0 50q8-10 16 0t16 0 16 0 16 0V64H0z' fill='#1b5876'/>"
        ),
        (
            "star", "#40356b",
            "<path d='M32 8l7 16 17 2-13 12 4 18-15-9-15 9 4-18L8 26l17-2z' fill='#f7d154'/>"
        ),
        (
            "flower", "#fbe6ee",
            "<g fill='#d9588c'><circle cx='32' cy='17' r='9'/><circle cx='47' cy='28' r='9'/>"
                + "<circle cx='41' cy='45' r='9'/><circle cx='23' cy='45' r='9'/>"
                + "<circle cx='17' cy='28' r='9'/></g><circle cx='32' cy='33' r='8' "
                + "fill='#f6c445'/>"
        ),
        (
            "boat", "#dff1f7",
            "<path d='M30 8v30H12z' fill='#e9674c'/><path d='M34 14v24h16z' fill='#f3a64c'/>"
                + "<path d='M8 42h48l-8 12H16z' fill='#3a5673'/>"
        ),
        (
            "kite", "#e8e4f7",
            "<path d='M34 6 52 26 30 44 16 20z' fill='#6c5bb5'/>"
                + "<path d='M30 44q-2 8-10 8t-8 8' fill='none' stroke='#6c5bb5' "
                + "stroke-width='2'/>"
        ),
        (
            "cactus", "#fdeed3",
            "<path d='M28 58V16a4 4 0 0 1 8 0v42z' fill='#3f8f6b'/>"
                + "<path d='M28 42h-6a6 6 0 0 1-6-6v-8m20 8h6a6 6 0 0 0 6-6v-6' fill='none' "
                + "stroke='#3f8f6b' stroke-width='6' stroke-linecap='round'/>"
        ),
        (
            "balloon", "#d9f0ec",
            "<ellipse cx='32' cy='26' rx='15' ry='18' fill='#d94f4f'/>"
                + "<path d='M32 44v16' stroke='#555' stroke-width='1.5'/>"
                + "<path d='m28 48 4-4 4 4z' fill='#d94f4f'/>"
        ),
        (
            "lantern", "#2c3e50",
            "<rect x='20' y='18' width='24' height='30' rx='6' fill='#f0a04b'/>"
                + "<rect x='24' y='12' width='16' height='6' fill='#c9d1d9'/>"
                + "<rect x='24' y='48' width='16' height='6' fill='#c9d1d9'/>"
                + "<circle cx='32' cy='33' r='7' fill='#fff3c4'/>"
        ),
        (
            "mushroom", "#eef3df",
            "<path d='M8 34a24 20 0 0 1 48 0z' fill='#c4473a'/>"
                + "<path d='M24 34h16l2 20H22z' fill='#f3e7d3'/>"
                + "<g fill='#fff'><circle cx='22' cy='25' r='3'/><circle cx='36' cy='20' r='4'/>"
                + "<circle cx='46' cy='28' r='3'/></g>"
        ),
        (
            "prism", "#20242c",
            "<path d='M32 10 54 50H10z' fill='none' stroke='#fff' stroke-width='3'/>"
                + "<path d='M38 32 64 24v6z' fill='#e4572e'/>"
                + "<path d='m40 36 24-4v6z' fill='#f3a712'/>"
                + "<path d='m42 40 22 0v6z' fill='#4aa3df'/>"
        ),
    ]
}
