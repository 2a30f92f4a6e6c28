import Access
import Billing
import Contacts
import HTTP
import Identity
import Staff
import Tenancy

/// Every route of the program, in the order of the API description.
package enum AllRoutes {
    /// As the documents describe them; the server adds what only a running process can answer.
    package static let all: [Route] = routes(.notServing)

    /// The routes of a server, some of which ask `operations`.
    package static func routes(_ operations: Operations) -> [Route] {
        OperationRoutes.routes(operations) + MetaRoutes.all { descriptions } + IdentityRoutes.all
            + AccessRoutes.all + ContactRoutes.all + ContactImportRoutes.all + GroupRoutes.all
            + BillingRoutes.all + StaffRoutes.all
    }

    /// Computed from ``all``, so that the list describes itself too.
    package static let descriptions: [RouteDescription] = all.map(\.description)
}
