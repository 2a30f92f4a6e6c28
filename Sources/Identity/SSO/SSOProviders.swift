import DNS
import HTTPClient
import OpenID
import Tenancy

/// What single sign-on keeps on a loop: connections to providers, what they publish, and the
/// resolver of domain proofs.
final class SSOProviders: LoopComponent {
    let client: ProviderClient
    let names: TextLookup
    /// Whether plain HTTP and addresses of this machine are taken; never in a release build.
    let isLocal: Bool
    private let http: HTTPClient?

    init(_ services: LoopServices) {
        let http = HTTPClient(loop: services.loop)
        self.http = http
        isLocal = Self.isLocal(services.settings)
        client = ProviderClient(loop: services.loop, http: http, isLocal: isLocal)
        names = TextLookup(servers: services.settings.nameServers)
    }

    /// With another way to providers: for tests.
    init(_ services: LoopServices, http: any HTTPSending) {
        self.http = nil
        isLocal = Self.isLocal(services.settings)
        client = ProviderClient(loop: services.loop, http: http, isLocal: isLocal)
        names = TextLookup(servers: services.settings.nameServers)
    }

    func close() { http?.close() }

    private static func isLocal(_ settings: ServiceSettings) -> Bool {
        #if TEST_BUILD
            return settings.allowsLocalProviders
        #else
            return false
        #endif
    }
}

extension LoopServices {
    var providers: SSOProviders { component(SSOProviders.self) }
}
