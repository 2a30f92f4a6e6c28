import CLinux

/// What the test command says about itself.
package enum TestEnvironment {
    /// An environment variable, or nil when it is unset or empty.
    package static subscript(_ name: String) -> String? {
        guard let value = getenv(name) else { return nil }
        let text = String(cString: value)
        return text.isEmpty ? nil : text
    }

    /// The root of the checkout.
    package static let repository: String = {
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/")
    }()
}
