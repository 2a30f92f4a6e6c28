import HTTP
import Tenancy

/// Everything about single sign-on.
enum SSORoutes {
    static let all: [Route] =
        SSOSettingsRoutes.all + SSOPages.all + [
            .open(
                .post, "/v1/auth/sso/start", id: "ssoStart", "Begin a single sign-on",
                audit: "sso.start", accepts: .json(FieldReader.describe(SSOStart.Target.self)),
                returns: .json(
                    .ok, .object([("authorization_url", .string(format: "uri"), true)])),
                fails: [
                    .workspaceNeeded, .identityProviderError, .identityProviderTimeout,
                    .providerNotConfigured,
                ], handler: SSOStart.start),
            .open(
                .post, "/v1/auth/sso/callback/{id}", id: "ssoCallback",
                "Finish a single sign-on", audit: "session.start",
                accepts: .json(FieldReader.describe(SSOCallback.Answer.self)),
                returns: .json(.ok, SSOCallback.schema),
                fails: [
                    .ssoRejected, .notAMember, .planLimitReached, .noWorkspace,
                    .identityProviderError, .identityProviderTimeout, .providerNotConfigured,
                ], handler: SSOCallback.finish),
            .open(
                .post, "/v1/auth/sso/link", id: "ssoLinkByPassword",
                "Connect a single sign-on with one's login, by its password",
                audit: "session.start", accepts: .json(FieldReader.describe(SSOLink.Password.self)),
                returns: .json(.ok, SSOCallback.schema),
                fails: [
                    .invalidCredentials, .tooManyAttempts, .tokenExpired, .ssoRejected,
                    .notAMember, .planLimitReached, .noWorkspace,
                ], handler: SSOLink.proveByPassword),
            .open(
                .post, "/v1/auth/sso/link/mail", id: "ssoLinkMail",
                "Ask for a mailed link that connects a single sign-on with one's login",
                audit: "sso.link_mail", returns: .empty(.accepted),
                fails: [.tooManyAttempts, .providerNotConfigured], handler: SSOLink.mail),
            .open(
                .post, "/v1/auth/sso/link/confirm", id: "ssoLinkByMail",
                "Connect a single sign-on with one's login, by a mailed link",
                audit: "session.start", accepts: .json(FieldReader.describe(SSOLink.Token.self)),
                returns: .json(.ok, SSOCallback.schema),
                fails: [
                    .tokenExpired, .ssoRejected, .notAMember, .planLimitReached, .noWorkspace,
                ], handler: SSOLink.proveByMail),
            .change(
                .post, "/v1/auth/sso/logout", id: "ssoLogout",
                "Log out here, and learn where to log out of the identity provider",
                access: .memberEvenSuspended, audit: "session.end",
                returns: .json(
                    .ok, .object([("logout_url", .nullable(.string(format: "uri")), true)])),
                handler: SSOLogout.leave),
            .open(
                .post, "/v1/auth/sso/backchannel-logout/{id}", id: "ssoBackchannelLogout",
                "Hear from an identity provider that a session has ended there",
                audit: "session.end",
                accepts: .form(.object([("logout_token", .string(), true)])),
                returns: .json(.ok, .object([])),
                fails: [.identityProviderError, .identityProviderTimeout],
                isRateLimited: false, handler: SSOLogout.obey),
        ]
}
