import Synchronization

/// What is counted of decisions and of what gateways report.
public final class RoutingMetrics: Sendable {
    private struct Info {
        var digest: String
        var gauge: PrometheusGauge
    }

    private struct Key: Hashable {
        var model: String
        var cause: String
    }

    /// How a look at the policy's file ended.
    public enum Reload: String, CaseIterable, Sendable {
        /// It decides now.
        case activated
        /// It is broken; the one before goes on deciding.
        case rejected
    }

    let registry: PrometheusRegistry
    private let decisions = Mutex<[Key: PrometheusCounter]>([:])
    private let taskTypes = Mutex<[String: PrometheusCounter]>([:])
    private let duration: PrometheusHistogram
    private let reloads: [Reload: PrometheusCounter]
    private let lastSuccess: PrometheusGauge
    private let info = Mutex<Info?>(nil)
    private let recorded: PrometheusCounter
    private let duplicates: PrometheusCounter
    private let commits: PrometheusHistogram
    private let stateErrors: PrometheusCounter
    let newOutcomes: PrometheusCounter
    let repeatedOutcomes: PrometheusCounter
    /// Counters and gauges whose labels are met as the service runs; the values are from the policy or fixed sets.
    let counters = Mutex<[String: PrometheusCounter]>([:])
    let shares = Mutex<[String: PrometheusGauge]>([:])
    private let journalLines: PrometheusCounter
    private let lostLines: PrometheusCounter
    /// Models and providers that are down.
    public let down: PrometheusGauge
    /// Sessions that are remembered.
    public let sessions: PrometheusGauge

    init(registry: PrometheusRegistry) {
        self.registry = registry
        duration = registry.histogram(
            "tasktype_decision_duration_seconds",
            help: "Time to decide about one request, classification included, HTTP and JSON not.", bounds: .latency)
        reloads = Dictionary(
            uniqueKeysWithValues: Reload.allCases.map { outcome in
                (
                    outcome,
                    registry.counter(
                        "tasktype_policy_reloads_total", help: "Policy files that were tried, by outcome.",
                        labels: [("outcome", outcome.rawValue)])
                )
            })
        lastSuccess = registry.gauge(
            "tasktype_policy_last_reload_success", help: "1 if the policy's file decides, 0 if it was rejected.")
        func reports(_ result: String) -> PrometheusCounter {
            registry.counter(
                "tasktype_usage_reports_total", help: "Reports of usage, by what became of them.",
                labels: [("result", result)])
        }
        recorded = reports("recorded")
        duplicates = reports("duplicate")
        func outcomes(_ result: String) -> PrometheusCounter {
            registry.counter(
                "tasktype_outcomes_total", help: "Outcomes of decisions, by what became of them.",
                labels: [("result", result)])
        }
        newOutcomes = outcomes("recorded")
        repeatedOutcomes = outcomes("duplicate")
        commits = registry.histogram(
            "tasktype_state_commit_duration_seconds", help: "Time to make a group of records durable.",
            bounds: .latency)
        stateErrors = registry.counter(
            "tasktype_state_errors_total", help: "Times that the state file could not be written or read.")
        journalLines = registry.counter(
            "tasktype_decision_records_total", help: "Decisions and reports written to the file of decisions.")
        lostLines = registry.counter(
            "tasktype_decision_records_lost_total",
            help: "Decisions and reports left out of the file of decisions, because disk or memory were full.")
        down = registry.gauge("tasktype_routing_down", help: "Models and providers that are down.")
        sessions = registry.gauge("tasktype_routing_sessions", help: "Sessions whose model is remembered.")
    }

    /// Counts a decision; the names are the policy's, so they are few.
    public func decided(model: String?, cause: String, taskType: String) {
        let key = Key(model: model ?? "none", cause: cause)
        let counter = decisions.withLock { known in
            if let counter = known[key] { return counter }
            let new = registry.counter(
                "tasktype_decisions_total", help: "Decisions, by the model chosen and what it was chosen by.",
                labels: [("model", key.model), ("cause", key.cause)])
            known[key] = new
            return new
        }
        counter.increment()
        let byType = taskTypes.withLock { known in
            if let counter = known[taskType] { return counter }
            let new = registry.counter(
                "tasktype_decision_task_types_total", help: "Decisions, by task type.",
                labels: [("task_type", taskType)])
            known[taskType] = new
            return new
        }
        byType.increment()
    }

    /// Counts the time that a decision took.
    public func took(nanoseconds: UInt64) { duration.observe(nanoseconds: nanoseconds) }

    /// Counts reports of usage.
    public func usage(recorded: Int, duplicates: Int) {
        if recorded > 0 { self.recorded.increment(by: recorded) }
        if duplicates > 0 { self.duplicates.increment(by: duplicates) }
    }

    /// Says which policy decides from now on.
    public func deciding(by digest: String) {
        lastSuccess.set(1.0)
        info.withLock { info in
            if info?.digest == digest { return }
            if let old = info?.gauge { registry.remove(old) }
            let gauge = registry.gauge(
                "tasktype_policy_info", help: "The policy that decides.", labels: [("policy", digest)])
            gauge.set(1.0)
            info = Info(digest: digest, gauge: gauge)
        }
    }

    /// Counts a look at the policy's file that found another one.
    public func reloaded(_ outcome: Reload) {
        reloads[outcome]?.increment()
        lastSuccess.set(outcome == .rejected ? 0.0 : 1.0)
    }

    /// Counts a group of records that became durable.
    public func committed(seconds: Double) { commits.observe(seconds) }

    /// Counts lines of the file of decisions.
    public func recorded(lines: Int) { journalLines.increment(by: lines) }

    /// Counts lines that are not in it.
    public func lost(lines: Int) { lostLines.increment(by: lines) }

    /// Counts a time that the state file could not be used.
    public func stateFailed() { stateErrors.increment() }
}
