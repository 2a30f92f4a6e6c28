import Foundation
import Testing
import Values

@testable import Crypto

@Suite struct `Time-based codes` {
    @Test(
        "ID-60, SEC-50: gives the values of RFC 6238 appendix B, cut to six digits",
        arguments: [
            (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"),
            (1_234_567_890, "005924"), (2_000_000_000, "279037"), (20_000_000_000, "353130"),
        ])
    func vectors(seconds: Int64, code: String) {
        let codes = TOTP(secret: Array("12345678901234567890".utf8))
        #expect(codes.code(seconds / 30) == code)
    }

    @Test("ID-60: agrees with oathtool on random secrets and times")
    func oathtool() throws {
        for _ in 0..<20 {
            let codes = TOTP.generate()
            let seconds = Int64.random(in: 0..<4_000_000_000)
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = [
                "oathtool", "--totp", "--base32", "--now", "@\(seconds)", codes.text,
            ]
            let pipe = Pipe()
            process.standardOutput = pipe
            try process.run()
            let output = String(
                decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            let code = codes.code(seconds / TOTP.stepSeconds)
            #expect(output.trimmingCharacters(in: .whitespacesAndNewlines) == code)
        }
    }

    @Test("ID-60, SEC-52: one step before and after the present is taken, no other")
    func window() {
        let codes = TOTP.generate()
        let now = Instant(microseconds: 1_700_000_015_000_000)
        let present = now.seconds / 30
        for step in present - 3...present + 3 {
            let found = codes.step(of: codes.code(step), at: now)
            if abs(step - present) <= 1 {
                #expect(found != nil)
            } else {
                // By chance a code may be that of another step too.
                #expect(found == nil || found != step)
            }
        }
        #expect(codes.step(of: "", at: now) == nil)
    }

    @Test("SEC-53: a step that has worked, and all before it, are refused")
    func used() {
        let codes = TOTP(secret: Array("12345678901234567890".utf8))
        let now = Instant(microseconds: 59_000_000)
        #expect(codes.step(of: "287082", at: now, after: 0) == 1)
        #expect(codes.step(of: "287082", at: now, after: 1) == nil)
        #expect(codes.step(of: "287082", at: now + .seconds(60), after: 0) == nil)
    }

    @Test("SEC-51: codes have their digits, leading zeros too, and come evenly")
    func digits() {
        var first = [Int](repeating: 0, count: 10)
        for _ in 0..<2_000 {
            let code = NumericCode.random(digits: 6)
            #expect(code.utf8.count == 6 && code.utf8.allSatisfy { (48...57).contains($0) })
            first[Int(code.utf8.first ?? 48) - 48] += 1
        }
        #expect(NumericCode.padded(7, digits: 8) == "00000007")
        for count in first { #expect((100...320).contains(count)) }
    }
}
