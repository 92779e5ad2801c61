#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// How far a rollout has come, by task type, and the outcomes of its present steps.
///
/// A value, as the other ledgers are. Every change of the share that is routed begins a *stage*, and outcomes are
/// compared within one stage: as the share grows, the arms' mix of days would no longer be the same.
public struct RolloutLedger: Sendable, Equatable {
    /// How far one task type has come.
    public struct Progress: Sendable, Equatable {
        /// Place in the plan's steps.
        public var step = 0
        /// The share routed; 0 in shadow and once taken back.
        public var share: Double
        /// When the stage began.
        public var since: Double
        /// Number of the stage, from 1.
        public var stage = 1
        /// What it was taken back for.
        public var takenBack: ReportedOutcome.Measure?
        /// Outcomes of the stage.
        public var arms: [ReportedOutcome.Measure: SequentialComparison] = [:]

        /// A stage.
        public init(share: Double, since: Double) {
            self.share = share
            self.since = since
        }

        fileprivate mutating func begin(_ share: Double, at now: Double) {
            self.share = share
            since = now
            stage += 1
            arms = [:]
        }
    }

    /// What became of an outcome that was told.
    public enum Reception: String, Sendable {
        /// It was compared.
        case counted
        /// It belongs to no comparison: to a shadow, or to another rollout.
        case noComparison = "no_comparison"
        /// It belongs to a stage that is over.
        case late
        /// Its user or session was counted before.
        case repeated
    }

    /// The rollout followed; "" for none.
    public private(set) var name = ""
    /// Task type → its progress.
    public private(set) var progress: [String: Progress] = [:]

    /// No rollout.
    public init() {}

    /// A ledger that was stored.
    public init(name: String, progress: [String: Progress]) {
        self.name = name
        self.progress = progress
    }

    /// How a task type stands.
    public struct Standing: Sendable, Equatable {
        /// The share of its units that is routed.
        public var share: Double
        /// Number of the stage.
        public var stage: Int
        /// Whether it was taken back.
        public var takenBack: Bool

        /// A standing.
        public init(share: Double, stage: Int, takenBack: Bool) {
            self.share = share
            self.stage = stage
            self.takenBack = takenBack
        }
    }

    /// How a task type stands at the moment.
    public func standing(of taskType: String, _ rollout: Policy.Rollout) -> Standing {
        let progress = rollout.name == name ? progress[taskType] : nil
        let isTakenBack = progress?.takenBack != nil
        let share = isTakenBack ? 0 : Self.share(rollout.plan(for: taskType), step: progress?.step ?? 0)
        return Standing(share: share, stage: progress?.stage ?? 1, takenBack: isTakenBack)
    }

    private static func share(_ plan: Policy.Rollout.Plan, step: Int) -> Double {
        guard plan.stage == .canary, !plan.steps.isEmpty else { return 0 }
        return plan.steps[min(max(step, 0), plan.steps.count - 1)]
    }

    /// Takes up a policy's rollout, at the start and whenever the policy changed.
    ///
    /// A rollout of another name begins at its first steps. Within one name steps already taken stay taken, and so does
    /// what was taken back.
    public mutating func follow(_ rollout: Policy.Rollout?, taskTypes: [String], at now: Double) -> [RolloutEvent] {
        guard let rollout else { return [] }
        if rollout.name != name { self = RolloutLedger(name: rollout.name, progress: [:]) }
        var events: [RolloutEvent] = []
        for taskType in taskTypes {
            let before = progress[taskType]
            guard before?.takenBack == nil else { continue }
            let share = Self.share(rollout.plan(for: taskType), step: before?.step ?? 0)
            guard before?.share != share else { continue }
            var after = before ?? Progress(share: share, since: now)
            if before != nil { after.begin(share, at: now) }
            progress[taskType] = after
            if before != nil || share > 0 {
                events.append(
                    RolloutEvent(kind: .began, taskType: taskType, share: share, previousShare: before?.share ?? 0))
            }
        }
        return events
    }

    /// Takes over a stage that was stored, or that another process began.
    ///
    /// Of a stage that is known the outcomes stay.
    public mutating func restore(_ stored: Progress, of taskType: String, rollout name: String) {
        guard name == self.name else { return }
        if let known = progress[taskType],
            (known.stage, known.takenBack == nil ? 0 : 1)
                >= (stored.stage, stored.takenBack == nil ? 0 : 1)
        {
            return
        }
        progress[taskType] = stored
    }

    /// What `record` will make of an outcome.
    public func reception(of outcome: ReportedOutcome, _ rollout: Policy.Rollout) -> Reception {
        guard rollout.name == name, outcome.rollout.name == name, outcome.rollout.arm != .shadow,
            !outcome.scores.isEmpty, let progress = progress[outcome.taskType]
        else { return .noComparison }
        let isPresent = progress.takenBack == nil && progress.share > 0 && progress.stage == outcome.rollout.stage
        return isPresent ? .counted : .late
    }

    /// Takes an outcome into account; `advance` says what follows from it.
    ///
    /// Of one user or session only the first outcome by each measure may be told, which `CountedUnits` looks after.
    public mutating func record(_ outcome: ReportedOutcome, _ rollout: Policy.Rollout) -> Reception {
        let isRouted = outcome.rollout.arm == .routed
        let reception = reception(of: outcome, rollout)
        guard reception == .counted, var progress = progress[outcome.taskType] else { return reception }
        for (measure, score) in outcome.scores where score.isFinite {
            var arms = progress.arms[measure] ?? SequentialComparison(control: ArmTally(), routed: ArmTally())
            if isRouted { arms.routed.add(score) } else { arms.control.add(score) }
            progress.arms[measure] = arms
        }
        self.progress[outcome.taskType] = progress
        return .counted
    }

    /// Takes back task types whose quality dropped, and lets those that pass their gate take the next step.
    public mutating func advance(_ rollout: Policy.Rollout, at now: Double) -> [RolloutEvent] {
        guard rollout.name == name else { return [] }
        return progress.keys.sorted().compactMap { advance($0, rollout, at: now) }
    }

    /// The same for one task type.
    public mutating func advance(_ taskType: String, _ rollout: Policy.Rollout, at now: Double) -> RolloutEvent? {
        guard rollout.name == name, var progress = progress[taskType], progress.takenBack == nil, progress.share > 0
        else { return nil }
        let gate = rollout.gate
        let before = progress.share
        if progress.since > now {
            // The clock that began the stage was ahead: without this it would last until that time comes.
            progress.since = now
            self.progress[taskType] = progress
        }
        let threshold = Self.threshold(gate, stage: progress.stage)
        for measure in gate.compared {
            guard let arms = progress.arms[measure],
                arms.logEvidence(below: true, -gate.margin(of: measure)) >= threshold
            else { continue }
            progress.takenBack = measure
            // What showed the drop is kept to be looked at.
            progress.share = 0
            self.progress[taskType] = progress
            return RolloutEvent(
                kind: .takenBack, taskType: taskType, share: 0, previousShare: before, measure: measure,
                comparison: arms)
        }
        let steps = rollout.plan(for: taskType).steps
        guard rollout.advances, progress.step + 1 < steps.count else {
            // Where nothing is waited for, all users would soon have been counted, and no later drop would be seen.
            if now - progress.since >= gate.comparisonDays * 86_400 {
                progress.begin(progress.share, at: now)
                self.progress[taskType] = progress
            }
            return nil
        }
        guard passes(gate, progress, threshold, now) else { return nil }
        progress.step += 1
        progress.begin(steps[progress.step], at: now)
        self.progress[taskType] = progress
        return RolloutEvent(kind: .steppedUp, taskType: taskType, share: progress.share, previousShare: before)
    }

    /// Logarithm of the evidence at which a conclusion is drawn.
    ///
    /// The rate of false alarms is shared out among the measures, and among the stages as 1/2, 1/6, 1/12 …, which is 1
    /// together however many there will be. So it holds for a task type's whole rollout.
    public static func threshold(_ gate: Policy.Rollout.Gate, stage: Int) -> Double {
        let stage = Double(max(stage, 1))
        return log(Double(max(gate.compared.count, 1)) * stage * (stage + 1) / gate.falseAlarmRate)
    }

    private func passes(
        _ gate: Policy.Rollout.Gate, _ progress: Progress, _ threshold: Double, _ now: Double
    ) -> Bool {
        guard now - progress.since >= gate.minimumDays * 86_400 else { return false }
        let full = gate.compared.compactMap { measure in progress.arms[measure].map { (measure, $0) } }.filter {
            min($1.control.count, $1.routed.count) >= gate.minimumOutcomes
        }
        guard !full.isEmpty else { return false }
        switch gate.requirement {
        case .noHarm: return true
        case .notWorse:
            return full.allSatisfy { $1.logEvidence(below: false, -gate.margin(of: $0)) >= threshold }
        }
    }
}
