// swift-tools-version: 6.2
import PackageDescription

// Imports run one way; `Scripts/check-imports` holds the table below against the sources.
//
//   tasktype → Training → Optimization → LinearAlgebra → COpenBLAS, CLAPACKE
//       │         └→ Samples → JSONCoding → Conversation; CZlib
//       ├→ DataCare → Training, Samples, TaskType, Conversation, FeatureExtraction, JSONCoding, ModelFormat
//       ├→ Evaluation
//       ├→ Serving → Telemetry, JSONCoding, TaskType; Hummingbird, NIO and their kin
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

let package = Package(
    name: "tasktype",
    products: [
        .library(name: "TaskType", targets: ["TaskType"]),
        .library(name: "TaskTypeTraining", targets: ["Training", "Evaluation", "Samples"]),
        .library(name: "ModelFormat", targets: ["ModelFormat"]),
        .library(name: "FeatureExtraction", targets: ["FeatureExtraction"]),
        .executable(name: "tasktype", targets: ["tasktype"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", "4.5.0"..<"5.0.0"),
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
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
    ],
    targets: [
        // C leaves and system libraries.
        .target(name: "CVectorKernels"),
        .target(name: "CUnicodeTables"),
        .target(name: "CDefaultModel"),
        .systemLibrary(
            name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(
            name: "CLAPACKE", pkgConfig: "lapacke", providers: [.apt(["liblapacke-dev"])]),
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
        module("LinearAlgebra", ["COpenBLAS", "CLAPACKE"]),
        module("Optimization", ["LinearAlgebra"]),
        module("Samples", ["Conversation", "JSONCoding", "CZlib"]),
        module(
            "Training",
            [
                "Optimization", "LinearAlgebra", "Samples", "TaskType", "Conversation",
                "FeatureExtraction", "Inference", "ModelFormat", "VectorKernels",
            ]),
        module("Evaluation"),
        module(
            "DataCare",
            [
                "Training", "Samples", "TaskType", "Conversation", "FeatureExtraction", "JSONCoding", "ModelFormat",
            ]),

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
                .product(name: "Yams", package: "Yams"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),

        // The command line.
        .executableTarget(
            name: "tasktype",
            dependencies: [
                "TaskType", "Samples", "Training", "DataCare", "Evaluation", "Conversation", "FeatureExtraction",
                "JSONCoding", "ModelFormat",
                "Serving",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),

        // Tests.
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
        tests(of: "VectorKernels"),
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
                "TaskType", "Conversation", "FeatureExtraction", "Inference", "JSONCoding", "ModelFormat",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams"),
            ]),
        tests(of: "Optimization"),
        tests(of: "Training"),
        tests(of: "Evaluation"),
        tests(of: "DataCare", ["Samples", "FeatureExtraction", "Training", "Conversation"]),
        .testTarget(
            name: "CommandLineTests", dependencies: ["tasktype", "TestSupport"],
            swiftSettings: strict),
    ]
)
