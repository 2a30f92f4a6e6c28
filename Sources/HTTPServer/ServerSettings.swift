import Synchronization

/// The configuration as all loops see it, with the certificate of the moment.
final class ServerSettings: Sendable {
    let configuration: Server.Configuration
    private let context: Mutex<TLSContext?>

    init(_ configuration: Server.Configuration) throws(TLSFailure) {
        self.configuration = configuration
        var first: TLSContext?
        if let files = configuration.tls { first = try TLSContext(files) }
        context = Mutex(first)
    }

    /// What a new connection shall use; nil for plain HTTP.
    var tls: TLSContext? { context.withLock { $0 } }

    func reloadCertificate() throws(TLSFailure) {
        guard let files = configuration.tls else { return }
        let renewed = try TLSContext(files)
        context.withLock { $0 = renewed }
    }

    func trustsProxy(_ address: IPAddress) -> Bool {
        configuration.trustedProxies.contains { $0.contains(address) }
    }

    func expectsProxyHeader(_ address: IPAddress) -> Bool {
        configuration.proxyProtocolSources.contains { $0.contains(address) }
    }
}
