import Persistence
import Values

extension TenantContext {
    /// The timezone that the workspace's files are written in; nil stands for UTC.
    package func timezone() async throws -> TimeZoneInfo? {
        let settings = try await read("SELECT timezone FROM tenant.settings")
        return settings.first.flatMap { TimeZoneInfo.named($0.text(0)) }
    }
}

extension TimeZoneInfo? {
    /// The instant with its offset; in UTC without a timezone.
    package func text(_ instant: Instant) -> String { self?.text(instant) ?? instant.description }
}
