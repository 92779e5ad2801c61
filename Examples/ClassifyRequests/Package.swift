// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "ClassifyRequests",
    dependencies: [
        // In a program of your own: .package(url: "…/tasktype", from: "…")
        .package(name: "tasktype", path: "../..")
    ],
    targets: [
        .executableTarget(
            name: "ClassifyRequests",
            dependencies: [.product(name: "TaskType", package: "tasktype")],
            swiftSettings: [.swiftLanguageMode(.v6)])
    ]
)
