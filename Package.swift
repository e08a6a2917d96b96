// swift-tools-version: 6.2
import PackageDescription

// Warnings are errors where the project itself is checked (`CI=1 make build`), never for its users.
let isStrict = Context.environment["CI"] != nil

let swiftSettings: [SwiftSetting] =
  [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ] + (isStrict ? [.treatAllWarnings(as: .error)] : [])

/// Assertions of the C modules of arithmetic are for debug builds.
let kernelSettings: [CSetting] = [.define("NDEBUG", .when(configuration: .release))]

/// A module of the library: a target whose tests live in `Tests/<name>Tests`.
func module(
  _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, exclude: exclude, swiftSettings: swiftSettings)
}

/// The tests of a module, which are not optimized: that would take longer than they run.
func tests(
  _ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []
) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: dependencies, resources: resources,
    swiftSettings: swiftSettings + [.unsafeFlags(["-Onone"])])
}

/// The readers under libFuzzer, which `Scripts/fuzz` builds.
let fuzzing: [Target] =
  Context.environment["IMPASTO_FUZZING"] == nil
  ? []
  : [
    .systemLibrary(name: "CLibFuzzer", path: "Tests/Fuzzing/CLibFuzzer"),
    .executableTarget(
      name: "impasto-fuzz",
      dependencies: [
        "CLibFuzzer", "CZlib", "ImpastoImaging", "ImpastoImporting", "ImpastoModelFiles",
        "ImpastoNetworks", "ImpastoTraining",
      ],
      path: "Tests/Fuzzing", exclude: ["CLibFuzzer", "seeds.py"], swiftSettings: swiftSettings),
  ]

/// Libraries without which Impasto is built all the same, and then does not know their formats.
let optionalLibraries: [Target] = [
  .systemLibrary(
    name: "CWebPDemux", pkgConfig: "libwebpdemux", providers: [.apt(["libwebp-dev"])]),
  .systemLibrary(name: "CWebPMux", pkgConfig: "libwebpmux", providers: [.apt(["libwebp-dev"])]),
  .systemLibrary(name: "CHEIF", pkgConfig: "libheif", providers: [.apt(["libheif-dev"])]),
  .systemLibrary(name: "CTIFF", pkgConfig: "libtiff-4", providers: [.apt(["libtiff-dev"])]),
]

let package = Package(
  name: "impasto",
  products: [
    .library(name: "Impasto", targets: ["Impasto"]),
    .executable(name: "impasto", targets: ["ImpastoCommand"]),
    .executable(name: "impasto-bench", targets: ["ImpastoBench"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", .upToNextMinor(from: "1.8.2")),
    .package(url: "https://github.com/apple/swift-protobuf", .upToNextMinor(from: "1.39.0")),
    .package(
      url: "https://github.com/hummingbird-project/hummingbird", .upToNextMinor(from: "2.28.1")),
    .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-log.git", from: "1.14.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.0.0"),
    .package(url: "https://github.com/groue/GRDB.swift", .upToNextMinor(from: "7.10.0")),
  ],
  targets: [
    // C modules: thin, without policy.
    .target(
      name: "COneDNN", cSettings: kernelSettings,
      linkerSettings: [.linkedLibrary("dnnl"), .linkedLibrary("gomp")]),
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CXML", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .target(
      name: "CKernels", cSettings: kernelSettings,
      linkerSettings: [.linkedLibrary("gomp"), .linkedLibrary("m")]),
    .target(name: "CCeilings", dependencies: ["CKernels"]),
    .target(name: "CMotion", dependencies: ["CKernels"]),
    .target(name: "CMPI", linkerSettings: [.linkedLibrary("dl")]),
    .target(
      name: "CImageCodecs", dependencies: optionalLibraries.map { .target(name: $0.name) },
      linkerSettings: [
        .linkedLibrary("png"), .linkedLibrary("z"), .linkedLibrary("jpeg"), .linkedLibrary("gif"),
        .linkedLibrary("lcms2"),
      ]),

    // Swift modules, bottom to top.
    module("ImpastoFiles", ["COpenSSL"]),
    module("ImpastoTensors"),
    module("ImpastoCluster", ["CMPI"]),
    module("ImpastoCompute", ["ImpastoTensors", "COneDNN", "COpenBLAS", "CKernels"]),
    module("ImpastoDifferentiation", ["ImpastoTensors", "ImpastoCompute"]),
    module(
      "ImpastoModelFiles",
      [
        "ImpastoFiles", "ImpastoTensors", "CZlib",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ], exclude: ["Protobuf/onnx.proto"]),
    module("ImpastoImaging", ["ImpastoFiles", "CImageCodecs", "CXML"]),
    module(
      "ImpastoNetworks",
      [
        "ImpastoFiles", "ImpastoTensors", "ImpastoCompute", "ImpastoDifferentiation",
        "ImpastoModelFiles",
      ]),
    module(
      "ImpastoImporting",
      [
        "ImpastoFiles", "ImpastoTensors", "ImpastoCompute", "ImpastoModelFiles", "ImpastoNetworks",
      ]),
    module(
      "ImpastoTraining",
      [
        "ImpastoFiles", "ImpastoTensors", "ImpastoCluster", "ImpastoCompute",
        "ImpastoDifferentiation", "ImpastoModelFiles", "ImpastoImaging", "ImpastoNetworks",
      ]),
    module(
      "ImpastoStylizing",
      [
        "ImpastoTensors", "ImpastoCompute", "ImpastoDifferentiation", "ImpastoImaging",
        "ImpastoNetworks",
      ]),
    module("ImpastoVideo", ["ImpastoFiles", "ImpastoImaging", "CMotion"]),
    module(
      "ImpastoSessions",
      [
        "ImpastoFiles", "ImpastoTensors", "ImpastoCluster", "ImpastoCompute", "ImpastoImaging",
        "ImpastoNetworks", "ImpastoTraining", "ImpastoStylizing", "ImpastoVideo",
      ]),
    module(
      "ImpastoService",
      [
        "ImpastoFiles", "ImpastoImaging", "ImpastoNetworks", "ImpastoStylizing", "ImpastoVideo",
        "ImpastoSessions",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        .product(name: "GRDB", package: "GRDB.swift"),
      ], exclude: ["Studio"]),
    module(
      "Impasto",
      [
        "ImpastoTensors", "ImpastoCompute", "ImpastoImaging", "ImpastoNetworks", "ImpastoImporting",
        "ImpastoTraining", "ImpastoStylizing", "ImpastoVideo", "ImpastoSessions",
      ]),
    .executableTarget(
      name: "ImpastoCommand",
      dependencies: [
        "ImpastoFiles", "ImpastoTensors", "ImpastoCluster", "ImpastoCompute", "ImpastoImaging",
        "ImpastoNetworks", "ImpastoImporting", "ImpastoTraining", "ImpastoStylizing",
        "ImpastoVideo", "ImpastoSessions", "ImpastoService",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: swiftSettings),
    .executableTarget(
      name: "ImpastoBench",
      dependencies: [
        "CCeilings", "ImpastoTensors", "ImpastoCompute", "ImpastoImaging", "ImpastoNetworks",
        "ImpastoTraining", "ImpastoStylizing", "ImpastoVideo",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: swiftSettings),

    .target(
      name: "TestSupport",
      dependencies: [
        "ImpastoTensors", "ImpastoCompute", "ImpastoDifferentiation", "ImpastoModelFiles",
        "ImpastoNetworks", "ImpastoTraining",
      ],
      path: "Tests/TestSupport", swiftSettings: swiftSettings),
    // What `Scripts/check-decoders` reads pictures with.
    .executableTarget(
      name: "DecodePictures", dependencies: ["ImpastoImaging"], path: "Tests/DecodePictures",
      swiftSettings: swiftSettings),
    tests("Architecture", []),
    tests("ImpastoFiles", ["ImpastoFiles", "TestSupport"]),
    tests("ImpastoTensors", ["ImpastoTensors"]),
    tests("ImpastoCluster", ["ImpastoCluster"]),
    tests("ImpastoCompute", ["ImpastoTensors", "ImpastoCompute"]),
    tests(
      "ImpastoDifferentiation",
      ["ImpastoTensors", "ImpastoCompute", "ImpastoDifferentiation", "TestSupport"],
      resources: [.copy("Fixtures")]),
    tests(
      "ImpastoModelFiles",
      [
        "ImpastoFiles", "ImpastoTensors", "ImpastoModelFiles", "TestSupport",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      resources: [.copy("Fixtures")]),
    tests(
      "ImpastoImaging", ["ImpastoFiles", "ImpastoImaging", "TestSupport"],
      resources: [.copy("Fixtures")]),
    tests(
      "ImpastoNetworks",
      [
        "ImpastoTensors", "ImpastoCompute", "ImpastoDifferentiation", "ImpastoModelFiles",
        "ImpastoNetworks", "TestSupport",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      resources: [.copy("Fixtures")]),
    tests(
      "ImpastoImporting",
      [
        "ImpastoTensors", "ImpastoCompute", "ImpastoModelFiles", "ImpastoImaging",
        "ImpastoNetworks", "ImpastoImporting", "ImpastoStylizing", "TestSupport",
      ],
      resources: [.copy("Fixtures")]),
    tests(
      "ImpastoTraining",
      [
        "ImpastoFiles", "ImpastoTensors", "ImpastoCompute", "ImpastoModelFiles", "ImpastoImaging",
        "ImpastoNetworks", "ImpastoTraining", "TestSupport",
      ],
      resources: [.copy("Fixtures")]),
    tests(
      "ImpastoStylizing",
      [
        "ImpastoTensors", "ImpastoCompute", "ImpastoDifferentiation", "ImpastoImaging",
        "ImpastoNetworks", "ImpastoStylizing", "TestSupport",
      ]),
    tests("ImpastoVideo", ["ImpastoFiles", "ImpastoImaging", "ImpastoVideo", "TestSupport"]),
    tests(
      "ImpastoSessions",
      [
        "ImpastoFiles", "ImpastoTensors", "ImpastoCompute", "ImpastoImaging", "ImpastoNetworks",
        "ImpastoTraining", "ImpastoStylizing", "ImpastoVideo", "ImpastoSessions", "TestSupport",
      ]),
    tests(
      "ImpastoService",
      [
        "ImpastoFiles", "ImpastoImaging", "ImpastoService", "ImpastoVideo", "TestSupport",
        .product(name: "Hummingbird", package: "hummingbird"),
      ]),
    tests(
      "Impasto",
      [
        "Impasto", "ImpastoFiles", "ImpastoDifferentiation", "ImpastoModelFiles", "ImpastoVideo",
        "TestSupport",
      ]),
    tests(
      "ImpastoCommand",
      [
        "ImpastoCommand", "ImpastoFiles", "ImpastoTensors", "ImpastoCompute", "ImpastoImaging",
        "ImpastoNetworks", "ImpastoVideo", "TestSupport",
      ]),
    tests(
      "ImpastoBench",
      [
        "ImpastoBench", "ImpastoTensors", "ImpastoCompute", "ImpastoImaging", "ImpastoNetworks",
        "TestSupport",
      ]),
  ] + optionalLibraries + fuzzing,
  swiftLanguageModes: [.v6]
)
