import HTTP
import Persistence

/// One request as its handler sees it, whoever it acts as.
package protocol RequestContext: Sendable {
    var call: Call { get }
    func read(_ sql: SQL) async throws -> Rows
}

extension TenantContext: RequestContext {}
extension StaffContext: RequestContext {}
extension PlatformContext: RequestContext {}

/// What the ids in a route's path name (OV-33).
///
/// "There is nothing here" comes before every refusal that speaks of the plan, the content or the
/// state. So that no handler must look for its subject before it reads its input, the pipeline
/// looks when the handler has refused: whoever is served pays nothing for the order.
package struct Subject<Context: RequestContext>: Sendable {
    private let isThere: @Sendable (Context) async throws -> Bool

    /// - Parameter isThere: Whether the caller may see what the path names; may refuse on its own.
    package init(_ isThere: @escaping @Sendable (Context) async throws -> Bool) {
        self.isThere = isThere
    }

    /// A row of the database.
    ///
    /// - Parameter select: A statement that finds one row if the subject is there, and else none.
    /// - Returns: The subject that is there when the row is.
    package static func row(_ select: @escaping @Sendable (Call) -> SQL) -> Subject {
        Subject { context in !(try await context.read(select(context.call))).isEmpty }
    }

    /// - Throws: ``Problem`` `not_found`.
    package func require(in context: Context) async throws {
        guard try await isThere(context) else { throw Problem.notFound }
    }
}

/// A handler with the subject of its path.
package struct Endpoint<Context: RequestContext>: Sendable {
    /// Nil for a path without ids.
    let subject: Subject<Context>?
    let handler: @Sendable (Context) async throws -> Response

    /// Judges a request in the order of OV-33.
    ///
    /// - Throws: What `body` throws, or ``Problem`` `not_found` in its place.
    func inOrder(
        _ context: Context, _ body: () async throws -> Response
    ) async throws -> Response {
        do {
            return try await body()
        } catch let refusal as Problem where refusal.kind.comesAfterNotFound {
            try await subject?.require(in: context)
            throw refusal
        }
    }
}

extension ProblemKind {
    /// Whether it is told only about what is there: refusals by right or plan, of the content, and
    /// for the state (OV-33).
    var comesAfterNotFound: Bool { [400, 402, 403, 409, 412, 415, 422].contains(status) }
}
