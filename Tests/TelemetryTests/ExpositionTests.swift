import Foundation
import Telemetry
import TestSupport
import Testing

@Suite struct ExpositionTests {
    @Test func `a scrape is the text format, families and series in order`() {
        let registry = PrometheusRegistry()
        registry.gauge("temperature_celsius", help: "How warm it is.").set(-1.5)
        let requests = { registry.counter("requests_total", help: "Calls.\nAll of them.", labels: [("route", $0)]) }
        requests("/b").increment(by: 2)
        requests("/a").increment()
        requests(#"a"b\c"# + "\r\nd").increment(by: 0.5)
        let histogram = registry.histogram(
            "latency_seconds", help: "Time.", bounds: [0.00001, 0.25, 1], labels: [("route", "/a")])
        for value in [0.00001, 0.1, 2] { histogram.observe(value) }
        let expected = #"""
            # HELP latency_seconds Time.
            # TYPE latency_seconds histogram
            latency_seconds_bucket{route="/a",le="1e-05"} 1
            latency_seconds_bucket{route="/a",le="0.25"} 2
            latency_seconds_bucket{route="/a",le="1"} 2
            latency_seconds_bucket{route="/a",le="+Inf"} 3
            latency_seconds_sum{route="/a"} 2.10001
            latency_seconds_count{route="/a"} 3
            # HELP requests_total Calls.\nAll of them.
            # TYPE requests_total counter
            requests_total{route="/a"} 1
            requests_total{route="/b"} 2
            requests_total{route="a\"b\\cRETURN\nd"} 0.5
            # HELP temperature_celsius How warm it is.
            # TYPE temperature_celsius gauge
            temperature_celsius -1.5

            """#.replacing("RETURN", with: "\r")
        #expect(registry.text == expected)
        #expect(registry.text == expected, "a second scrape is the same")
    }

    @Test(arguments: [
        (0.0, "0"), (-0.0, "0"), (1, "1"), (1e15, "1000000000000000"), (0.1, "0.1"), (1e300, "1e+300"),
        (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"), (0x1p53, "9007199254740992.0"),
    ])
    func `numbers are written so that they read back the same`(value: Double, text: String) throws {
        let registry = PrometheusRegistry()
        registry.gauge("g", help: "Help.").set(value)
        let written = try #require(registry.value(of: "g"))
        #expect(written == text)
        if value.isFinite { #expect(Double(written) == value) }
    }

    @Test func `label values with random bytes keep a scrape's lines whole`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SplitMix64(seed: seed)
        let pieces = ["\"", "\\", "\n", "\r", "\r\n", "}", "{", ",", "=", " ", "é", "\u{2028}", "x", "\0"]
        for _ in 0..<300 {
            let registry = PrometheusRegistry()
            let value = (0..<Int.random(in: 0..<12, using: &generator))
                .map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
            registry.counter("c_total", help: value, labels: [("a", value), ("b", "end")]).increment()
            let bytes = Array(registry.text.utf8)
            #expect(bytes.count { $0 == UInt8(ascii: "\n") } == 3, "seed \(seed)")
            // Undo the escapes of the label and compare.
            let start = try #require(registry.text.range(of: #"c_total{a=""#)?.upperBound)
            let end = try #require(registry.text.range(of: #"",b="end"} 1"#, options: .backwards)?.lowerBound)
            var read: [UInt8] = []
            var escaped = false
            for byte in registry.text[start..<end].utf8 {
                if escaped {
                    read.append(byte == UInt8(ascii: "n") ? UInt8(ascii: "\n") : byte)
                    escaped = false
                } else if byte == UInt8(ascii: "\\") {
                    escaped = true
                } else {
                    read.append(byte)
                }
            }
            #expect(read == Array(value.utf8), "seed \(seed)")
        }
    }

    @Test func `a bucket holds its own bound, and what lies just above is in the next`() {
        for (index, bound) in HistogramBounds.latency.values.enumerated() {
            let histogram = PrometheusHistogram(bounds: .latency)
            histogram.observe(bound)
            histogram.observe(bound.nextUp)
            let buckets = histogram.snapshot().buckets
            #expect(buckets[index] == 1 && buckets[index + 1] == 2 && (index == 0 || buckets[index - 1] == 0))
        }
    }

    @Test func `durations in nanoseconds that equal a bound fall below it, as the same seconds do`() {
        for (index, bound) in HistogramBounds.latency.values.enumerated() {
            let histogram = PrometheusHistogram(bounds: .latency)
            let nanoseconds = UInt64((bound * 1e9).rounded())
            histogram.observe(nanoseconds: nanoseconds)
            histogram.observe(nanoseconds: nanoseconds + 1)
            let buckets = histogram.snapshot().buckets
            #expect(buckets[index] == 1 && buckets[index + 1] == 2)
        }
    }

    @Test func `what is not finite is left out, and negative values fall into the first bucket`() {
        let histogram = PrometheusHistogram(bounds: [0, 1])
        for value in [Double.nan, .infinity, -.infinity] { histogram.observe(value) }
        #expect(histogram.snapshot().buckets == [0, 0, 0])
        histogram.observe(-5)
        #expect(histogram.snapshot().buckets == [1, 1, 1] && histogram.snapshot().sum == -5)
    }

    @Test func `bounds are sorted, without repetitions and without infinity`() {
        let bounds: HistogramBounds = [3, 1, 2, 1, .infinity, .nan]
        #expect(bounds.values == [1, 2, 3])
        for list in [HistogramBounds.latency, .confidence, .batchSize, .general] {
            #expect(list.values == list.values.sorted() && Set(list.values).count == list.values.count)
        }
        #expect(HistogramBounds.latency.values.first == 10e-6 && HistogramBounds.latency.values.last == 5)
        #expect(HistogramBounds.batchSize.values == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024])
    }

    @Test func `a histogram without bounds still counts and sums`() {
        let registry = PrometheusRegistry()
        registry.histogram("h", help: "Help.", bounds: []).observe(3)
        #expect(registry.value(of: #"h_bucket{le="+Inf"}"#) == "1")
        #expect(registry.value(of: "h_sum") == "3")
    }

    @Test func `a counter that hides zero appears with its first increment`() {
        let registry = PrometheusRegistry()
        let counter = registry.counter("c_total", help: "Help.", hidesZero: true)
        #expect(registry.text.isEmpty)
        counter.increment()
        #expect(registry.value(of: "c_total") == "1")
    }
}
