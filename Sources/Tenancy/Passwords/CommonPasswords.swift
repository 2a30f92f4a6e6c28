import Values

/// Passwords that guessing programs try first: well-known words with the usual endings, runs along the
/// keyboard or the alphabet, and short pieces said over and over.
enum CommonPasswords {
    static func contains(_ password: String) -> Bool {
        let folded = Array(Text.folded(password))
        if isRepetition(folded) || isRun(folded) { return true }
        let plain = folded.map { substitutes[$0] ?? $0 }
        return consistsOfWords(folded) || consistsOfWords(plain)
    }

    /// Whether a piece of at most four characters makes up the whole.
    private static func isRepetition(_ text: [Character]) -> Bool {
        (1...4).contains { length in
            text.count > length
                && text.indices.allSatisfy { text[$0] == text[$0 % length] }
        }
    }

    /// Whether the text goes along a row of the keyboard, the digits or the alphabet, either way, and
    /// may begin again at their end.
    private static func isRun(_ text: [Character]) -> Bool {
        rows.contains { row in
            [row, row.reversed()].contains { row in
                guard let first = text.first, let start = row.firstIndex(of: first) else {
                    return false
                }
                return text.indices.allSatisfy { text[$0] == row[(start + $0) % row.count] }
            }
        }
    }

    /// Whether the letters are one or two well-known words, however often; digits and signs around
    /// them are the usual endings and do not count.
    private static func consistsOfWords(_ text: [Character]) -> Bool {
        var rest = String(text.filter(\.isLetter))
        guard rest.count >= 3 else { return false }
        var found = 0
        // Longest first, so that "iloveyou" is not left over by "love".
        for word in words where rest.contains(word) {
            found += 1
            while let range = rest.firstRange(of: word) { rest.removeSubrange(range) }
        }
        return rest.isEmpty && found <= 2
    }

    private static let substitutes: [Character: Character] = [
        "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i",
    ]

    private static let rows: [[Character]] = [
        Array("1234567890"), Array("0123456789"), Array("abcdefghijklmnopqrstuvwxyz"),
        Array("qwertyuiopasdfghjklzxcvbnm"), Array("1qaz2wsx3edc4rfv5tgb6yhn7ujm"),
        Array("1q2w3e4r5t6y7u8i9o0p"), Array("qwertzuiopasdfghjklyxcvbnm"),
        Array("azertyuiopqsdfghjklmwxcvbn"),
    ]

    private static let words: [String] = """
        password passwort passwd motdepasse contrasena wachtwoord parola senha sifre pass word
        welcome willkommen bienvenido bienvenue hello hallo hola bonjour letmein login signin
        changeme secret geheim access admin administrator root user guest test testing default
        demo master superuser server system network internet computer windows linux ubuntu
        google facebook instagram whatsapp telegram twitter youtube amazon apple samsung
        microsoft iloveyou ilove love you sunshine princess princesa dragon monkey football
        fussball futbol baseball basketball soccer hockey liverpool chelsea arsenal barcelona
        realmadrid superman batman spiderman pokemon naruto starwars matrix ninja shadow killer
        hunter ranger pepper cookie cheese chocolate banana orange flower butterfly angel
        summer winter spring autumn january february march april june july august september
        october november december monday tuesday wednesday thursday friday saturday sunday
        company business office work money freedom forever family mother father baby lovely
        michael jennifer jessica daniel ashley thomas andrew robert charlie george jordan
        michelle nicole trustno whatever nothing mypassword thepassword please always never
        qwerty qwertz azerty qwertyuiop asdf asdfgh asdfghjkl zxcvbn zxcvbnm abc abcd abcdef
        """.split { $0 == " " || $0 == "\n" }.map(String.init).sorted { $0.count > $1.count }
}
