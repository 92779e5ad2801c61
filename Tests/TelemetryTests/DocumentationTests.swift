import Foundation
import Telemetry
import Testing

/// Holds docs/metrics.md against what a scrape shows.
@Suite struct DocumentationTests {
    @Test func `docs/metrics.md has a row for every metric, with its type and labels, and for no other`() throws {
        let sink = LogSink(fileDescriptor: -1)
        defer { sink.close() }
        let metrics = ServiceMetrics(
            registry: PrometheusRegistry(), routes: ["/v1/classify"], version: "1", defaultLabel: "complex",
            connectionLimit: 20_000, logSink: sink)
        _ = metrics.model("default", labels: ["code"])
        metrics.routing.decided(model: "mini", cause: "table", taskType: "code")
        metrics.routing.deciding(by: "sha256:1")
        metrics.routing.checked("json_schema", passed: true)
        metrics.routing.assigned(arm: "routed")
        metrics.routing.received("counted")
        metrics.routing.rolloutEvent("began", taskType: "code")
        metrics.routing.stage(taskType: "code", share: 0.05)
        metrics.lifecycle(ofModel: "default").serving(revision: "sha256:1")

        var shown: [String: String] = [:]
        let text = metrics.registry.text
        for line in text.split(separator: "\n") where line.hasPrefix("# TYPE ") {
            let words = line.split(separator: " ")
            let name = String(words[2])
            let sample = text.split(separator: "\n").first {
                $0.hasPrefix(name + "{") || $0.hasPrefix(name + " ") || $0.hasPrefix(name + "_bucket{")
            }
            let labels = (sample ?? "").matches(of: /([a-z_]+)="/).map { String($0.1) }.filter { $0 != "le" }
            shown[name] = ([String(words[3])] + labels.sorted()).joined(separator: " ")
        }

        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let document = try String(contentsOf: root.appendingPathComponent("docs/metrics.md"), encoding: .utf8)
        var documented: [String: String] = [:]
        for line in document.split(separator: "\n") where line.hasPrefix("| `") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            try #require(cells.count == 4, "\(line)")
            let type = cells[1].prefix { $0.isLetter }
            let labels = cells[1].split(separator: ":").dropFirst().joined()
                .matches(of: /`([a-z_]+)`/).map { String($0.1) }
            documented[cells[0].replacing("`", with: "")] = ([String(type)] + labels.sorted()).joined(separator: " ")
        }
        #expect(shown.count > 20)
        #expect(documented == shown)
    }
}
