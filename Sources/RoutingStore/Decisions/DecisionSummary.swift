/// What recorded decisions come to: who answered, at what cost, how often in doubt, and what was saved.
///
/// Decisions and reports of usage may come in any order. Memory grows with the decisions that are summarised, by some
/// hundred bytes each.
public struct DecisionSummary: Sendable {
    /// Decisions of one model, route or owner.
    public struct Group: Sendable, Equatable {
        /// Decisions.
        public var decisions = 0
        /// Calls that were reported for them.
        public var calls = 0
        /// Estimated cost of what was chosen.
        public var estimated = 0.0
        /// Cost of the baseline: for the tokens that were reported where a call was reported with them, else as estimated.
        public var baseline = 0.0
        /// Cost that was reported.
        public var reported = 0.0
        /// What it cost: as reported where a call was reported, else as estimated.
        public var cost = 0.0
        /// Decisions where a rollout's model of before answered instead of the one that the policy would have chosen.
        public var held = 0
        /// Estimated cost of the models of before in those decisions.
        public var heldEstimated = 0.0
        /// What the models that the policy would have chosen would have cost there.
        public var heldRouted = 0.0
        /// Decisions where the classifier was not sure.
        public var uncertain = 0
        /// Decisions of which a fallback was called.
        public var fallbacks = 0
    }

    /// What decisions are grouped by.
    public enum Grouping: String, CaseIterable, Sendable {
        /// The model chosen; `none` where the request was refused.
        case model
        /// Task type and mode.
        case route
        /// What the model was chosen by.
        case cause
        /// The metadata's `project`, likewise the others.
        case project, user, feature
    }

    private struct Seen: Sendable {
        var decision: RecordedLine.Decided
        var metadata: [String: String]
    }

    private struct Calls: Sendable {
        var count = 0
        var cost = 0.0
        var isFallback = false
        var models: Set<String> = []
        /// Answers of which is known what the baseline would have cost for their tokens.
        var compared = 0
        var baseline = 0.0

        /// What the baseline would have cost, which would have answered once where a cascade or hedge did more often.
        var baselineOfAnswer: Double? { compared > 0 ? baseline / Double(compared) : nil }
    }

    private var decisions: [String: Seen] = [:]
    private var calls: [String: Calls] = [:]
    private var reports: Set<String> = []
    /// Lines that could not be read, such as one that a kill cut off.
    public private(set) var unreadable = 0
    /// Lines that could be read, whether they count or not.
    public private(set) var records = 0
    /// Time of the first and of the last record.
    public private(set) var span: (first: Double, last: Double)?
    /// Currency of the costs; nil where there are several.
    public private(set) var currency: String? = ""

    /// Nothing recorded.
    public init() {}

    /// Adds a line of the journal; records from before `since` do not count.
    public mutating func add(line: [UInt8], since: Double = -.infinity) {
        do {
            try add(RecordedLine(line), since: since)
        } catch {
            unreadable += 1
        }
    }

    /// Adds a record of the state file.
    public mutating func add(_ record: StoreRecord, since: Double = -.infinity) {
        if let line = RecordedLine(record) { add(line, since: since) } else { unreadable += 1 }
    }

    private mutating func add(_ line: RecordedLine, since: Double) {
        if line.decision != nil || line.usage != nil { records += 1 }
        guard line.time >= since else { return }
        if line.decision != nil || line.usage != nil {
            span = (min(span?.first ?? line.time, line.time), max(span?.last ?? line.time, line.time))
        }
        if let decision = line.decision {
            if currency == "" { currency = decision.currency }
            if currency != decision.currency { currency = nil }
            decisions[decision.id] = Seen(decision: decision, metadata: line.metadata)
        } else if let report = line.usage, reports.insert(report.id).inserted {
            var sum = calls[report.decision ?? ""] ?? Calls()
            sum.count += 1
            sum.cost += SpendBook.amount(report)
            sum.isFallback = sum.isFallback || report.isFallback
            if let model = report.model, !report.failed { sum.models.insert(model) }
            if let cost = report.baselineCost, !report.failed {
                sum.compared += 1
                sum.baseline += cost
            }
            calls[report.decision ?? ""] = sum
        }
    }

    /// All decisions together.
    public var total: Group { grouped { _, _ in "" }[""] ?? Group() }

    /// Reports that follow no decision here.
    public var callsWithoutDecision: Int {
        calls.reduce(0) { $0 + (decisions[$1.key] == nil ? $1.value.count : 0) }
    }

    /// Decisions by what they are grouped by; those without it are left out.
    public func groups(by grouping: Grouping) -> [String: Group] {
        grouped { decision, metadata in
            switch grouping {
            case .model: decision.model ?? "none"
            case .route: "\(decision.taskType), \(decision.mode)"
            case .cause: decision.cause
            case .project, .user, .feature: metadata[grouping.rawValue]
            }
        }
    }

    private func grouped(
        _ name: (RecordedLine.Decided, [String: String]) -> String?
    ) -> [String: Group] {
        var groups: [String: Group] = [:]
        // In the order of the identifiers, so that sums come out the same each time.
        for (id, seen) in decisions.sorted(by: { $0.key < $1.key }) {
            guard let name = name(seen.decision, seen.metadata) else { continue }
            var group = groups[name] ?? Group()
            group.decisions += 1
            let calls = calls[id]
            group.estimated += seen.decision.chosenCost
            // What is refused costs nothing, and saves nothing. And what a short answer really cost is not to be compared
            // with what a long one would have cost, as was estimated.
            group.baseline += calls?.baselineOfAnswer ?? (seen.decision.model == nil ? 0 : seen.decision.baselineCost)
            if seen.decision.isUncertain { group.uncertain += 1 }
            if let routed = seen.decision.routedCost {
                group.held += 1
                group.heldEstimated += seen.decision.chosenCost
                group.heldRouted += routed
            }
            group.calls += calls?.count ?? 0
            group.reported += calls?.cost ?? 0
            group.cost += calls?.cost ?? seen.decision.chosenCost
            let expected = seen.decision.others.union([seen.decision.model ?? ""])
            if let calls, calls.isFallback || (!calls.models.isEmpty && calls.models.isDisjoint(with: expected)) {
                group.fallbacks += 1
            }
            groups[name] = group
        }
        return groups
    }
}

extension DecisionSummary.Group {
    /// Share of the baseline's cost that was saved; nil where the baseline costs nothing.
    public var savings: Double? { baseline > 0 ? (baseline - cost) / baseline : nil }

    /// Share of the cost that routing would have saved where a rollout's model of before answered, by the estimates; nil where
    /// none did.
    public var routingSavings: Double? { heldEstimated > 0 ? (heldEstimated - heldRouted) / heldEstimated : nil }
}
