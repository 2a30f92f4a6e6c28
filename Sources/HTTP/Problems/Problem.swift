import Values

/// A refusal on its way to the caller, in the form of RFC 9457 (OV-30).
package struct Problem: Error, Sendable {
    package var kind: ProblemKind
    /// One sentence on this occurrence; free of secrets and of other tenants' data.
    package var detail: Phrase
    /// Members beside `code`, such as `limit` or `required_permission`.
    package var extra: [JSON.Member]
    /// With `validation_failed`: every failing field.
    package var fields: [FieldError]
    package var retryAfterSeconds: Int?
    /// The methods of a 405.
    package var allow: String?

    package init(
        _ kind: ProblemKind, _ detail: Phrase = "", extra: [JSON.Member] = [],
        fields: [FieldError] = [], retryAfterSeconds: Int? = nil, allow: String? = nil
    ) {
        self.kind = kind
        self.detail = detail
        self.extra = extra
        self.fields = fields
        self.retryAfterSeconds = retryAfterSeconds
        self.allow = allow
    }

    /// A 422 for one field.
    package static func field(
        _ name: String, _ code: StaticString, _ detail: Phrase = ""
    ) -> Problem {
        Problem(
            .validationFailed, fields: [FieldError(pointer: "/" + name, code: code, detail: detail)]
        )
    }

    package static let notFound = Problem(.notFound)

    /// The wire form of RFC 9457; `instance` is the request id.
    ///
    /// What people read is in `language`, `code` never (ID-37).
    package func response(instance: String, in language: Language = .english) -> Response {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("type")
        writer.string(kind.type)
        writer.key("title")
        writer.string(Phrase(fixed: kind.title).text(in: language))
        writer.key("status")
        writer.integer(Int64(kind.status))
        if !detail.isEmpty {
            writer.key("detail")
            writer.string(detail.text(in: language))
        }
        writer.key("instance")
        writer.string(instance)
        writer.key("code")
        writer.string(kind.code)
        for member in extra {
            writer.key(member.name)
            writer.value(member.value)
        }
        if !fields.isEmpty {
            writer.key("errors")
            writer.beginArray()
            for field in fields { field.write(to: &writer, in: language) }
            writer.endArray()
        }
        writer.endObject()
        var response = Response(
            Status(kind.status), contentType: "application/problem+json; charset=utf-8",
            body: .bytes(writer.bytes))
        if language != .english {
            response.fields.append((name: "Content-Language", value: language.rawValue))
        }
        if let retryAfterSeconds {
            response.fields.append((name: "Retry-After", value: String(retryAfterSeconds)))
        }
        if let allow { response.fields.append((name: "Allow", value: allow)) }
        if kind.status == 401 {
            response.fields.append((name: "WWW-Authenticate", value: "Bearer"))
        }
        return response
    }
}

/// One field that broke a rule.
package struct FieldError: Sendable, Equatable {
    /// RFC 6901 pointer into the request's body.
    package var pointer: String
    package var code: String
    package var detail: Phrase
    /// Further members, such as `max`.
    package var extra: [JSON.Member]

    package init(
        pointer: String, code: StaticString, detail: Phrase = "", extra: [JSON.Member] = []
    ) {
        self.pointer = pointer
        self.code = code.description
        self.detail = detail
        self.extra = extra
    }

    func write(to writer: inout JSONWriter, in language: Language) {
        writer.beginObject()
        writer.key("pointer")
        writer.string(pointer)
        writer.key("code")
        writer.string(code)
        writer.key("detail")
        writer.string(detail.text(in: language))
        for member in extra {
            writer.key(member.name)
            writer.value(member.value)
        }
        writer.endObject()
    }
}

/// The answers to what never became a request (design §4).
extension Problem {
    package init(_ failure: WireFailure) {
        switch failure {
        case .malformed(let reason): self.init(.malformedRequest, Phrase(fixed: reason))
        case .unsupportedVersion: self.init(.httpVersionUnsupported)
        case .notImplemented: self.init(.notImplemented)
        case .targetTooLong: self.init(.targetTooLong)
        case .headTooLarge: self.init(.headTooLarge)
        case .contentTooLarge: self.init(.payloadTooLarge)
        case .timedOut: self.init(.requestTimeout)
        case .expectationFailed: self.init(.expectationFailed)
        case .overloaded: self.init(.overloaded, retryAfterSeconds: 1)
        }
    }
}
