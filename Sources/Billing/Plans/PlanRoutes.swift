import HTTP
import Tenancy

/// Plans and limits of the workspace, and of all for the platform's staff.
enum PlanRoutes {
    static let all: [Route] = [
        .read(
            "/v1/billing/plan", id: "planStatusRead", "Read the active plan and its use",
            access: .holding(.billingRead, evenSuspended: true),
            returns: .json(.ok, PlanStatus.schema), handler: PlanStatus.read),
        .read(
            "/v1/billing/plans", id: "planList", "Compare the plans",
            access: .holding(.billingRead, evenSuspended: true),
            returns: .json(.ok, .page(of: PlanCatalogue.resource.schema)),
            handler: PlanCatalogue.list),
    ]

    static let ofStaff: [Route] = [
        .staffRead(
            "/v1/platform/plans", id: "platformPlanList", "List the catalogue of plans",
            returns: .json(.ok, .page(of: PlanCatalogue.staffResource.schema)),
            handler: PlanCatalogue.listForStaff),
        .staffChange(
            .put, "/v1/platform/plans", id: "platformPlanSet",
            "Make the next version of a plan, which reaches subscriptions at their next period",
            role: .platformAdmin, audit: "plan.publish",
            accepts: .json(FieldReader.describe(PlanDraft.self)),
            returns: .json(.ok, PlanCatalogue.staffResource.schema), handler: PlanDraft.publish),
        .staffRead(
            "/v1/platform/workspaces/{id}/plan", of: BilledWorkspace.subject,
            id: "platformWorkspacePlanRead", "Read a workspace's plan and period",
            returns: .json(.ok, Subscription.resource.schema), handler: Subscription.read),
        .staffChange(
            .put, "/v1/platform/workspaces/{id}/plan", of: BilledWorkspace.subject,
            id: "platformWorkspacePlanSet", "Give a workspace a plan at once",
            role: .platformAdmin, audit: "workspace.set_plan",
            accepts: .json(FieldReader.describe(PlanChoice.self)),
            returns: .json(.ok, Subscription.resource.schema), handler: PlanChoice.set),
        .staffRead(
            "/v1/platform/workspaces/{id}/limits", of: BilledWorkspace.subject,
            id: "platformWorkspaceLimitsRead", "Read a workspace's limits and their use",
            returns: .json(.ok, IndividualLimits.schema), handler: IndividualLimits.read),
        .staffChange(
            .put, "/v1/platform/workspaces/{id}/limits", of: BilledWorkspace.subject,
            id: "platformWorkspaceLimitsSet",
            "Give a workspace individual limits, or take them back", role: .platformAdmin,
            audit: "workspace.set_limits",
            accepts: .json(FieldReader.describe(IndividualLimits.self)),
            returns: .json(.ok, IndividualLimits.schema), handler: IndividualLimits.set),
    ]
}
