import Crypto
import HTTP
import Values

/// Sends requests with one credential, the way a browser or a script would.
package struct Client: Sendable {
    package let app: TestApp
    package var fields: [(String, String)]

    /// A caller without credentials.
    package init(app: TestApp) {
        self.app = app
        fields = []
    }

    /// A script with a bearer token.
    package init(app: TestApp, token: String) {
        self.app = app
        fields = [("Authorization", "Bearer \(token)")]
    }

    /// A browser with a session: cookie, CSRF token and origin.
    package init(
        app: TestApp, session: SessionSecret, cookie: String = "__Host-courtyard"
    ) {
        self.app = app
        fields = [
            ("Cookie", "\(cookie)=\(session.text)"), ("X-CSRF-Token", session.csrfToken),
            ("Origin", "https://courtyard.test"),
        ]
    }

    /// The same client against another server process.
    package func through(_ other: TestApp) -> Client {
        var copy = Client(app: other)
        copy.fields = fields
        return copy
    }

    package func with(_ name: String, _ value: String) -> Client {
        var copy = self
        copy.fields.append((name, value))
        return copy
    }

    package func get(_ target: String) async -> Answer { await send(.get, target) }
    package func post(_ target: String, _ body: JSON? = nil) async -> Answer {
        await send(.post, target, body)
    }
    package func put(_ target: String, _ body: JSON? = nil) async -> Answer {
        await send(.put, target, body)
    }
    package func patch(_ target: String, _ body: JSON? = nil) async -> Answer {
        await send(.patch, target, body)
    }
    package func delete(_ target: String, _ body: JSON? = nil) async -> Answer {
        await send(.delete, target, body)
    }

    package func send(_ method: Method, _ target: String, _ body: JSON? = nil) async -> Answer {
        guard let body else { return await app.send(method, target, fields: fields) }
        var writer = JSONWriter()
        writer.value(body)
        return await app.send(
            method, target, fields: fields + [("Content-Type", "application/json")],
            body: writer.bytes)
    }
}
