import Testing

@Suite struct `The repository` {
    @Test func `is found and read`() {
        let paths = SourceTree.files.map(\.path)
        for path in ["Package.swift", "README.md", "Sources/courtyard/main.swift"] {
            #expect(paths.contains(path))
        }
    }

    @Test(arguments: LineRule.all)
    func `keeps the rule that`(_ rule: LineRule) {
        let findings = SourceTree.files.filter { rule.governs($0.path) }
            .flatMap { rule.findings(in: $0) }
        #expect(findings.isEmpty, "\(listed(findings))")
    }

    @Test func `has exactly one title in each document`() {
        let findings = Documents.all.flatMap { Documents.titleFindings(in: $0) }
        #expect(findings.isEmpty, "\(listed(findings))")
    }

    @Test func `has no dead link in a document`() {
        let findings = Documents.all.flatMap { Documents.linkFindings(in: $0) }
        #expect(findings.isEmpty, "\(listed(findings))")
    }

    @Test(arguments: ["sql/platform", "sql/cell", "sql/tenant"])
    func `numbers the migrations without a gap in`(_ folder: String) {
        let names = SourceTree.files.map(\.path)
            .filter { $0.hasPrefix(folder + "/") }.map { $0.dropFirst(folder.count + 1) }
        let findings = Migrations.findings(in: names)
        #expect(findings.isEmpty, "\(listed(findings))")
    }

    private func listed(_ findings: [String]) -> String {
        "\n" + findings.joined(separator: "\n")
    }
}
