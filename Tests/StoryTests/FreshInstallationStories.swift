import Testing
import Values

@Suite struct `Stories of a fresh installation` {
    @Test("SEC-44, OV-64, SEC-90: it has no account, no workspace and no password of its own")
    func nobody() throws {
        let world = try World()
        for table in ["platform.persons", "platform.staff", "platform.tenants", "cell.tenants"] {
            #expect(try world.database.sql("SELECT count(*) FROM \(table)") == "0", "\(table)")
        }
        for (email, password) in [
            ("admin@courtyard.test", "admin"), ("admin", "admin"), ("root@localhost", "courtyard"),
            ("demo@courtyard.test", "demo"), ("", ""),
        ] {
            let body: JSON = ["email": .string(email), "password": .string(password)]
            for path in ["/v1/auth/login", "/v1/platform/auth/login"] {
                let page = try Browser(world.server).post(path, body)
                #expect(page.status >= 400 && page.status < 500, "\(path): \(page.body)")
            }
        }
        #expect(try Browser(world.server).get("/metrics").status == 401)
        // The operator makes the first administrator.
        try ServerProcess.command(
            ["staff", "create", "olga@operator.test", "Olga"], on: world.database,
            input: "violet tramway under snow\n")
        #expect(try world.database.sql("SELECT count(*) FROM platform.staff") == "1")
        #expect(try world.database.sql("SELECT count(*) FROM platform.persons") == "0")
    }
}
