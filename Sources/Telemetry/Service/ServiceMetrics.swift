/// Every metric of the service, made once on a registry.
///
/// What happens in a request is counted through positions found beforehand; docs/metrics.md says what each one tells.
public struct ServiceMetrics: Sendable {
    /// Where the metrics are rendered.
    public let registry: PrometheusRegistry
    /// Requests by route and status, with durations.
    public let requests: RequestMetrics
    /// Connections that are open.
    public let connections: PrometheusGauge
    /// Calls that wait for a thread.
    public let queueDepth: PrometheusGauge
    /// Decisions, and what gateways report.
    public let routing: RoutingMetrics
    /// Calls answered with status 503 because too many waited.
    public let queueRejected: PrometheusCounter
    /// Inputs in a call of more than one.
    public let batchSize: PrometheusHistogram

    private let timeoutCounters: [PrometheusCounter]
    private let failOpenCounters: [PrometheusCounter]
    private let defaultLabel: String

    /// The metrics of a service that has answered nothing yet.
    ///
    /// - Parameters:
    ///   - routes: every value that the label `route` may take; `other` is added.
    ///   - version: the program's version.
    ///   - defaultLabel: what is answered where there is no model.
    ///   - connectionLimit: most connections that may be open, to be shown beside those that are.
    ///   - logSink: whose dropped lines are to be shown.
    public init(
        registry: PrometheusRegistry, routes: [String], version: String, defaultLabel: String,
        connectionLimit: Int? = nil, logSink: LogSink? = nil
    ) {
        self.registry = registry
        self.defaultLabel = defaultLabel
        requests = RequestMetrics(registry: registry, routes: routes)
        connections = registry.gauge("tasktype_http_connections", help: "Connections that are open.")
        if let connectionLimit {
            registry.gauge(
                "tasktype_http_connections_limit",
                help: "Most connections that may be open; more wait until one is closed."
            ).set(Int64(connectionLimit))
        }
        queueDepth = registry.gauge("tasktype_queue_depth", help: "Calls that wait for a thread.")
        queueRejected = registry.counter(
            "tasktype_queue_rejected_total", help: "Calls answered with status 503 because too many waited.")
        batchSize = registry.histogram(
            "tasktype_batch_size", help: "Inputs in a call of more than one.", bounds: .batchSize)
        routing = RoutingMetrics(registry: registry)
        timeoutCounters = TimeoutKind.allCases.map { kind in
            registry.counter(
                "tasktype_http_timeouts_total", help: "Connections or calls ended because something took too long.",
                labels: [("kind", kind.label)])
        }
        failOpenCounters = FailOpenReason.allCases.map { reason in
            registry.counter(
                "tasktype_fail_open_total",
                help: "Inputs answered with the default label because they could not be classified.",
                labels: [("reason", reason.label)])
        }
        registry.gauge(
            "tasktype_build_info", help: "The version of the program.", labels: [("version", version)]
        ).set(1.0)
        registry.computedCounter(
            "tasktype_metrics_refused_total",
            help: "Metrics that a part of the program asked for and could not have; the log says why."
        ) { [weak registry] in registry.map { Double($0.refusedMetrics) } }
        if let logSink {
            registry.computedCounter(
                "tasktype_log_lines_dropped_total",
                help: "Log lines left out because standard error was read too slowly."
            ) { Double(logSink.droppedLines) }
        }
        ProcessMetrics.register(on: registry)
    }

    /// The counter of one kind of timeout.
    public func timeouts(_ kind: TimeoutKind) -> PrometheusCounter { timeoutCounters[kind.rawValue] }

    /// The counter of one reason for answering the default label; such an input is counted by its model as well.
    public func failOpen(_ reason: FailOpenReason) -> PrometheusCounter { failOpenCounters[reason.rawValue] }

    /// What is counted for a model with these labels.
    ///
    /// Another revision of the same model goes on counting where the one before stopped. Without labels this is for
    /// a model that cannot answer: it counts default labels.
    public func model(_ name: String, labels: [String] = []) -> ModelMetrics {
        ModelMetrics(registry: registry, name: name, labels: labels, defaultLabel: defaultLabel)
    }

    /// The lifecycle of a model, to be kept as long as the service knows a model of this name.
    public func lifecycle(ofModel name: String) -> ModelLifecycleMetrics {
        ModelLifecycleMetrics(registry: registry, name: name)
    }

    /// Appends all metrics in Prometheus's text format, for a scrape.
    public func render(into bytes: inout [UInt8]) { registry.render(into: &bytes) }
}
