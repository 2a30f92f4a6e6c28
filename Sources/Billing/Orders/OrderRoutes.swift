import HTTP
import Persistence
import Tabular
import Tenancy
import Values

/// The order history of a workspace, and of all for the platform's staff.
enum OrderRoutes {
    static let all: [Route] = [
        .read(
            "/v1/billing/orders", id: "orderList", "List the workspace's orders",
            access: .holding(.billingRead, evenSuspended: true),
            parameters: Order.listing.parameters, returns: Order.listing.answer
        ) { context in
            try await Order.listing.page(context, where: Order.conditions(context.call.query))
        },
        .read(
            "/v1/billing/orders/export.csv", id: "orderExport", "Export the workspace's orders",
            access: .holding(.billingRead, evenSuspended: true),
            parameters: Order.fileListing.fileParameters, returns: .media(.ok, "text/csv"),
            audit: "order.export", handler: export),
        .read(
            "/v1/billing/orders/{id}", of: Order.subject, id: "orderRead", "Read one order",
            access: .holding(.billingRead, evenSuspended: true),
            returns: .json(.ok, Order.resource.schema)
        ) { context in
            guard let row = try await context.read(Order.select(context.call.id)).first else {
                throw Problem.notFound
            }
            return Order.resource.response(row)
        },
        .change(
            .post, "/v1/billing/orders/{id}/cancel", of: Order.subject, id: "orderCancel",
            "Cancel an order that has no invoice yet", access: .holding(.billingManage),
            audit: "order.cancel", returns: .json(.ok, Order.resource.schema),
            fails: [.invalidState], handler: cancel),
    ]

    static let ofStaff: [Route] = [
        .staffRead(
            "/v1/platform/orders", id: "platformOrderList", "List the orders of all workspaces",
            parameters: Order.staffListing.parameters, returns: Order.staffListing.answer
        ) { context in
            try await Order.staffListing.page(
                context, where: Order.conditions(context.call.query))
        },
        .staffRead(
            "/v1/platform/orders/export.csv", id: "platformOrderExport",
            "Export the orders of all workspaces",
            parameters: staffExport.listing.fileParameters, returns: PlatformExport.answer,
            audit: "order.export", handler: staffExport.stream),
        .staffRead(
            "/v1/platform/orders/{id}", of: Order.staffSubject, id: "platformOrderRead",
            "Read one order", returns: .json(.ok, Order.staffResource.schema)
        ) { context in
            guard let row = try await context.read(Order.staffSelect(context.call.id)).first
            else { throw Problem.notFound }
            return Order.staffResource.response(row)
        },
    ]

    /// BL-42: the Owner cancels what no invoice was issued for.
    private static func cancel(_ context: TenantContext) async throws -> Response {
        let id = context.call.id
        return try await context.transaction { transaction in
            let cancelled = try await transaction.run(
                """
                UPDATE platform.own_pending_orders
                SET status = 'cancelled', cancelled_at = \(context.now)
                WHERE id = \(id) AND status = 'pending'
                RETURNING id
                """)
            guard let row = try await transaction.run(Order.select(id)).first else {
                throw Problem.notFound
            }
            guard cancelled.count == 1 else {
                throw Problem(
                    .invalidState,
                    extra: [JSON.Member(name: "state", value: .string(row.text(3)))])
            }
            transaction.audit(AuditNote("order", id, ["number": .string(row.text(1))]))
            return Order.resource.response(row)
        }
    }

    private static func export(_ context: TenantContext) async throws -> Response {
        let query = context.call.query
        let zone = try await context.timezone()
        return try await Order.fileListing.csv(
            named: "orders", context, where: Order.conditions(query)
        ) {
            _ = try await context.write([], audit: AuditNote("orders", nil, query.json))
        } cells: { row, writer in
            cells(row, zone, &writer)
        }
    }

    private static let staffExport = PlatformExport(
        name: "orders", listing: Order.staffFileListing,
        conditions: { Order.conditions($0.call.query) }
    ) { row, writer in
        cells(row, nil, &writer)
        writer.cell(row.id(12).description)
        writer.cell(row.text(13))
    }

    private static func cells(_ row: Row, _ zone: TimeZoneInfo?, _ writer: inout CSVWriter) {
        writer.cell(row.id(0).description)
        for column in 1...3 { writer.cell(row.text(column)) }
        writer.cells(amounts: [row.integer(4)], row.text(5))
        for column in 6...7 { writer.cell(row.optionalText(column) ?? "") }
        writer.cell(zone.text(row.instant(8)))
        for column in 9...11 {
            writer.cell(row.optionalInstant(column).map { zone.text($0) } ?? "")
        }
    }
}
