import Dispatch
import Telemetry
import Testing

@Suite struct ConcurrencyTests {
    private static let threads = 8
    private static let steps = 20_000

    /// Calls `body` from many threads at once.
    private func race(_ body: @Sendable (Int) -> Void) {
        DispatchQueue.concurrentPerform(iterations: Self.threads) { thread in
            for _ in 0..<Self.steps { body(thread) }
        }
    }

    @Test func `no increment of a counter is lost, whole or in fractions`() {
        let counter = PrometheusCounter()
        race { _ in
            counter.increment()
            counter.increment(by: 2)
            counter.increment(by: 0.25)
        }
        #expect(counter.value == Double(Self.threads * Self.steps) * 3.25)
    }

    @Test func `a gauge that each thread raises and lowers ends where it began`() {
        let gauge = PrometheusGauge()
        gauge.set(7.0)
        race { _ in
            gauge.increment()
            gauge.decrement()
        }
        #expect(gauge.value == 7)
    }

    @Test func `a histogram counts each value in its bucket and its sum exactly`() {
        let histogram = PrometheusHistogram(bounds: [1, 2, 4])
        // Quarters add up without rounding, so that the sum has one right value.
        race { thread in histogram.observe([0.25, 1.5, 3, 8][thread % 4]) }
        let each = UInt64(Self.threads / 4 * Self.steps)
        let (buckets, sum) = histogram.snapshot()
        #expect(buckets == [each, 2 * each, 3 * each, 4 * each])
        #expect(sum == Double(each) * 12.75)
    }

    @Test func `scrapes while threads add see a count that equals the last bucket and never falls`() {
        let registry = PrometheusRegistry()
        let histogram = registry.histogram("h", help: "Help.", bounds: [1])
        DispatchQueue.concurrentPerform(iterations: 3) { thread in
            if thread > 0 {
                for _ in 0..<20_000 { histogram.observe(Double(thread)) }
                return
            }
            var last = 0
            for _ in 0..<200 {
                let text = registry.text
                let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
                let values = lines.compactMap { Int($0.split(separator: " ")[1]) }
                // Two buckets, sum (whole numbers here), count.
                #expect(values.count == 4 && values[1] == values[3] && values[0] <= values[1])
                #expect(values[3] >= last)
                last = values[3]
            }
        }
        #expect(histogram.snapshot().buckets == [20_000, 40_000])
    }

    @Test func `threads that ask for the same metric at once get the same object`() {
        let registry = PrometheusRegistry()
        race { thread in
            registry.counter("c_total", help: "Help.", labels: [("n", "\(thread % 2)")]).increment()
        }
        let each = "\(Self.threads / 2 * Self.steps)"
        #expect(registry.value(of: #"c_total{n="0"}"#) == each)
        #expect(registry.value(of: #"c_total{n="1"}"#) == each)
    }
}
