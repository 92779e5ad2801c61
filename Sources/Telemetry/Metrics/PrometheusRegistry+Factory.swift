public import CoreMetrics

/// Metrics that other packages make through swift-metrics.
///
/// Their names become valid ones with the suffixes that Prometheus asks for: a counter `hb.requests` is
/// `hb_requests_total`, a timer `hb.request.duration` is `hb_request_duration_seconds`.
extension PrometheusRegistry: MetricsFactory {
    /// A counter.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        counter(named: label, dimensions)
    }

    /// A counter that also takes fractions.
    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        counter(named: label, dimensions)
    }

    /// A gauge.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gauge(MetricName.valid(from: label), help: Self.help(label), labels: Self.labels(dimensions))
    }

    /// A histogram, or a gauge where values are not to be aggregated.
    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        let name = MetricName.valid(from: label)
        let labels = Self.labels(dimensions)
        return aggregate
            ? histogram(name, help: Self.help(label), bounds: .general, labels: labels)
            : gauge(name, help: Self.help(label), labels: labels)
    }

    /// A histogram of seconds.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(
            Self.name(label, suffix: "_seconds"), help: Self.help(label), bounds: .latency,
            labels: Self.labels(dimensions))
    }

    /// Takes a counter out of the registry.
    public func destroyCounter(_ handler: any CounterHandler) { remove(handler) }

    /// Takes a counter out of the registry.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { remove(handler) }

    /// Takes a gauge out of the registry.
    public func destroyMeter(_ handler: any MeterHandler) { remove(handler) }

    /// Takes a recorder out of the registry.
    public func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }

    /// Takes a timer out of the registry.
    public func destroyTimer(_ handler: any TimerHandler) { remove(handler) }

    private func counter(named label: String, _ dimensions: [(String, String)]) -> PrometheusCounter {
        counter(Self.name(label, suffix: "_total"), help: Self.help(label), labels: Self.labels(dimensions))
    }

    private static func name(_ label: String, suffix: String) -> String {
        let name = MetricName.valid(from: label)
        return name.hasSuffix(suffix) ? name : name + suffix
    }

    private static func labels(_ dimensions: [(String, String)]) -> [(String, String)] {
        dimensions.map { (MetricName.validLabel(from: $0.0), $0.1) }
    }

    /// swift-metrics knows no help texts, and Prometheus wants one.
    private static func help(_ label: String) -> String { "\(label), as given by a library through swift-metrics." }
}
