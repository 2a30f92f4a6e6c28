import Testing

@testable import App

@Suite struct `Command line` {
    @Test("OV-64: words, flags and options are taken apart, and what is left over is named")
    func parsing() throws {
        var arguments = Arguments(["create", "acme", "--plan", "GROWTH", "Acme Ltd", "--yes"])
        let verb = arguments.next()
        let first = arguments.flag("--yes")
        let second = arguments.flag("--yes")
        let plan = try arguments.option("--plan")
        let slug = try arguments.next("SLUG")
        #expect(verb == "create" && first && !second && plan == "GROWTH" && slug == "acme")
        #expect(throws: UsageMistake.self) { try arguments.finish() }
        let name = try arguments.next("NAME")
        #expect(name == "Acme Ltd")
        try arguments.finish()
        #expect(throws: UsageMistake.self) {
            var empty = Arguments([])
            _ = try empty.next("MORE")
        }
    }

    @Test("OV-64: an option without its value is a mistake")
    func missingValue() {
        #expect(throws: UsageMistake.self) {
            var arguments = Arguments(["--plan"])
            _ = try arguments.option("--plan")
        }
    }
}
