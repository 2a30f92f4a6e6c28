import HTTP
import Tenancy
import TestSupport
import Testing
import Values

@testable import App

/// What another site can make a signed-in browser send, tried on every route that changes anything.
@Suite struct `Requests from other pages` {
    private static let changing = (RouteSample.inTenants + RouteSample.ofStaff).filter {
        $0.route.method.isChanging
    }

    /// Somebody who may do everything, and whose cookie a browser attaches by itself.
    private func signedIn(_ sample: RouteSample) async throws -> Client {
        if case .staff = sample.route.access.audience {
            return try await TestStaff.signedIn(.platformAdmin, on: try TestApp(AllRoutes.all))
                .client
        }
        return try await SharedWorkspace.shared.tenant().member(.owner).client
    }

    /// Fields of another value, or without one when they are left out.
    typealias Changes = [(name: String, value: String?)]

    private static let forgeries: [Changes] = [
        [("Origin", "https://evil.example")], [("Origin", "https://sibling.courtyard.test")],
        [("Origin", "https://courtyard.test.evil.example")],
        [("Origin", "http://courtyard.test")], [("Origin", "https://courtyard.test:8443")],
        [("Origin", "null")], [("Origin", "")], [("Origin", nil)],
        [("Origin", nil), ("Sec-Fetch-Site", "same-site")],
        [("Origin", nil), ("Sec-Fetch-Site", "cross-site")],
        [("Origin", nil), ("Sec-Fetch-Site", "none")],
        [("X-CSRF-Token", nil)], [("X-CSRF-Token", "AAAA")], [("X-CSRF-Token", "")],
    ]

    private func changed(_ client: Client, _ changes: Changes) -> Client {
        var copy = client
        copy.fields.removeAll { field in changes.contains { $0.name == field.0 } }
        for case (let name, let value?) in changes { copy.fields.append((name, value)) }
        return copy
    }

    @Test(
        "OV-21, SEC-25: no form, script or sibling of another origin changes anything",
        arguments: changing)
    func otherOrigin(sample: RouteSample) async throws {
        let client = try await signedIn(sample)
        for changes in Self.forgeries {
            let other = changed(client, changes)
            let answer = await sample.call(other, sample.pathToNothing)
            #expect(answer.status == 403, "\(changes): \(answer.text)")
            #expect(answer.code == "csrf_failed", "\(changes)")
        }
    }

    @Test(
        "OV-21, OV-47, SEC-25: what a form can send is refused even from our own origin",
        arguments: changing)
    func formTypes(sample: RouteSample) async throws {
        let caller = try await sample.caller()
        let types = ["text/plain", "application/x-www-form-urlencoded"]
        for type in types + (sample.isUpload ? [] : ["multipart/form-data; boundary=b"]) {
            let answer = await sample.call(caller.client, caller.path, body: "{}", type: type)
            #expect(answer.status == 415, "\(type): \(answer.text)")
        }
    }

    @Test(
        "OV-21: a tab of another workspace reads and changes nothing in this one",
        arguments: RouteSample.inTenants)
    func staleTab(sample: RouteSample) async throws {
        let client = try await SharedWorkspace.shared.tenant().member(.owner).client
        let other = try await SharedWorkspace.other.tenant()
        for workspace in [other.id.description, "", "x"] {
            let answer = await sample.call(
                client.with("X-Courtyard-Workspace", workspace), sample.pathToNothing)
            #expect(answer.status == 409, "\(answer.text)")
            #expect(answer.code == "workspace_mismatch")
        }
    }

    @Test("SEC-23: only origins that were configured may read answers, and none is a wildcard")
    func crossOriginFields() async throws {
        let console = "https://console.example"
        let app = try TestApp(AllRoutes.all) { $0.corsOrigins = [console] }
        for origin in [
            "null", "https://evil.example", "https://console.example.evil.example",
            "http://console.example", "https://sub.console.example", "https://console.example/",
            "*", "https://CONSOLE.example",
        ] {
            for (method, fields) in [
                (Method.get, []), (.options, [("Access-Control-Request-Method", "POST")]),
            ] {
                let answer = await app.send(
                    method, "/v1/meta", fields: [("Origin", origin)] + fields)
                #expect(answer.field("Access-Control-Allow-Origin") == nil, "\(origin)")
                #expect(answer.field("Access-Control-Allow-Credentials") == nil)
                #expect(answer.field("Vary") == "Origin")
            }
        }
        let allowed = await app.send(.get, "/v1/meta", fields: [("Origin", console)])
        #expect(allowed.field("Access-Control-Allow-Origin") == console)
        #expect(allowed.field("Access-Control-Allow-Credentials") == "true")
        // Without the setting nobody elsewhere reads anything.
        let closed = try await TestApp(AllRoutes.all).send(
            .get, "/v1/meta", fields: [("Origin", console)])
        #expect(closed.field("Access-Control-Allow-Origin") == nil)
    }
}
