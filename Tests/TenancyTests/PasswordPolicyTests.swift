import Testing

@testable import Tenancy

@Suite struct `A password` {
    private let policy = PasswordPolicy(
        identity: ["Ana Ruiz", "ana@harbour.example", "Harbour Books"])

    @Test(
        "ID-25, ID-126: is refused with the reason",
        arguments: [
            ("", .tooShort), ("short", .tooShort), ("fourteen chars", .tooShort),
            (String(repeating: "kx9 ", count: 32) + "!", .tooLong),
            ("passwordpassword", .tooCommon), ("Password12345678", .tooCommon),
            ("P4$$w0rd-P4$$w0rd", .tooCommon), ("qwertyuiopasdfgh", .tooCommon),
            ("1234567890123456", .tooCommon), ("aaaaaaaaaaaaaaaa", .tooCommon),
            ("abcabcabcabcabcabc", .tooCommon), ("letmein-letmein-letmein", .tooCommon),
            ("monkey dragon 2024", .tooCommon), ("iloveyouiloveyou!!", .tooCommon),
            ("               ", .tooCommon), ("!!!!!!!!!!!!!!!!", .tooCommon),
            ("correct horse battery staple", .tooCommon),
            ("Harbour Books 2026", .containsIdentity), ("ana@harbour.example", .containsIdentity),
            ("ana ruiz ana ruiz", .containsIdentity), ("COURTYARD-courtyard", .containsIdentity),
            ("Courtyard12345678", .containsIdentity), ("a-n-a.r-u-i-z.a-n-a", .containsIdentity),
        ] as [(String, PasswordPolicy.Weakness)])
    func isRefused(password: String, weakness: PasswordPolicy.Weakness) {
        #expect(policy.weakness(of: password) == weakness)
    }

    @Test(
        "ID-25, SEC-39, SEC-42: is accepted whatever it is made of",
        arguments: [
            "seventeen green hedgehogs", "kqzvwxpmfhtrbcy", "5829304716203948571",
            "ana keeps nine wet umbrellas", "пятнадцать зелёных ежей", "🦔🦔🌲🌊 hedgehogs swim",
            "十五文字以上の長い合言葉をここに書く", String(repeating: "kx9vq ", count: 21) + "zw",
            "monkey dragon umbrella hedgehog",
        ])
    func isAccepted(password: String) {
        #expect(policy.weakness(of: password) == nil)
    }

    @Test("ID-25, SEC-39: eight characters are enough beside a second factor")
    func secondFactor() {
        var policy = policy
        policy.hasSecondFactor = true
        #expect(policy.weakness(of: "kqzvwxp") == .tooShort)
        #expect(policy.weakness(of: "kqzvwxpm") == nil)
        #expect(policy.weakness(of: "password") == .tooCommon)
        #expect(policy.weakness(of: "harbour1") == .containsIdentity)
    }

    @Test("OV-26: length counts Unicode scalars of the composed form")
    func length() {
        // Fifteen letters e with an accent, each written as two scalars that compose to one.
        let decomposed = "ke\u{301}zve\u{301}wxpme\u{301}fht"
        #expect(policy.weakness(of: decomposed) == .tooShort)
        #expect(policy.weakness(of: decomposed + "rb") == nil)
    }
}
