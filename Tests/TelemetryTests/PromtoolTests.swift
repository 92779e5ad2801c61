import Foundation
import TestSupport
import Testing

@testable import Telemetry

/// Holds a scrape against Prometheus's own linter.
@Suite struct PromtoolTests {
    /// `promtool`, from TASKTYPE_PROMTOOL or the path (Debian: `prometheus`).
    private static let program: String? = {
        let environment = ProcessInfo.processInfo.environment
        if let path = environment["TASKTYPE_PROMTOOL"] { return path }
        return (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/promtool" }
            .first(where: FileManager.default.isExecutableFile(atPath:))
    }()
    private static let isWanted = program != nil || ProcessInfo.processInfo.environment["CI"] != nil

    private func check(_ text: String) throws -> ProgramResult {
        let program = try #require(
            Self.program, "promtool is not installed: apt-get install prometheus, or set TASKTYPE_PROMTOOL")
        return try ProgramRunner.run(["check", "metrics"], program: program, input: Data(text.utf8))
    }

    @Test(.enabled(if: isWanted, "promtool is not installed: apt-get install prometheus"))
    func `promtool finds nothing to complain of in a scrape of a busy service`() throws {
        let sink = LogSink(fileDescriptor: -1)
        defer { sink.close() }
        let metrics = ServiceMetrics(
            registry: PrometheusRegistry(), routes: ["/v1/classify", "/", "/models/{name}"], version: "1.0.0",
            defaultLabel: "complex",
            connectionLimit: 20_000, logSink: sink)
        let model = metrics.model(#"odd "name" \ with"# + "\nline break", labels: ["simple", "日本語"])
        model.classified(taskType: 0, source: .model, confidence: 0.9, isUncertain: true)
        model.took(nanoseconds: 5000)
        let lifecycle = metrics.lifecycle(ofModel: "main")
        lifecycle.serving(revision: "sha256:ab12")
        lifecycle.reloaded(.activated)
        for status in 100..<600 { metrics.requests.answered(route: 0, status: status, nanoseconds: 1_000_000) }
        metrics.batchSize.observe(12)
        _ = metrics.registry.makeTimer(label: "hb.request.duration", dimensions: [("hb.method", "GET")])
        _ = metrics.registry.makeCounter(label: "hb.requests", dimensions: [])
        let result = try check(metrics.registry.text)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.isEmpty && result.output.isEmpty, "\(result.errors)\(result.text)")
    }

    @Test(.enabled(if: isWanted, "promtool is not installed: apt-get install prometheus"))
    func `promtool does complain of a counter without its suffix, so that the check is one`() throws {
        let registry = PrometheusRegistry()
        registry.counter("calls", help: "Help.").increment()
        #expect(try check(registry.text).status != 0)
    }
}
