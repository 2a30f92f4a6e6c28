import CLinux
import Crypto
import HTTPServer
import Persistence
import Tenancy
import Values

/// What the operator decided, read from environment variables and checked at start (design §11).
///
/// `docs/configuration.md` is the table of all variables.
package struct Configuration: Sendable {
    /// Every mistake as one sentence.
    package struct Mistakes: Error, CustomStringConvertible {
        package var sentences: [String]
        package var description: String { sentences.joined(separator: "\n") }
    }

    package var databaseURL: String
    /// The secret from which the login roles' passwords come; nil reads it with the owner's URL.
    package var databaseSecret: String?
    /// Where the keys of secrets at rest are; commands that touch none do without.
    package var keyRing: KeyRingSource?
    package var host = "127.0.0.1"
    package var port = 8080
    package var loops: Int
    package var sqlFolder: String
    package var server = Server.Configuration()
    package var origin: String?
    package var corsOrigins: Set<String> = []
    package var allowsSignUp = true
    package var operatorToken: Digest?
    package var logsRequests = true
    package var mail = MailSettings.log
    package var sms = SMSSettings.none
    /// Every variable that was looked for; `docs/configuration.md` has a row for each.
    package let names: Set<String>
    package var spoolFolder = "/tmp"
    package var rateLimits = RateLimitSettings()
    package var nameServers: String?
    #if TEST_BUILD
        package var allowsLocalProviders = false
    #endif

    package struct RateLimitSettings: Sendable {
        package var perToken: Int64 = 600
        package var perSession: Int64 = 1_200
        package var perWorkspace: Int64 = 3_000
        package var authPerAddress: Int64 = 10
    }

    /// - Throws: ``Mistakes`` listing everything that is wrong.
    package init(environment: [String: String] = ProcessEnvironment.all) throws(Mistakes) {
        var reader = EnvironmentReader(environment)
        databaseURL = reader.text("COURTYARD_DATABASE_URL") ?? ""
        if databaseURL.isEmpty {
            reader.mistakes.append(
                "COURTYARD_DATABASE_URL is not set: give the owner's postgresql:// address.")
        }
        databaseSecret = reader.text("COURTYARD_DATABASE_SECRET")
        keyRing = KeyRingSource(&reader)
        if let listen = reader.text("COURTYARD_LISTEN") {
            (host, port) = reader.address(listen, "COURTYARD_LISTEN") ?? (host, port)
        }
        let cores = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        loops = Int(reader.integer("COURTYARD_LOOPS", 1...64) ?? Int64(max(1, cores - 1)))
        sqlFolder = reader.text("COURTYARD_SQL") ?? ProcessEnvironment.defaultSQLFolder
        origin = reader.text("COURTYARD_ORIGIN") ?? Self.localOrigin(host, port)
        corsOrigins = Set(reader.list("COURTYARD_CORS_ORIGINS"))
        allowsSignUp = reader.bool("COURTYARD_SIGN_UP") ?? true
        operatorToken = reader.text("COURTYARD_OPERATOR_TOKEN").map { SHA256.digest(of: $0) }
        logsRequests = reader.bool("COURTYARD_LOG_REQUESTS") ?? true
        mail = MailSettings(&reader)
        sms = SMSSettings(&reader)
        spoolFolder = reader.text("COURTYARD_SPOOL") ?? "/tmp"
        let defaults = RateLimitSettings()
        let range: ClosedRange<Int64> = 1...1_000_000_000
        rateLimits = RateLimitSettings(
            perToken: reader.integer("COURTYARD_RATE_TOKEN", range) ?? defaults.perToken,
            perSession: reader.integer("COURTYARD_RATE_SESSION", range) ?? defaults.perSession,
            perWorkspace: reader.integer("COURTYARD_RATE_WORKSPACE", range)
                ?? defaults.perWorkspace,
            authPerAddress: reader.integer("COURTYARD_RATE_AUTH", range)
                ?? defaults.authPerAddress)
        switch (reader.text("COURTYARD_TLS_CERTIFICATE"), reader.text("COURTYARD_TLS_KEY")) {
        case (let certificate?, let key?):
            server.tls = TLSFiles(certificateChain: certificate, privateKey: key)
        case (nil, nil): break
        default:
            reader.mistakes.append(
                "COURTYARD_TLS_CERTIFICATE and COURTYARD_TLS_KEY belong together; one is missing.")
        }
        server.trustedProxies = reader.ranges("COURTYARD_TRUSTED_PROXIES")
        server.proxyProtocolSources = reader.ranges("COURTYARD_PROXY_PROTOCOL")
        nameServers = reader.text("COURTYARD_DNS")
        #if TEST_BUILD
            allowsLocalProviders = reader.bool("COURTYARD_TEST_LOCAL_PROVIDERS") ?? false
        #endif
        names = reader.names
        reader.reportUnknown()
        guard reader.mistakes.isEmpty else { throw Mistakes(sentences: reader.mistakes) }
    }

    /// Reads the key ring.
    ///
    /// - Throws: A sentence when there is none, or it cannot be used.
    package func loadKeyRing() throws -> KeyRing {
        guard let keyRing else {
            throw Mistakes(sentences: [
                "Neither COURTYARD_KEY_RING nor COURTYARD_KEYS is set: secrets are sealed under "
                    + "keys of yours. 'courtyard keys generate' makes one; see "
                    + "docs/configuration.md."
            ])
        }
        return try keyRing.load()
    }

    /// A server that only this machine can reach needs no origin to be configured: its links lead
    /// to where it listens.
    private static func localOrigin(_ host: String, _ port: Int) -> String? {
        host == "127.0.0.1" && port != 0 ? "http://\(host):\(port)" : nil
    }

    /// What the loops need of it.
    package func services(schemaVersion: Int) -> ServiceSettings {
        var settings = ServiceSettings(schemaVersion: schemaVersion)
        settings.origin = origin
        settings.corsOrigins = corsOrigins
        settings.requiresTLS = origin?.hasPrefix("https://") ?? false
        settings.allowsSignUp = allowsSignUp
        settings.sendsSMS = sms.isConfigured
        settings.operatorToken = operatorToken
        settings.requestsPerToken = rateLimits.perToken
        settings.requestsPerSession = rateLimits.perSession
        settings.requestsPerWorkspace = rateLimits.perWorkspace
        settings.authCallsPerAddress = rateLimits.authPerAddress
        settings.spoolFolder = spoolFolder
        settings.nameServers = nameServers
        #if TEST_BUILD
            settings.allowsLocalProviders = allowsLocalProviders
        #endif
        return settings
    }
}
