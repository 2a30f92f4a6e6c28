// swift-tools-version: 6.2
import PackageDescription

// The map of the repository: each target and what it may import. `scripts/check` builds with the
// explicit import check, so an arrow that is not drawn here cannot be walked.

// docs/decisions/0019-release-build-settings.md
let isRelease = BuildSettingCondition.when(configuration: .release)
let linking: [LinkerSetting] = [.unsafeFlags(["-static-stdlib"], isRelease)]

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
    .define("TEST_BUILD", .when(configuration: .debug)),
    .unsafeFlags(
        ["-static-stdlib", "-cross-module-optimization", "-enforce-exclusivity=unchecked"],
        isRelease),
]

func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: dependencies,
        exclude: [], swiftSettings: strict)
}

func system(_ name: String, pkgConfig: String, apt: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt])])
}

let package = Package(
    name: "courtyard",
    products: [.executable(name: "courtyard", targets: ["courtyard"])],
    targets: [
        // C libraries (design §2); each has a decision record.
        .systemLibrary(name: "CLinux"),
        system("CPostgreSQL", pkgConfig: "libpq", apt: "libpq-dev"),
        system("COpenSSL", pkgConfig: "openssl", apt: "libssl-dev"),
        system("CArgon2", pkgConfig: "libargon2", apt: "libargon2-dev"),
        system("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
        system("CZip", pkgConfig: "libzip", apt: "libzip-dev"),
        system("CExpat", pkgConfig: "expat", apt: "libexpat1-dev"),
        system("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev"),
        // Without pkg-config: its flags are for Windows, and SwiftPM warns of them.
        .systemLibrary(name: "CGD", providers: [.apt(["libgd-dev"])]),
        system("CAres", pkgConfig: "libcares", apt: "libc-ares-dev"),
        system("CQREncode", pkgConfig: "libqrencode", apt: "libqrencode-dev"),
        system("CPango", pkgConfig: "pangocairo", apt: "libpango1.0-dev"),

        // Ground floor: no business words.
        module("EventLoop", ["CLinux"]),
        module("Values", ["CLinux"]),
        module("Money", ["Values"]),
        module("Crypto", ["Values", "COpenSSL", "CArgon2", "CZlib"]),
        module("Documents", ["Money", "Crypto", "Values", "CPango"]),
        module("Tabular", ["CZip", "CExpat"]),
        module("QRCode", ["CQREncode"]),
        module("Persistence", ["CPostgreSQL", "CLinux", "EventLoop", "Values"]),
        module("HTTP", ["Values", "Crypto"]),
        module("HTTPServer", ["HTTP", "EventLoop", "Values", "CLinux", "COpenSSL", "CZlib"]),
        module("HTTPClient", ["EventLoop", "CLinux", "CCurl"]),
        module("DNS", ["EventLoop", "CLinux", "CAres"]),
        module("OpenID", ["HTTPClient", "EventLoop", "Crypto", "Values"]),

        // Who may do what, and work that outlives a request.
        module(
            "Tenancy",
            ["Persistence", "HTTP", "Tabular", "Crypto", "Values", "EventLoop", "CLinux"]),
        module("Jobs", ["Tenancy", "Persistence", "HTTP", "Values", "EventLoop"]),
        module("Pictures", ["Tenancy", "HTTP", "Crypto", "Values", "EventLoop", "CGD"]),

        // One module per bounded context; none imports another.
        module(
            "Identity",
            [
                "Tenancy", "Jobs", "Pictures", "QRCode", "Persistence", "HTTP", "HTTPClient",
                "OpenID", "DNS", "Crypto", "Values", "EventLoop",
            ]),
        module(
            "Access",
            [
                "Tenancy", "Jobs", "Pictures", "Persistence", "HTTP", "Tabular", "Crypto", "Values",
                "EventLoop",
            ]),
        module(
            "Contacts",
            ["Tenancy", "Jobs", "Persistence", "HTTP", "Tabular", "Values", "EventLoop"]),

        module(
            "Billing",
            [
                "Tenancy", "Jobs", "Money", "Documents", "Persistence", "HTTP", "Tabular", "Crypto",
                "Values", "EventLoop",
            ]),
        module(
            "Staff",
            ["Tenancy", "Persistence", "HTTP", "Tabular", "Crypto", "Values", "EventLoop"]),

        // Composition: configuration, wiring, commands.
        module(
            "App",
            [
                "Identity", "Access", "Contacts", "Billing", "Staff", "Jobs", "Tenancy",
                "Persistence", "HTTP", "HTTPServer", "HTTPClient", "Crypto", "Values", "EventLoop",
                "CLinux",
            ]),
        .executableTarget(
            name: "courtyard", dependencies: ["App"], swiftSettings: strict,
            linkerSettings: linking),

        // Measured by scripts/bench/http-static.
        .executableTarget(
            name: "HTTPServerBench", dependencies: ["HTTPServer", "HTTP", "EventLoop"],
            swiftSettings: strict, linkerSettings: linking),

        // Measured by scripts/bench/id-token.
        .executableTarget(
            name: "OpenIDBench", dependencies: ["OpenID", "Values", "CLinux"],
            swiftSettings: strict),

        // Measured by scripts/bench/documents.
        .executableTarget(
            name: "DocumentsBench", dependencies: ["Documents", "Money", "Values", "CLinux"],
            swiftSettings: strict),

        // Measured by scripts/bench/credits.
        .executableTarget(
            name: "CreditsBench",
            dependencies: [
                "Billing", "Tenancy", "Persistence", "Crypto", "EventLoop", "Values", "CLinux",
            ], swiftSettings: strict, linkerSettings: linking),

        // An independent parser to compare with; used by tests alone.
        .systemLibrary(
            name: "CHTTPParser", path: "Tests/CHTTPParser",
            providers: [.apt(["libhttp-parser-dev"])]
        ),
        tests(
            "HTTPServer",
            ["HTTPServer", "HTTP", "EventLoop", "Values", "CLinux", "COpenSSL", "CHTTPParser"]),
        tests("Tabular", ["Tabular", "CZip"]),
        tests(
            "Contacts",
            [
                "Contacts", "Jobs", "Tabular", "Tenancy", "Persistence", "HTTP", "Values",
                "EventLoop", "TestSupport",
            ]),
        tests("HTTP", ["HTTP", "Values"]),
        tests(
            "Identity",
            [
                "Identity", "Jobs", "Tenancy", "Persistence", "HTTP", "HTTPClient", "OpenID",
                "DNS", "Crypto", "Values", "EventLoop", "TestSupport",
            ]),
        tests("Money", ["Money", "Values"]),
        tests("Documents", ["Documents", "Money", "Crypto", "Values"]),
        tests(
            "Billing",
            [
                "Billing", "Jobs", "Money", "Documents", "Tabular", "Tenancy", "Persistence",
                "HTTP", "Crypto", "Values", "EventLoop", "TestSupport",
            ]),
        tests("Values", ["Values"]),
        tests("Pictures", ["Pictures", "TestSupport", "Values"]),
        tests("Crypto", ["Crypto", "Values"]),
        tests(
            "Jobs",
            ["TestSupport", "Jobs", "Tenancy", "Persistence", "HTTP", "Values", "EventLoop"]),
        tests("HTTPClient", ["HTTPClient", "EventLoop", "CLinux", "TestSupport"]),
        tests("DNS", ["DNS", "EventLoop", "TestSupport"]),
        tests("OpenID", ["OpenID", "HTTPClient", "EventLoop", "Crypto", "Values", "TestSupport"]),
        tests(
            "Persistence", ["TestSupport", "Persistence", "Values", "EventLoop", "CLinux"]),
        tests("Tidy", []),
        tests(
            "Staff",
            ["Staff", "TestSupport", "Tenancy", "Persistence", "HTTP", "Crypto", "Values"]),
        tests(
            "Access",
            [
                "TestSupport", "Access", "Tenancy", "Persistence", "HTTP", "Crypto", "Values",
                "EventLoop",
            ]),
        .target(
            name: "TestSupport",
            dependencies: [
                "CGD", "Jobs", "Tenancy", "Persistence", "HTTP", "HTTPClient", "Crypto",
                "COpenSSL", "Values", "EventLoop", "CLinux",
            ], path: "Tests/TestSupport", swiftSettings: strict),
        tests(
            "App",
            [
                "App", "TestSupport", "Jobs", "Tenancy", "Persistence", "HTTP", "HTTPClient",
                "Crypto", "Values", "EventLoop", "CLinux", "courtyard",
            ]),
        tests(
            "Contract",
            ["App", "TestSupport", "Tenancy", "Persistence", "HTTP", "Crypto", "Values"]),
        tests("Story", ["TestSupport", "Values", "courtyard"]),
        tests(
            "Tenancy",
            ["TestSupport", "Tenancy", "Persistence", "HTTP", "Crypto", "Values", "EventLoop"]),
    ]
)
