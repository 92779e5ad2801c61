import Routing
import RoutingStore
import Synchronization
import Telemetry

extension RoutingService {
    /// What became of reports.
    struct Receipt: Sendable {
        var recorded = 0
        var duplicates = 0
        /// Whether they outlast the process.
        var isDurable: Bool
    }

    /// Takes reports of usage; when it returns they are durable, and count in the next decision.
    func take(_ reports: [UsageReport]) async throws(StoreError) -> Receipt {
        let policy = policy.current
        let reports = reports.map { $0.compared(by: policy) }
        let records = reports.map { $0.record(at: now) }
        let isNew = try await keep(records)
        let recorded = isNew.count { $0 }
        record(zip(reports, isNew).lazy.filter(\.1).map(\.0))
        metrics.usage(recorded: recorded, duplicates: isNew.count - recorded)
        return Receipt(recorded: recorded, duplicates: isNew.count - recorded, isDurable: store != nil)
    }

    /// Takes a report that a model or provider is down, or up again.
    func take(_ report: HealthReport, id: String) async throws(StoreError) -> Receipt {
        let isNew = try await keep([report.record(id: id, at: now)])
        return Receipt(recorded: isNew.count { $0 }, isDurable: store != nil)
    }

    func keep(_ records: [StoreRecord]) async throws(StoreError) -> [Bool] {
        if let store { return try await store.append(records) }
        let isNew = records.map { record in seen.withLock { $0.insert(record.kind + " " + record.id) } }
        for (record, isNew) in zip(records, isNew) where isNew { apply(record) }
        return isNew
    }

    /// Adds a record to what decisions look at.
    fileprivate func apply(_ record: StoreRecord) {
        switch record.kind {
        case UsageReport.kind:
            guard let report = UsageReport(record) else { return }
            book.withLock { $0.add(report, at: record.time) }
            let policy = policy.current.policy
            // Of models that nobody chooses nothing is kept, whatever names a gateway makes up.
            guard let model = policy.models.first(where: { $0.name == report.model }) else { return }
            health.withLock { health in
                for name in Set([model.name, model.provider]) {
                    health.record(name, failed: report.failed, rules: policy.health, at: record.time)
                }
            }
        case HealthReport.kind:
            guard let report = HealthReport(record) else { return }
            health.withLock { report.isDown ? $0.markDown(report.name) : $0.markUp(report.name) }
        case OutcomeReport.kind:
            if let report = OutcomeReport(record) { count(report, at: record.time) }
        case RolloutRecord.kind:
            if let stage = RolloutRecord(record) { rollouts.withLock { $0.book.take(stage) } }
        default: break
        }
    }

    /// Keeps the service's memory up with the state file.
    struct Follower: StoreFollower {
        let service: RoutingService

        var kinds: Set<String> {
            [UsageReport.kind, HealthReport.kind, OutcomeReport.kind, RolloutRecord.kind]
        }

        func load(from connection: StoreConnection, through sequence: Int) throws {
            let now = service.now
            let book = try SpendBook(
                dimensions: service.dimensions.withLock { $0 }, from: connection, at: now)
            var marks: [String: Bool] = [:]
            try connection.replay(HealthReport.kind) { stored in
                if let report = HealthReport(stored.record) { marks[report.name] = report.isDown }
            }
            let rollouts = try RolloutBook(from: connection)
            service.book.withLock { $0 = book }
            // Taken up anew by the next decision, with the conclusions that a kill may have prevented.
            service.rollouts.withLock { $0 = (rollouts, "") }
            service.health.withLock { health in
                for (name, isDown) in marks where isDown { health.markDown(name) }
            }
        }

        func apply(_ records: [StoredRecord]) {
            for stored in records { service.apply(stored.record) }
        }
    }
}

extension UsageReport {
    /// The report with what the policy's baseline would have cost for its tokens.
    fileprivate func compared(by policy: CompiledPolicy) -> UsageReport {
        var report = self
        report.baselineCost =
            inputTokens + outputTokens > 0
            ? policy.baselineCost(
                inputTokens: inputTokens, cachedInputTokens: cachedInputTokens, outputTokens: outputTokens) : nil
        return report
    }
}
