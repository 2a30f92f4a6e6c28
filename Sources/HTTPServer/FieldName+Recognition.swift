import HTTP

extension FieldName {
    /// The field whose name stands in `range` of `bytes`, in any case; nil if Courtyard does not
    /// read it.
    ///
    /// By length first: a request carries many fields, and most comparisons end there.
    static func recognised(_ bytes: Span<UInt8>, _ range: Range<Int>) -> FieldName? {
        @inline(__always)
        func isName(_ text: StaticString) -> Bool { bytes.equals(range, ignoringCase: text) }
        switch range.count {
        case 4: return isName("host") ? .host : nil
        case 6:
            if isName("accept") { return .accept }
            if isName("cookie") { return .cookie }
            if isName("origin") { return .origin }
            return isName("expect") ? .expect : nil
        case 8: return isName("if-match") ? .ifMatch : nil
        case 10:
            if isName("user-agent") { return .userAgent }
            return isName("connection") ? .connection : nil
        case 12:
            if isName("content-type") { return .contentType }
            if isName("x-request-id") { return .requestID }
            return isName("x-csrf-token") ? .csrfToken : nil
        case 13:
            if isName("authorization") { return .authorization }
            if isName("if-none-match") { return .ifNoneMatch }
            return isName("last-event-id") ? .lastEventID : nil
        case 14:
            if isName("content-length") { return .contentLength }
            return isName("sec-fetch-site") ? .secFetchSite : nil
        case 15:
            if isName("accept-encoding") { return .acceptEncoding }
            if isName("accept-language") { return .acceptLanguage }
            if isName("x-forwarded-for") { return .forwardedFor }
            return isName("idempotency-key") ? .idempotencyKey : nil
        case 16: return isName("content-encoding") ? .contentEncoding : nil
        case 17:
            if isName("transfer-encoding") { return .transferEncoding }
            return isName("x-forwarded-proto") ? .forwardedProto : nil
        case 21: return isName("x-courtyard-workspace") ? .workspace : nil
        case 29: return isName("access-control-request-method") ? .corsRequestMethod : nil
        case 30: return isName("access-control-request-headers") ? .corsRequestHeaders : nil
        default: return nil
        }
    }
}
