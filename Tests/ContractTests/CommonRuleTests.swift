import Crypto
import HTTP
import Tenancy
import TestSupport
import Testing
import Values

@testable import App

/// The rules of part 0 that hold for every route, tried on each.
@Suite struct `Common rules on every route` {
    @Test(
        "OV-77, SEC-31: a known path with another method is 405 and lists the methods",
        arguments: RouteSample.all)
    func wrongMethod(sample: RouteSample) async throws {
        let known = Set(
            AllRoutes.descriptions.filter { $0.path == sample.route.path }.map(\.method))
        let app = try TestApp(AllRoutes.all)
        for method in [Method.get, .post, .put, .patch, .delete] where !known.contains(method) {
            let answer = await app.send(method, sample.pathToNothing)
            #expect(answer.status == 405)
            #expect(answer.code == "method_not_allowed")
            #expect(answer.faultsAsProblem == [])
            for one in known { #expect(answer.field("Allow")?.contains(one.rawValue) == true) }
        }
    }

    @Test("OV-22: a malformed id in a path is 404", arguments: RouteSample.withIDs)
    func malformedID(sample: RouteSample) async throws {
        let client = try await SharedWorkspace.shared.tenant().member(.owner).client
        for id in ["1", "not-an-id", "01890000-0000-7000-8000-00000000dea", "%2e%2e", "{id}"] {
            let answer = await sample.call(client, sample.path([id]))
            #expect(answer.status == 404, "\(id)")
            #expect(answer.code == "not_found")
            #expect(answer.faultsAsProblem == [])
        }
    }

    @Test("OV-28, SEC-98: an unknown query parameter is refused", arguments: RouteSample.all)
    func unknownParameter(sample: RouteSample) async throws {
        if sample.route.access.audience == .operators || sample.route.takesAnyQuery { return }
        let caller = try await sample.caller()
        let answer = await sample.call(caller.client, caller.path + "?surprise=1")
        #expect(answer.status == 400)
        #expect(answer.code == "unknown_parameter")
        #expect(answer.faultsAsProblem == [])
    }

    @Test("OV-28, SEC-98: a repeated query parameter is refused", arguments: RouteSample.all)
    func repeatedParameter(sample: RouteSample) async throws {
        guard !sample.route.parameters.isEmpty else { return }
        let caller = try await sample.caller()
        for parameter in sample.route.parameters {
            var name = parameter.name
            if case .keyed = parameter.kind { name += "[key]" }
            let pair = "\(name)=\(RouteSample.value(parameter.kind))"
            let answer = await sample.call(caller.client, caller.path + "?\(pair)&\(pair)")
            #expect(answer.status == 400, "\(name)")
            #expect(answer.code == "repeated_parameter")
        }
    }

    @Test(
        "OV-28, OV-29, OV-79, SEC-70: an unknown body field is named among the failing fields",
        arguments: RouteSample.all)
    func unknownField(sample: RouteSample) async throws {
        guard sample.takesJSON else { return }
        let caller = try await sample.caller()
        let answer = await sample.call(caller.client, caller.path, body: #"{"surprise": 1}"#)
        if sample.isRefusedEarlier(answer) { return }
        #expect(answer.status == 422, "\(answer.text)")
        #expect(answer.code == "validation_failed")
        #expect(answer.fieldErrors.contains("/surprise: unknown_field"))
        #expect(answer.faultsAsProblem == [])
    }

    @Test(
        "OV-70, OV-28, SEC-98, SEC-13: a body that is no JSON object is 400",
        arguments: RouteSample.all,
        ["[]", "{", "\"text\"", "{\"a\": 1, \"a\": 2}", "\u{0}"])
    func malformedBody(sample: RouteSample, body: String) async throws {
        guard sample.takesJSON else { return }
        let caller = try await sample.caller()
        let answer = await sample.call(caller.client, caller.path, body: body)
        if sample.isRefusedEarlier(answer) { return }
        #expect(answer.status == 400, "\(answer.text)")
        #expect(answer.code == "malformed_request")
        #expect(answer.faultsAsProblem == [])
    }

    @Test("OV-47, SEC-25: a body of another media type is 415", arguments: RouteSample.all)
    func wrongMediaType(sample: RouteSample) async throws {
        guard sample.takesJSON || sample.isUpload else { return }
        let caller = try await sample.caller()
        let answer = await sample.call(
            caller.client, caller.path, body: "{}", type: "text/plain")
        #expect(answer.status == 415)
        #expect(answer.code == "unsupported_media_type")
    }

    @Test("OV-83, SEC-15: no sample call ends in a fault of ours", arguments: RouteSample.all)
    func noFault(sample: RouteSample) async throws {
        let caller = try await sample.caller()
        let answer = await sample.call(caller.client, caller.path)
        #expect(answer.status != 500, "\(answer.text)")
        #expect(caller.client.app.defects == [])
        if answer.status >= 400 { #expect(answer.faultsAsProblem == []) }
    }

    @Test("OV-76: an unknown path is 404 for everybody")
    func unknownPath() async throws {
        for path in ["/", "/v1", "/v1/", "/v1/nothing", "/v2/contacts", "/v1/contacts/../me"] {
            let answer = await Client(app: try TestApp(AllRoutes.all)).get(path)
            #expect(answer.status == 404, "\(path)")
            #expect(answer.faultsAsProblem == [])
        }
    }

    @Test("OV-64, SEC-92: the operator's routes are closed without the operator's token")
    func operators() async throws {
        let token = "operator-secret"
        let open = try TestApp(AllRoutes.all) { $0.operatorToken = SHA256.digest(of: token) }
        let closed = try TestApp(AllRoutes.all)
        let samples = RouteSample.all.filter { $0.route.access.audience == .operators }
        #expect(samples.count == 2)
        for sample in samples {
            #expect(await Client(app: closed, token: token).get(sample.route.path).status == 401)
            #expect(await Client(app: open).get(sample.route.path).status == 401)
            #expect(await Client(app: open, token: "other").get(sample.route.path).status == 401)
            #expect(await Client(app: open, token: token).get(sample.route.path).status == 200)
        }
    }
}
