import EventLoop

/// A connection that waits for NOTIFY on one channel and comes back by itself when it is lost.
///
/// Notifications are hints: some may be lost while it reconnects, so whoever listens must poll as
/// well. Lives on one loop.
package final class Listener: @unchecked Sendable {
    private let loop: EventLoop
    private let settings: ConnectionSettings
    private let command: SQL
    private let onNotification: () -> Void
    private var connection: Connection?
    private var isStopped = false

    /// Begins to listen, as the login role of `shard`; `command` is `LISTEN` and the channel.
    ///
    /// `onNotification` is called on the loop, once for notifications that came together, and
    /// whenever listening begins anew.
    package init(
        loop: EventLoop, settings: ConnectionSettings, shard: Int, command: SQL,
        onNotification: @escaping () -> Void
    ) {
        self.loop = loop
        self.settings = settings
        self.command = command
        self.onNotification = onNotification
        connect(shard: shard)
    }

    package func stop() {
        isStopped = true
        connection?.close(.unavailable("no longer listening"))
        connection = nil
    }

    private func connect(shard: Int) {
        guard !isStopped else { return }
        let connection = Connection(
            loop: loop, settings: settings, login: settings.login(shard),
            parameters: Parameters())
        self.connection = connection
        connection.onNotification = { [weak self] in self?.onNotification() }
        connection.onOpen = { [weak self, weak connection] failure in
            guard let self, let connection, failure == nil else {
                self?.reconnect(shard: shard)
                return
            }
            connection.onClose = { [weak self] in self?.reconnect(shard: shard) }
            listen(on: connection, shard: shard)
        }
    }

    private func listen(on connection: Connection, shard: Int) {
        let scope = Scope(shard: shard, schema: nil, schemaNumber: 0, preamble: "SELECT 1")
        loop.spawn { [self] in
            do {
                _ = try await connection.run(scope, [command], sendsPreamble: false)
                onNotification()
            } catch {
                connection.close(.unavailable("LISTEN failed"))
            }
        }
    }

    private func reconnect(shard: Int) {
        loop.schedule(after: .seconds(1)) { [weak self] in self?.connect(shard: shard) }
    }
}
