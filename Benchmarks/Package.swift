// swift-tools-version: 6.2
import PackageDescription

// What has to be measured inside a process of its own; the scripts beside this file run it.
let package = Package(
    name: "Benchmarks",
    dependencies: [
        .package(name: "tasktype", path: ".."),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    ],
    targets: [
        // What several of the programs share.
        .target(name: "Measuring", swiftSettings: [.swiftLanguageMode(.v6)]),
        // The counter that the tests use, in place of the C library's allocation functions.
        .target(name: "CAllocationCounter"),
        .executableTarget(
            name: "ClassifyTexts",
            dependencies: ["Measuring", "CAllocationCounter", .product(name: "TaskType", package: "tasktype")],
            swiftSettings: [.swiftLanguageMode(.v6)]),
        // Load over TCP and Unix domain sockets; wrk speaks to TCP alone.
        .executableTarget(name: "SocketLoad"),
        .target(name: "CRoofline"),
        .executableTarget(
            name: "Roofline",
            dependencies: [
                "Measuring", "CRoofline",
                .product(name: "TaskType", package: "tasktype"),
                .product(name: "FeatureExtraction", package: "tasktype"),
                .product(name: "Inference", package: "tasktype"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6)]),
        .executableTarget(
            name: "FirstPrediction",
            dependencies: [.product(name: "TaskType", package: "tasktype")],
            swiftSettings: [.swiftLanguageMode(.v6)]),
        .executableTarget(
            name: "Decisions",
            dependencies: [
                .product(name: "TaskType", package: "tasktype"),
                .product(name: "TaskTypeRouting", package: "tasktype"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6)]),
        .executableTarget(
            name: "Records",
            dependencies: [
                .product(name: "TaskTypeRouting", package: "tasktype"),
                .product(name: "TaskTypeRoutingStore", package: "tasktype"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6)]),
        .executableTarget(
            name: "BareNIO",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6)]),
    ]
)
