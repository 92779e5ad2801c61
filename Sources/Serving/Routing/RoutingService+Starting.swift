import Logging
import Routing
import RoutingStore
import Telemetry

extension RoutingService {
    /// The service that a configuration asks for; nil where it names no policy.
    convenience init?(
        _ settings: ServiceConfiguration.Routing, metrics: RoutingMetrics, logger: Logger
    ) throws(ServiceError) {
        guard let path = settings.policy else { return nil }
        let policy = try PolicyStore(path: path) { Self.report($0, metrics, logger) }
        var store: RoutingStore?
        if let path = settings.state {
            do throws(StoreError) {
                store = try RoutingStore(path: path) { Self.report($0, metrics, logger) }
            } catch {
                throw ServiceError("routing.state: \(error)")
            }
        } else if !policy.current.policy.budgets.isEmpty {
            logger.warning(
                "the policy has budgets, but what is spent is kept in memory alone; set routing.state to have it kept")
        }
        if settings.state == nil, policy.current.policy.rollout?.plan.stage == .canary {
            logger.warning(
                "the policy has a rollout, but its outcomes are kept in memory alone; set routing.state to have them kept"
            )
        }
        var recorder: DecisionRecorder?
        if settings.decisions != nil || settings.decisionsInState {
            recorder = DecisionRecorder(
                journal: try settings.decisions.map { path throws(ServiceError) in
                    try Self.journal(path, settings, metrics, logger)
                }, store: settings.decisionsInState ? store : nil, includesText: settings.decisionsText)
        }
        try self.init(
            settings, policy: policy, store: store, metrics: metrics, recorder: recorder,
            onRolloutEvent: { event, rollout in Self.report(event, rollout, logger) })
    }

    private static func journal(
        _ path: String, _ settings: ServiceConfiguration.Routing, _ metrics: RoutingMetrics, _ logger: Logger
    ) throws(ServiceError) -> DecisionJournal {
        do throws(StoreError) {
            return try DecisionJournal(
                path: path, sizeLimit: settings.decisionsSize, fileLimit: settings.decisionsFiles
            ) { event in
                switch event {
                case .written(let lines): metrics.recorded(lines: lines)
                case .lost(let lines, let reason):
                    metrics.lost(lines: lines)
                    logger.error(
                        "decisions were not recorded: \(reason)",
                        metadata: ["event": "decisions_lost", "lines": .stringConvertible(lines)])
                }
            }
        } catch {
            throw ServiceError("routing.decisions: \(error)")
        }
    }

    private static func report(_ event: RolloutEvent, _ rollout: String, _ logger: Logger) {
        let level: Logger.Level = event.kind == .takenBack ? .warning : .notice
        logger.log(
            level: level, "rollout \(rollout): \(event.description)",
            metadata: ["event": "rollout_\(event.kind.rawValue)", "task_type": "\(event.taskType)"])
    }

    private static func report(_ event: PolicyStore.Event, _ metrics: RoutingMetrics, _ logger: Logger) {
        switch event {
        case .activated(let digest, let previous, let cause, let warnings):
            for warning in warnings { logger.warning("\(warning)", metadata: ["event": "policy_warning"]) }
            let before = previous.map { ", before it was \($0)" } ?? ""
            logger.notice(
                "the policy is now \(digest) (\(cause.rawValue))\(before)", metadata: ["event": "policy_activated"])
            metrics.deciding(by: digest)
            if cause != .start { metrics.reloaded(.activated) }
        case .rejected(let message):
            logger.error(
                "a new policy was refused, what decided before goes on: \(message)",
                metadata: ["event": "policy_rejected"])
            metrics.reloaded(.rejected)
        }
    }

    private static func report(_ event: RoutingStore.Event, _ metrics: RoutingMetrics, _ logger: Logger) {
        switch event {
        case .written(_, let seconds): metrics.committed(seconds: seconds)
        case .failed(let error), .unreadable(let error):
            metrics.stateFailed()
            logger.error("\(error)", metadata: ["event": "state_\(error.kind.rawValue)"])
        }
    }
}
