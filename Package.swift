// swift-tools-version: 6.2
import PackageDescription

// Imports run one way; `Scripts/check-imports` holds the table below against the sources.
//
//   tasktype → Training → Optimization → LinearAlgebra → CLinearAlgebra (OpenBLAS and LAPACKE, loaded when needed)
//       │         ├→ Evaluation
//       │         └→ Samples → JSONCoding → Conversation; CZlib
//       ├→ DataCare → Training, Samples, TaskType, Conversation, FeatureExtraction, JSONCoding, ModelFormat
//       ├→ Labelling → JSONCoding, Conversation; AsyncHTTPClient and what it stands on
//       ├→ Evaluation
//       ├→ Serving → Telemetry, YAMLFiles, JSONCoding, TaskType; Hummingbird, NIO and their kin
//       │         └→ RoutingStore → Routing, JSONCoding; GRDB (SQLite)
//       ├→ RoutingEvaluation → Routing, TaskType, Evaluation, Samples, JSONCoding
//       ├→ RoutingPolicyFile → Routing, YAMLFiles, JSONCoding, ModelFormat
//       ├→ Routing → TaskType, Conversation, FeatureExtraction, JSONCoding; CRegularExpressions (RE2)
//       └→ TaskType → Inference → VectorKernels → CVectorKernels
//              ├→ FeatureExtraction → VectorKernels, CUnicodeTables
//              ├→ JSONCoding → Conversation
//              └→ ModelFormat, CDefaultModel
//
// Training, which builds the models that TaskType reads, also imports what stands below TaskType.

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(of name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: name + "Tests",
        dependencies: [.byName(name: name), "TestSupport"] + dependencies,
        swiftSettings: strict)
}

// The release program carries the Swift libraries in itself: finding and binding them took a third of a short run. Only
// the program does, no product that others link. TASKTYPE_SHARED_RUNTIME=1 leaves them outside, for toolchains without
// static libraries. The program's symbols are nobody else's business: 53,000 of them were read at every start.
let carriesRuntime = BuildSettingCondition.when(platforms: [.linux], configuration: .release)
let runtime: [LinkerSetting] =
    Context.environment["TASKTYPE_SHARED_RUNTIME"] != nil
    ? []
    : [.unsafeFlags(["-static-stdlib", "-Xlinker", "--no-export-dynamic"], carriesRuntime)]
        // In this order, each before those it stands on.
        + [
            "Foundation", "FoundationInternationalization", "FoundationEssentials", "CoreFoundation", "_FoundationICU",
            "_FoundationCShims", "_FoundationCollections",
        ].map { .linkedLibrary($0, carriesRuntime) }

let package = Package(
    name: "tasktype",
    products: [
        .library(name: "TaskType", targets: ["TaskType"]),
        .library(name: "TaskTypeTraining", targets: ["Training", "Evaluation", "Samples"]),
        .library(name: "TaskTypeRouting", targets: ["Routing", "RoutingPolicyFile"]),
        .library(name: "TaskTypeRoutingStore", targets: ["RoutingStore"]),
        .library(name: "ModelFormat", targets: ["ModelFormat"]),
        .library(name: "FeatureExtraction", targets: ["FeatureExtraction"]),
        .library(name: "Inference", targets: ["Inference"]),
        .executable(name: "tasktype", targets: ["tasktype"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", "4.5.0"..<"5.0.0"),
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
        // Labels from language models.
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        // The sidecar.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.9.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.8.0"),
        // What has to outlast the sidecar: usage, health, decisions.
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        // C leaves and system libraries.
        .target(name: "CVectorKernels"),
        .target(name: "CUnicodeTables"),
        .target(name: "CDefaultModel"),
        .target(name: "CLinearAlgebra"),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        // Classification.
        module("VectorKernels", ["CVectorKernels"]),
        module("Conversation"),
        module("JSONCoding", ["Conversation"]),
        module("FeatureExtraction", ["VectorKernels", "CUnicodeTables"]),
        module("Inference", ["VectorKernels"]),
        .target(
            name: "ModelFormat", dependencies: [.product(name: "Crypto", package: "swift-crypto")],
            // Tensors are lent out as spans, whose lifetime is tied to the view they come from.
            swiftSettings: strict + [.enableExperimentalFeature("Lifetimes")]),
        module(
            "TaskType",
            [
                "Conversation", "FeatureExtraction", "Inference", "JSONCoding", "ModelFormat", "VectorKernels",
                "CDefaultModel",
            ]),

        // Training and evaluation.
        module("LinearAlgebra", ["CLinearAlgebra"]),
        module("Optimization", ["LinearAlgebra"]),
        module("Samples", ["Conversation", "JSONCoding", "CZlib"]),
        module(
            "Training",
            [
                "Optimization", "LinearAlgebra", "Evaluation", "Samples", "TaskType", "Conversation",
                "FeatureExtraction", "Inference", "ModelFormat", "VectorKernels",
            ]),
        module("Evaluation"),
        module(
            "DataCare",
            [
                "Training", "Samples", "TaskType", "Conversation", "FeatureExtraction", "JSONCoding", "ModelFormat",
            ]),

        // Labels from language models.
        module(
            "Labelling",
            [
                "Conversation", "JSONCoding",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Crypto", package: "swift-crypto"),
            ]),

        // What the sidecar's configuration and the routing policy are read from.
        module("YAMLFiles", [.product(name: "Yams", package: "Yams")]),

        // Routing.
        .target(name: "CRegularExpressions", linkerSettings: [.linkedLibrary("re2")]),
        module("Routing", ["TaskType", "Conversation", "FeatureExtraction", "JSONCoding", "CRegularExpressions"]),
        module("RoutingPolicyFile", ["Routing", "YAMLFiles", "JSONCoding", "ModelFormat"]),
        module("RoutingEvaluation", ["Routing", "TaskType", "Evaluation", "Samples", "JSONCoding"]),

        module("RoutingStore", ["Routing", "JSONCoding", .product(name: "GRDB", package: "GRDB.swift")]),

        // The sidecar.
        .target(name: "CServiceDescription"),
        module(
            "Telemetry",
            [
                "JSONCoding",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
            ]),
        module(
            "Serving",
            [
                "TaskType", "Conversation", "JSONCoding", "ModelFormat", "Telemetry", "CServiceDescription",
                "Routing", "RoutingPolicyFile", "RoutingStore",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Configuration", package: "swift-configuration"),
                "YAMLFiles",
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),

        // The command line.
        .executableTarget(
            name: "tasktype",
            dependencies: [
                "TaskType", "Samples", "Training", "DataCare", "Labelling", "Evaluation", "FeatureExtraction",
                "JSONCoding",
                "ModelFormat",
                "Serving", "Routing", "RoutingPolicyFile", "RoutingStore", "RoutingEvaluation",
                "Conversation",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict, linkerSettings: runtime),

        // Tests.
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
        // The kernels without this processor's vector extensions.
        .target(
            name: "CPortableKernels", path: "Tests/CPortableKernels",
            cSettings: [.headerSearchPath("../../Sources/CVectorKernels/include")]),
        tests(of: "VectorKernels", ["CPortableKernels"]),
        tests(of: "LinearAlgebra"),
        tests(of: "Conversation"),
        tests(of: "FeatureExtraction"),
        tests(of: "Inference"),
        tests(of: "ModelFormat"),
        // Counts the allocations of the test program, on Linux.
        .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
        tests(of: "TaskType", ["CAllocationCounter"]),
        tests(of: "JSONCoding", ["Conversation"]),
        tests(of: "Samples"),
        tests(of: "Telemetry"),
        tests(
            of: "Serving",
            [
                "TaskType", "Conversation", "FeatureExtraction", "Inference", "JSONCoding", "ModelFormat", "Routing",
                "RoutingStore", "RoutingPolicyFile",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams"),
            ]),
        tests(of: "Routing", ["TaskType", "Conversation", "RoutingPolicyFile", "JSONCoding"]),
        tests(of: "RoutingStore", ["Routing", .product(name: "GRDB", package: "GRDB.swift")]),
        tests(of: "RoutingEvaluation", ["Routing", "RoutingPolicyFile", "Evaluation", "Samples"]),
        tests(of: "Optimization"),
        tests(of: "Training"),
        tests(of: "Evaluation"),
        tests(of: "DataCare", ["Samples", "FeatureExtraction", "Training", "Conversation"]),
        tests(of: "Labelling", ["Conversation", "JSONCoding"]),
        .testTarget(
            name: "CommandLineTests", dependencies: ["tasktype", "TestSupport"],
            swiftSettings: strict),
    ],
    cxxLanguageStandard: .cxx17
)

// Scripts/test-numerics tests these modules in a release build; the rest of the package, which takes many times as long
// to build, is left out of it.
if let named = Context.environment["TASKTYPE_TESTED_MODULES"] {
    var kept: [String] = []
    func keep(_ name: String) {
        guard !kept.contains(name), let target = package.targets.first(where: { $0.name == name }) else { return }
        kept.append(name)
        for dependency in target.dependencies {
            switch dependency {
            case .targetItem(let name, _), .byNameItem(let name, _): keep(name)
            default: break
            }
        }
    }
    for name in named.split(separator: " ") { keep(name + "Tests") }
    package.targets.removeAll { !kept.contains($0.name) }
    package.products = []
}
