import Testing

@Suite struct `A rule` {
    @Test(arguments: LineRule.all)
    func `finds what offends it and nothing else:`(_ rule: LineRule) {
        for line in rule.bad {
            let file = SourceFile(path: "Sources/A.swift", text: "\n" + line)
            #expect(rule.findings(in: file).count == 1, "\(line)")
            #expect(rule.findings(in: file).first?.hasPrefix("Sources/A.swift:2: ") == true)
        }
        for line in rule.good {
            #expect(rule.findings(in: SourceFile(path: "a", text: line)).isEmpty, "\(line)")
        }
    }

    @Test(arguments: LineRule.all)
    func `governs some file of the repository:`(_ rule: LineRule) {
        #expect(SourceTree.files.contains { rule.governs($0.path) })
    }

    @Test func `leaves commands free to print, and tests to unwrap`() {
        #expect(!LineRule.printing.governs("Sources/App/Commands/ServeCommand.swift"))
        #expect(LineRule.printing.governs("Sources/App/Wiring.swift"))
        #expect(!LineRule.unwrapping.governs("Tests/HTTPTests/RouterTests.swift"))
        #expect(!LineRule.tasks.governs("Sources/EventLoop/EventLoop.swift"))
    }

    @Test(arguments: [
        ("", ["a.md:1: no title"]),
        ("# A\n\n## B\n", []),
        ("\n# A\n```\n# comment\n```\n", []),
        ("# A\n# B", ["a.md:2: second title"]),
        ("words\n# A", ["a.md:1: text before the title"]),
    ])
    func `about titles reads a document`(_ text: String, findings: [String]) {
        #expect(Documents.titleFindings(in: SourceFile(path: "a.md", text: text)) == findings)
    }

    @Test(arguments: [
        ("[x](b.md) [y](https://a.example/none) [z](#part) [m](mailto:a@b.example)", []),
        ("[x](none.md)", ["docs/a.md:1: dead link none.md"]),
        ("\n[x](../b.md)", ["docs/a.md:2: dead link ../b.md"]),
        ("[x](b.md#gone) [y](b.md#part)", ["docs/a.md:1: dead link b.md#gone"]),
        ("```\n[x](none.md)\n```", []),
    ])
    func `about links reads a document`(_ text: String, findings: [String]) {
        let found = Documents.linkFindings(
            in: SourceFile(path: "docs/a.md", text: text),
            exists: { ["docs/a.md", "docs/b.md"].contains($0) }, headings: { _ in ["part"] })
        #expect(found == findings)
    }

    @Test func `about headings knows the anchors that pages give them`() {
        #expect(Documents.anchor("## The two `scripts`, and why") == "the-two-scripts-and-why")
    }

    @Test(arguments: [
        (["0001_a.sql", "0002_b.sql"], 0), (["0001_a.sql", "0003_b.sql"], 1),
        (["0001_a.sql", "0001_b.sql"], 1), (["1_a.sql"], 1), (["0000_a.sql"], 1),
    ])
    func `about migrations counts their numbers`(_ names: [Substring], findings: Int) {
        #expect(Migrations.findings(in: names).count == findings)
    }
}

@Suite struct `Swift code` {
    @Test(arguments: [
        ("a // b", "a     "),
        ("a /* b /* c */ d */ e", "a                   e"),
        (#"f("x!") + y!"#, #"f("  ") + y!"#),
        (#"f("a\"b") c"#, #"f("    ") c"#),
        (#""\(a["k"]!) z" b"#, #"" (a[" "]!)  " b"#),
        ("#\"a\"b\\(c)\"# d", "#\"       \"# d"),
        ("#\"\\#(a!)\"# d", "#\"  (a!)\"# d"),
        ("\"\"\"\n a\"b\n \"\"\" c", "\"\"\"\n    \n \"\"\" c"),
        ("\"open", "\"    "),
        ("/* open\nx", "       \n "),
    ])
    func `is told from comments and strings`(_ text: String, blanked: String) {
        #expect(SwiftCode.blanked(text) == blanked)
    }
}
