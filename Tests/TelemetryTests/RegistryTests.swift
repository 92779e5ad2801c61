import Synchronization
import Telemetry
import Testing

@Suite struct RegistryTests {
    /// A registry, and what it reports.
    private final class Observed: Sendable {
        let reports = Mutex<[String]>([])
        func registry(seriesLimit: Int = 100) -> PrometheusRegistry {
            PrometheusRegistry(seriesLimit: seriesLimit) { [self] problem in reports.withLock { $0.append(problem) } }
        }
        var all: [String] { reports.withLock { $0 } }
    }

    @Test func `the same name and labels give the same object, in whatever order the labels come`() {
        let registry = PrometheusRegistry()
        let one = registry.counter("c_total", help: "Help.", labels: [("a", "1"), ("b", "2")])
        let two = registry.counter("c_total", help: "Help.", labels: [("b", "2"), ("a", "1")])
        let other = registry.counter("c_total", help: "Help.", labels: [("a", "2"), ("b", "1")])
        #expect(one === two)
        #expect(one !== other)
    }

    @Test func `a name taken by another type, help or bounds is reported and counts unseen`() {
        let observed = Observed()
        let registry = observed.registry()
        registry.counter("c_total", help: "Help.").increment()
        let before = registry.text
        registry.gauge("c_total", help: "Help.").set(5.0)
        registry.counter("c_total", help: "Other help.").increment(by: 5)
        #expect(registry.text == before)
        _ = registry.histogram("h", help: "Help.", bounds: [1, 2])
        registry.histogram("h", help: "Help.", bounds: [1, 3]).observe(1)
        #expect(registry.value(of: "h_count") == "0")
        #expect(registry.refusedMetrics == 3)
        #expect(
            observed.all == [
                "The metric c_total is a counter already and cannot be a gauge too; give one another name.",
                "The metric c_total has another help text already; use the same one everywhere.",
                "The metric h has other bounds already; use the same ones everywhere.",
            ])
    }

    @Test(arguments: ["h_sum", "h_count", "h_bucket"])
    func `a name that a histogram renders itself is refused, whichever comes first`(name: String) {
        let observed = Observed()
        let registry = observed.registry()
        _ = registry.histogram("h", help: "Help.", bounds: [1])
        registry.gauge(name, help: "Help.").set(99.0)
        #expect(!registry.text.contains("99"))
        let reversed = observed.registry()
        _ = reversed.gauge(name, help: "Help.")
        reversed.histogram("h", help: "Help.", bounds: [1]).observe(1)
        #expect(!reversed.text.contains("h_bucket{"))
        #expect(observed.all.count == 2 && observed.all.allSatisfy { $0.contains("lines of the same name") })
    }

    @Test(arguments: ["", "9a", "a-b", "a b", "é", "a\nb"])
    func `names that Prometheus does not allow are refused`(name: String) {
        let observed = Observed()
        let registry = observed.registry()
        registry.counter(name, help: "Help.").increment()
        registry.counter("ok_total", help: "Help.", labels: [(name, "x")]).increment()
        #expect(registry.text.isEmpty)
        #expect(registry.refusedMetrics == 2)
        #expect(observed.all.count == 2)
    }

    @Test func `labels given twice, kept for Prometheus, or le in a histogram are refused`() {
        let registry = Observed().registry()
        _ = registry.counter("a_total", help: "Help.", labels: [("x", "1"), ("x", "2")])
        _ = registry.counter("b_total", help: "Help.", labels: [("__name__", "1")])
        _ = registry.histogram("c", help: "Help.", bounds: [1], labels: [("le", "1")])
        #expect(registry.text.isEmpty)
        #expect(registry.refusedMetrics == 3)
    }

    @Test func `series beyond the limit count unseen, and are reported once`() {
        let observed = Observed()
        let registry = observed.registry(seriesLimit: 3)
        for index in 0..<10 {
            registry.counter("c_total", help: "Help.", labels: [("n", "\(index)")]).increment()
        }
        #expect(registry.text.split(separator: "\n").count == 2 + 3)
        #expect(registry.refusedMetrics == 7)
        #expect(
            observed.all == [
                "The metric c_total has 3 series already; more are not shown. Use labels with fewer values."
            ])
        // Those that are there are still found.
        #expect(registry.counter("c_total", help: "Help.", labels: [("n", "2")]).value == 1)
    }

    @Test func `a metric that is taken out is no longer shown, and its place is free`() {
        let registry = Observed().registry(seriesLimit: 1)
        let first = registry.gauge("g", help: "Help.", labels: [("revision", "a")])
        registry.remove(first)
        #expect(registry.text.isEmpty)
        registry.gauge("g", help: "Help.", labels: [("revision", "b")]).set(1.0)
        #expect(registry.value(of: #"g{revision="b"}"#) == "1")
        #expect(registry.refusedMetrics == 0)
    }

    @Test func `computed metrics are asked at each scrape, may use the registry, and are left out when nil`() {
        let registry = Observed().registry()
        let asked = Mutex(0)
        registry.computedGauge("g", help: "Help.") { [weak registry] in
            _ = registry?.counter("inner_total", help: "Help.")
            let times = asked.withLock { asked -> Int in
                asked += 1
                return asked
            }
            return times == 2 ? nil : Double(times)
        }
        #expect(registry.value(of: "g") == "1")
        #expect(!registry.text.contains("# HELP g "))
        #expect(registry.value(of: "g") == "3")
        registry.computedGauge("g", help: "Help.") { 42 }
        #expect(registry.value(of: "g") == "42")
    }

    @Test func `a metric cannot be both computed and set`() {
        let registry = Observed().registry()
        registry.gauge("a", help: "Help.").set(1.0)
        registry.computedGauge("a", help: "Help.") { 2 }
        #expect(registry.value(of: "a") == "1")
        registry.computedGauge("b", help: "Help.") { 2 }
        registry.gauge("b", help: "Help.").set(1.0)
        #expect(registry.value(of: "b") == "2")
        #expect(registry.refusedMetrics == 2)
    }

    @Test func `counters never fall`() {
        let counter = PrometheusCounter()
        counter.increment(by: 3)
        counter.increment(by: -1)
        counter.increment(by: Int64.min)
        counter.increment(by: -0.5)
        counter.increment(by: Double.nan)
        counter.increment(by: Double.infinity)
        #expect(counter.value == 3)
    }
}
