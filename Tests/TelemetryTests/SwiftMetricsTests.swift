import CoreMetrics
import Telemetry
import Testing

@Suite struct SwiftMetricsTests {
    @Test func `what a library makes through swift-metrics is rendered under Prometheus's names`() {
        let registry = PrometheusRegistry()
        let counter = Counter(label: "hb.requests", dimensions: [("hb.uri", "/a")], factory: registry)
        counter.increment(by: 3)
        Timer(label: "hb.request.duration", dimensions: [], factory: registry).recordMilliseconds(2)
        Recorder(label: "body.size", dimensions: [], aggregate: true, factory: registry).record(10)
        Gauge(label: "hb-active", dimensions: [], factory: registry).record(4)
        Meter(label: "meter", dimensions: [], factory: registry).increment(by: 2.5)
        FloatingPointCounter(label: "work_total", dimensions: [], factory: registry).increment(by: 0.5)
        #expect(registry.value(of: #"hb_requests_total{hb_uri="/a"}"#) == "3")
        #expect(registry.value(of: #"hb_request_duration_seconds_bucket{le="0.001"}"#) == "0")
        #expect(registry.value(of: #"hb_request_duration_seconds_bucket{le="0.0025"}"#) == "1")
        #expect(registry.value(of: "hb_request_duration_seconds_sum") == "0.002")
        #expect(registry.value(of: #"body_size_bucket{le="10"}"#) == "1")
        #expect(registry.value(of: "hb_active") == "4")
        #expect(registry.value(of: "meter") == "2.5")
        #expect(registry.value(of: "work_total") == "0.5")
        counter.reset()
        #expect(registry.value(of: #"hb_requests_total{hb_uri="/a"}"#) == "0")
        counter.destroy()
        #expect(registry.value(of: #"hb_requests_total{hb_uri="/a"}"#) == nil)
    }

    @Test func `names that begin with a digit or an underscore pair become valid ones`() {
        let registry = PrometheusRegistry()
        Counter(label: "2xx", dimensions: [("__x", "1"), ("9", "2")], factory: registry).increment()
        #expect(registry.value(of: #"_2xx_total{_9="2",label__x="1"}"#) == "1")
        #expect(registry.refusedMetrics == 0)
    }
}
