import Synchronization

extension RoutingMetrics {
    /// Counts outcomes that were told.
    public func outcomes(recorded: Int, duplicates: Int) {
        if recorded > 0 { newOutcomes.increment(by: recorded) }
        if duplicates > 0 { repeatedOutcomes.increment(by: duplicates) }
    }

    /// Counts what the rollout made of an outcome.
    public func received(_ reception: String) {
        counter(
            "tasktype_rollout_outcomes_total", help: "Outcomes, by what the comparison of arms made of them.",
            [("reception", reception)]
        ).increment()
    }

    /// Counts a decision that belongs to a rollout.
    public func assigned(arm: String) {
        counter("tasktype_rollout_decisions_total", help: "Decisions of a rollout, by arm.", [("arm", arm)]).increment()
    }

    /// Counts something that a rollout did by itself.
    public func rolloutEvent(_ event: String, taskType: String) {
        counter(
            "tasktype_rollout_events_total", help: "Stages that began, and task types taken back.",
            [("event", event), ("task_type", taskType)]
        ).increment()
    }

    /// Counts a check of an answer.
    public func checked(_ check: String, passed: Bool) {
        counter(
            "tasktype_answer_checks_total", help: "Checks of answers, by what came of them.",
            [("check", check), ("result", passed ? "passed" : "failed")]
        ).increment()
    }

    /// Says which share of a task type is routed.
    public func stage(taskType: String, share: Double) {
        let gauge = shares.withLock { known in
            if let gauge = known[taskType] { return gauge }
            let new = registry.gauge(
                "tasktype_rollout_share", help: "Share of users or sessions that is routed.",
                labels: [("task_type", taskType)])
            known[taskType] = new
            return new
        }
        gauge.set(share)
    }

    private func counter(_ name: String, help: String, _ labels: [(String, String)]) -> PrometheusCounter {
        let key = name + labels.map { "\u{1F}\($0.1)" }.joined()
        return counters.withLock { known in
            if let counter = known[key] { return counter }
            let new = registry.counter(name, help: help, labels: labels)
            known[key] = new
            return new
        }
    }
}
