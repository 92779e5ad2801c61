import Logging
import Synchronization
import Telemetry

/// Tells the log and the metrics what happens to the models.
final class ModelEventReporter: Sendable {
    private let logger: Logger
    private let metrics: ServiceMetrics
    private let lifecycles = Mutex<[String: ModelLifecycleMetrics]>([:])

    init(logger: Logger, metrics: ServiceMetrics) {
        self.logger = logger
        self.metrics = metrics
    }

    func report(_ event: ModelEvent) {
        logger.log(
            level: event.isProblem ? .error : .notice, "\(event.message)", metadata: ["event": "model_\(event.kind)"])
        switch event {
        case .activated(let name, let revision, let previous, let cause):
            lifecycle(name).serving(revision: revision)
            if cause == .start && previous == nil {
                lifecycle(name).loaded(successfully: true)
            } else {
                lifecycle(name).reloaded(.activated)
            }
        case .rolledBack(let name, let revision, _):
            lifecycle(name).serving(revision: revision)
            lifecycle(name).reloaded(.rolledBack)
        case .rejected(let name, _, _): lifecycle(name).reloaded(.rejected)
        case .fileMissing(let name, _): lifecycle(name).loaded(successfully: false)
        case .notRecorded, .directoryUnreadable, .lacksDefaultLabel: break
        }
    }

    private func lifecycle(_ name: String) -> ModelLifecycleMetrics {
        lifecycles.withLock { known in
            if let lifecycle = known[name] { return lifecycle }
            let new = metrics.lifecycle(ofModel: name)
            known[name] = new
            return new
        }
    }
}
