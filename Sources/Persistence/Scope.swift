/// As whom a unit of work runs: which login role connects, which statement lets it in, and what
/// the prefix of tenant tables stands for.
///
/// Persistence knows nothing more of tenants.
package struct Scope: Sendable {
    /// Which login role's connections are used.
    package var shard: Int
    /// The schema that `tenant.` is replaced by; nil where statements must not mention it.
    package var schema: String?
    /// Tells statements of different schemas apart; 0 without a schema.
    package var schemaNumber: Int64
    /// Runs first in every pipeline and transaction and must return a row, or nothing else counts.
    package var preamble: SQL

    package init(shard: Int, schema: String?, schemaNumber: Int64, preamble: SQL) {
        self.shard = shard
        self.schema = schema
        self.schemaNumber = schemaNumber
        self.preamble = preamble
    }
}
