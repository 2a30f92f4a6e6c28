import Tenancy

/// Every endpoint of persons, login and sessions.
package enum IdentityRoutes {
    package static let all: [Route] =
        SignUpRoutes.all + LoginRoutes.all + SessionRoutes.all + PasswordRoutes.all
        + ProfileRoutes.all + OwnSessionRoutes.all + WorkspaceClosing.all
        + AvatarRoutes.all + EmailChangeRoutes.all + PreferenceRoutes.all + LogoRoutes.all
        + FactorLoginRoutes.all + FactorRoutes.all + StepUpRoutes.all + FactorReset.all
        + PhoneRoutes.all + SSORoutes.all + WorkspaceByStaff.all
}
