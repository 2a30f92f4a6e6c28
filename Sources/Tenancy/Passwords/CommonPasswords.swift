/// The built-in list of passwords that are tried first (ID-25).
///
/// A minimum of 15 characters keeps nearly all of a plain list away, and people then repeat or join
/// its entries. So the list holds the words such passwords are built from, and a password is
/// refused when nothing else is in it: at most two different entries, runs such as `12345`,
/// `qwerty` or `aaaa`, and up to four loose characters.
enum CommonPasswords {
    /// Whether nothing else is in `core`, lower-case letters, digits and emoji without anything
    /// between, or signs alone.
    static func isMadeOfThem(_ core: String) -> Bool {
        let plain = Array(core.unicodeScalars)
        guard !plain.isEmpty else { return true }
        return Segmentation(plain).isCommon || Segmentation(plain.map(withoutLeet)).isCommon
    }

    /// `p4$$w0rd` is `password`.
    private static func withoutLeet(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar {
        case "0": "o"
        case "1": "l"
        case "3": "e"
        case "4": "a"
        case "5": "s"
        case "7": "t"
        default: scalar
        }
    }

    static let words: Set<[Unicode.Scalar]> = Set(
        list.split(whereSeparator: { $0 == " " || $0 == "\n" }).map { Array($0.unicodeScalars) })
    static let longest = words.reduce(0) { max($0, $1.count) }

    /// Rows of keyboards, the alphabet and digits, in which runs are looked for both ways.
    static let rows: [[Unicode.Scalar]] = [
        "abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiopasdfghjklzxcvbnm",
        "qwertzuiopasdfghjklyxcvbnm", "azertyuiopqsdfghjklmwxcvbn", "qazwsxedcrfvtgbyhnujmikolp",
        "1qaz2wsx3edc4rfv5tgb6yhn", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0",
        "~!@#$%^&*()_+",
    ].flatMap { row in
        let forward = Array(row.unicodeScalars)
        return [forward, forward.reversed()]
    }
}

/// How a password falls into words of the list, runs and loose characters, taken greedily from the
/// left, the longest piece first.
private struct Segmentation {
    private var words: Set<[Unicode.Scalar]> = []
    private var loose = 0
    private let length: Int

    var isCommon: Bool { words.count <= 2 && loose <= 4 && loose * 3 <= length }

    init(_ scalars: [Unicode.Scalar]) {
        length = scalars.count
        var index = 0
        while index < scalars.count {
            let rest = scalars[index...]
            let word = Self.word(at: rest)
            let run = max(Self.run(at: rest), Self.repetition(at: rest))
            if run >= 3, run >= word {
                index += run
            } else if word > 0 {
                words.insert(Array(rest.prefix(word)))
                index += word
            } else {
                loose += 1
                index += 1
            }
            if words.count > 2 || loose > 4 { return }
        }
    }

    private static func word(at rest: ArraySlice<Unicode.Scalar>) -> Int {
        var length = min(rest.count, CommonPasswords.longest)
        while length >= 3 {
            if CommonPasswords.words.contains(Array(rest.prefix(length))) { return length }
            length -= 1
        }
        return 0
    }

    /// The longest run along a row that begins here.
    private static func run(at rest: ArraySlice<Unicode.Scalar>) -> Int {
        var best = 0
        guard let first = rest.first else { return 0 }
        for row in CommonPasswords.rows {
            for start in row.indices where row[start] == first {
                var length = 0
                for (one, other) in zip(rest, row[start...]) {
                    guard one == other else { break }
                    length += 1
                }
                best = max(best, length)
            }
        }
        return best
    }

    /// How far one to four characters that stand here repeat themselves.
    private static func repetition(at rest: ArraySlice<Unicode.Scalar>) -> Int {
        let scalars = Array(rest)
        var best = 0
        for period in 1...4 where scalars.count >= max(3, period * 2) {
            var length = period
            while length < scalars.count, scalars[length] == scalars[length - period] {
                length += 1
            }
            if length >= max(3, period * 2) { best = max(best, length) }
        }
        return best
    }
}

extension CommonPasswords {
    /// Entries of three letters or more, lower case, without separators.
    private static let list = """
        password passwords passwort passw0rd pass passphrase pwd motdepasse contrasena contrasenya
        senha wachtwoord haslo parola heslo sifre salasana lozinka katasandi sandi rahasia kennwort
        losenord geheim secret secreto segredo private login logon signin admin administrator
        administrador root toor superuser sysadmin system master default guest user username test
        tester testing testtest temp temporary temporal changeme changeit changethis letmein
        welcome willkommen bienvenido bienvenue benvenuto welkom hello hola hallo bonjour salut
        access open opensesame sesame unlock enter entry mynoob demo sample example office company
        business work home house internet computer laptop windows linux ubuntu microsoft apple
        google facebook instagram twitter youtube whatsapp telegram messenger amazon netflix
        samsung android iphone nokia sony playstation xbox nintendo pokemon minecraft roblox
        fortnite counterstrike warcraft starcraft starwars startrek matrix naruto pikachu
        iloveyou iloveu loveyou loveme iloveme teamo tequiero mylove lovely lover love forever
        always together sweetheart sweety sweetie honey baby babygirl babyboy angel angels angelito
        princess princesa prinzessin prince queen king hottie cutie beautiful gorgeous pretty sexy
        monkey dragon tiger lion tigger panther jaguar cougar bear wolf eagle falcon hawk phoenix
        dolphin shark turtle kitty kitten bunny rabbit horse pony puppy doggy dog cat fish bird
        chicken cookie cookies chocolate banana orange apples cherry lemon strawberry peanut butter
        cheese coffee pepper ginger sugar candy vanilla pizza burger whiskey vodka tequila
        football futbol fussball soccer baseball basketball hockey tennis golf rugby cricket boxing
        wrestling skate surfing snowboard fishing hunting racing yankees redsox lakers cowboys
        steelers packers eagles giants dodgers braves bulls celtics arsenal chelsea liverpool
        manchester united barcelona realmadrid juventus inter milan bayern dortmund ajax benfica
        superman batman spiderman ironman wolverine hulk avengers thor joker harley snoopy garfield
        mickey minnie donald goofy simpsons homer bart scooby shrek nemo simba tinkerbell barbie
        michael jordan jennifer jessica ashley amanda michelle nicole daniel andrew joshua matthew
        anthony robert thomas william charles charlie george harry henry james jack jackson john
        johnny joseph justin kevin david richard steven martin peter paul patrick maria marina
        mariana carlos jose juan miguel pedro luis diego alejandro fernando ricardo roberto antonio
        francisco sebastian sofia isabella valentina camila natalia andrea daniela gabriela laura
        sarah samantha stephanie victoria veronica elizabeth emily hannah chloe olivia madison
        summer winter spring autumn fall sommer verano invierno january february march april june
        july august september october november december monday tuesday wednesday thursday friday
        saturday sunday today tomorrow yesterday season holiday vacation birthday christmas easter
        halloween newyear sunshine sunflower sunset moonlight rainbow butterfly flower flowers rose
        daisy jasmine orchid ocean beach island river mountain forest thunder lightning storm snow
        freedom liberty justice peace victory success happy happiness smile lucky luck money dollar
        million rich gold golden silver diamond platinum crystal emerald sapphire ruby purple
        yellow blue green black white red pink brown grey gray jesus christ god godisgood blessed
        blessing faith grace heaven hope trinity genesis bible church allah bismillah muhammad
        mohammed krishna ganesh shiva buddha
        shadow killer ninja samurai warrior hunter ranger soldier marine army navy police sniper
        assassin zombie vampire demon devil satan lucifer ghost reaper hacker cracker anonymous
        mustang corvette camaro ferrari porsche mercedes bmw audi toyota honda yamaha suzuki
        kawasaki harleydavidson ducati chevrolet chevy ford dodge truck motor turbo
        trustno qwerty qwertz azerty asdf zxcv qazwsx wasd abc abcd aaa zzz xxx
        london paris berlin madrid rome newyork chicago boston dallas houston texas florida
        california america american england scotland ireland canada mexico brazil brasil colombia
        argentina espana spain france germany deutschland italy italia portugal russia india
        pakistan indonesia jakarta malaysia singapore philippines australia japan tokyo china korea
        metallica nirvana slipknot eminem beatles elvis madonna rihanna beyonce justinbieber
        onedirection bts blackpink rockstar rocknroll guitar music piano drummer dance dancer
        correcthorsebatterystaple whatever nothing something anything everything nobody somebody
        fuckyou fuckoff fuckme fuck shit bitch asshole pussy dick
        blink buster bailey cooper buddy rocky max maggie molly lucky shadow sparky spike
        biteme maverick merlin gandalf frodo hobbit legolas aragorn excalibur camelot
        super mega ultra power magic star stars the and for you one two three four five six seven
        eight nine ten zero first second year
        new old this that with your mine pin code key keys word number phone mobile email mail
        web site online server network database mysql postgres oracle cisco router wifi wireless
        security secure safety safe strong
        chat inbox messages message customer customers workspace support sales marketing
        """
}
