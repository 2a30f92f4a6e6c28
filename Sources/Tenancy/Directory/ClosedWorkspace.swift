/// What becomes of a workspace that was closed (WS-82).
package enum ClosedWorkspace {
    /// How long a platform administrator may open it again; then it is erased.
    package static let grace = Duration.seconds(30 * 86_400)
}
