import DNS
import TestSupport
import Testing

@Suite struct `Look-ups of TXT records` {
    private let server: TestNameServer

    init() throws {
        server = try TestNameServer()
    }

    private func records(_ name: String, timeout: Duration = .seconds(30)) async
        -> TextLookup.Answer
    {
        await TextLookup(servers: server.address, timeout: timeout).records(of: name)
    }

    @Test("ID-91: all records come back, long ones joined")
    func records() async {
        let long = String(repeating: "0123456789", count: 40)
        server.set("example.com", .text(["v=spf1 -all", long, ""]))
        #expect(await records("example.com") == .records(["v=spf1 -all", long, ""]))
        #expect(await records("EXAMPLE.com.") == .records(["v=spf1 -all", long, ""]))
    }

    @Test("ID-91: a name without records, or without existence, is told from silence and failure")
    func absence() async {
        server.set("empty.example", .noRecords)
        server.set("silent.example", .silence)
        server.set("failing.example", .failure)
        #expect(await records("empty.example") == .absent)
        #expect(await records("missing.example") == .absent)
        #expect(await records("failing.example") == .unavailable)
        #expect(await records("silent.example", timeout: .milliseconds(300)) == .unavailable)
    }

    @Test("ID-91: malformed names and settings give no answer, and nothing worse")
    func malformed() async {
        let names = [
            "", ".", "a..b", String(repeating: "a", count: 300),
            String(repeating: "a", count: 64) + ".com", "a\\", "*.example", "ex ample.com",
        ]
        for name in names {
            let answer = await records(name)
            #expect(answer == .absent || answer == .unavailable)
        }
        let lost = TextLookup(servers: "not an address", timeout: .seconds(30))
        #expect(await lost.records(of: "example.com") == .unavailable)
    }
}
