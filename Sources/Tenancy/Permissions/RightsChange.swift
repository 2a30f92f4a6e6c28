import HTTP
import Persistence
import Values

extension TenantContext {
    /// Runs `body` in a transaction during which no other change of rights, seats or tokens of the
    /// workspace can happen.
    ///
    /// The tenant's directory row is locked first; one lock for all such changes keeps them free of
    /// deadlocks. The rights that admitted the caller are then compared once more: whoever waited
    /// while somebody narrowed their role is sent back to be judged by what they hold now.
    ///
    /// - Throws: ``NotAdmitted`` when rights changed meanwhile; the pipeline reads them again and
    ///   repeats the request. Otherwise what `body` throws.
    package func changeRights<Value>(
        _ body: (TenantTransaction) async throws -> Value
    ) async throws -> Value {
        try await transaction { transaction in
            let row = try await transaction.run(
                "SELECT epoch FROM cell.own_tenant FOR NO KEY UPDATE"
            ).first
            guard row?.integer(0) == grant.tenantEpoch else { throw NotAdmitted() }
            return try await body(transaction)
        }
    }

    /// Refuses to give rights that the caller lacks (AC-13, AC-63).
    ///
    /// - Throws: ``Problem`` `privilege_escalation`.
    package func checkHolding(_ permissions: PermissionSet) throws {
        guard !grant.permissions.isSuperset(of: permissions) else { return }
        let lacking = permissions.permissions.filter { !holds($0) }.map { JSON.string($0.rawValue) }
        throw Problem(
            .privilegeEscalation, extra: [JSON.Member(name: "lacking", value: .array(lacking))])
    }

    /// Refuses what the plan lacks, where the route alone cannot tell (OV-74).
    ///
    /// - Throws: ``Problem`` `plan_feature_unavailable`.
    package func checkFeature(_ feature: PlanFeature) throws {
        guard !tenant.features.contains(feature.rawValue) else { return }
        throw Problem.lacking(feature)
    }
}

extension Problem {
    /// OV-74.
    package static func lacking(_ feature: PlanFeature) -> Problem {
        Problem(
            .planFeatureUnavailable,
            extra: [
                JSON.Member(name: "feature", value: .string(feature.rawValue)),
                JSON.Member(name: "required_plan", value: .string(feature.requiredPlan)),
            ])
    }
}
