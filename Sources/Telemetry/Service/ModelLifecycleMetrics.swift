import Synchronization

/// Which revision of a model answers, and how its reloads ended.
public final class ModelLifecycleMetrics: Sendable {
    private struct Info {
        var revision: String
        var gauge: PrometheusGauge
    }

    private let registry: PrometheusRegistry
    private let name: String
    private let reloads: [PrometheusCounter]
    private let lastSuccess: PrometheusGauge
    private let info = Mutex<Info?>(nil)

    init(registry: PrometheusRegistry, name: String) {
        self.registry = registry
        self.name = name
        reloads = ReloadOutcome.allCases.map { outcome in
            registry.counter(
                "tasktype_model_reloads_total", help: "Other revisions of a model that were tried, by outcome.",
                labels: [("model", name), ("outcome", outcome.label)])
        }
        lastSuccess = registry.gauge(
            "tasktype_model_last_reload_success",
            help: "1 if the file that was last looked at serves, 0 if it was rejected or there is none.",
            labels: [("model", name)])
    }

    /// Says which revision answers from now on; nil where none can.
    ///
    /// Only one revision of a model is shown at a time, so that reloads do not add series without end.
    public func serving(revision: String?) {
        info.withLock { info in
            if info?.revision == revision { return }
            if let old = info?.gauge { registry.remove(old) }
            info = revision.map { revision in
                let gauge = registry.gauge(
                    "tasktype_model_info", help: "The revision of a model that answers.",
                    labels: [("model", name), ("revision", revision)])
                gauge.set(1.0)
                return Info(revision: revision, gauge: gauge)
            }
        }
    }

    /// Says that the first load of the model, which is no reload, went well or not.
    public func loaded(successfully: Bool) { lastSuccess.set(successfully ? 1.0 : 0.0) }

    /// Counts a reload.
    ///
    /// After `.rejected` the gauge of the last reload is 0, otherwise 1: who rolls back has a model that serves.
    public func reloaded(_ outcome: ReloadOutcome) {
        reloads[outcome.rawValue].increment()
        lastSuccess.set(outcome == .rejected ? 0.0 : 1.0)
    }
}
