// swift-tools-version: 6.2
import PackageDescription

// What has to be measured inside a process of its own; the scripts beside this file run it.
let package = Package(
    name: "Benchmarks",
    dependencies: [.package(name: "tasktype", path: "..")],
    targets: [
        .executableTarget(
            name: "FirstPrediction",
            dependencies: [.product(name: "TaskType", package: "tasktype")],
            swiftSettings: [.swiftLanguageMode(.v6)])
    ]
)
