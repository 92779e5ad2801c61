// swift-tools-version: 6.2
import PackageDescription

// One target per parser of outside bytes; see README.md for how to run them.
let package = Package(
    name: "FuzzTesting",
    dependencies: [.package(name: "tasktype", path: "..")],
    targets: [
        .executableTarget(
            name: "FuzzModelFormat",
            dependencies: [.product(name: "ModelFormat", package: "tasktype")],
            swiftSettings: [.swiftLanguageMode(.v6)]),
        .executableTarget(
            name: "FuzzFeatureExtraction",
            dependencies: [.product(name: "FeatureExtraction", package: "tasktype")],
            swiftSettings: [.swiftLanguageMode(.v6)]),
    ]
)
