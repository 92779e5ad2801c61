internal import Evaluation
internal import JSONCoding
public import Routing

/// The table filled from measured quality: for each task type and mode that has a goal, the model that meets it.
///
/// What counts is the lower end of the 95 % interval of a model's quality and not its mean, so that a model measured on
/// a few requests is not chosen for its luck.
public struct TableCalibration: Sendable {
    /// What is wanted of a cell.
    public enum Goal: Sendable, Equatable {
        /// The cheapest model whose quality is at least so much.
        case minimum(Double)
        /// The best model that costs at most so much a request.
        case cost(Double)
        /// The cheapest model with at least such a share of the best model's mean quality.
        case shareOfBest(Double)
    }

    /// A goal and the cells that it is for.
    public struct Target: Sendable, Equatable {
        /// The task type; every one where nil.
        public var taskType: String?
        /// The mode.
        public var mode: String
        /// What is wanted.
        public var goal: Goal

        /// A goal for cells.
        public init(taskType: String?, mode: String, goal: Goal) {
            self.taskType = taskType
            self.mode = mode
            self.goal = goal
        }
    }

    /// What became of one cell.
    public struct Cell: Sendable, Equatable {
        /// The row.
        public var taskType: String
        /// The column.
        public var mode: String
        /// The models that the table names.
        public var old: [String]
        /// The model that meets the goal; nil where none does, and the cell stays.
        public var chosen: String?
        /// Why, in a sentence.
        public var reason: String

        /// Whether the first model changes.
        public var isChanged: Bool { chosen != nil && chosen != old.first }
        /// What the cell then holds: the chosen model, and what stood behind the first one.
        public var new: [String] {
            guard let chosen, chosen != old.first else { return old }
            return old.count == 1 ? [chosen] : [chosen] + old.filter { $0 != chosen }
        }
    }

    /// Why results cannot be used, in one sentence.
    public struct Failure: Error, Sendable {
        /// The sentence.
        public let message: String
    }

    /// The cells that have a goal, by rows and modes of the table.
    public let cells: [Cell]
    /// The policy with the new table.
    public let policy: Policy

    /// Chooses.
    ///
    /// - Parameter inputTokens: of a typical request, where the results do not say.
    public init(
        _ policy: Policy, results: BenchmarkResults, targets: [Target], inputTokens: Int
    ) throws(Failure) {
        try Self.check(policy, results, targets)
        var cells: [Cell] = []
        var changed = policy
        for (index, row) in policy.table.enumerated() {
            let measured = results.measurements[row.taskType] ?? [:]
            let candidates = policy.models.enumerated().compactMap { place, model -> Candidate? in
                measured[model.name].map { Candidate(model, place, $0, row, policy, inputTokens) }
            }
            for mode in policy.modes {
                // The last word on a cell counts, and one for its task type before one for all.
                let own = targets.last { $0.taskType == row.taskType && $0.mode == mode }
                guard let target = own ?? targets.last(where: { $0.taskType == nil && $0.mode == mode }),
                    let old = row.models[mode]
                else { continue }
                let choice = Self.choose(candidates, target.goal)
                let cell = Cell(
                    taskType: row.taskType, mode: mode, old: old, chosen: choice.model,
                    reason: choice.reason + Self.objection(to: old.first, choice.model, candidates, target.goal))
                changed.table[index].models[mode] = cell.new
                cells.append(cell)
            }
        }
        self.cells = cells
        self.policy = changed
    }

    // MARK: Choosing

    private struct Candidate {
        let name: String
        let place: Int
        let measurement: BenchmarkResults.Measurement
        let cost: Double

        init(
            _ model: Policy.Model, _ place: Int, _ measurement: BenchmarkResults.Measurement, _ row: Policy.Row,
            _ policy: Policy, _ inputTokens: Int
        ) {
            name = model.name
            self.place = place
            self.measurement = measurement
            let output = measurement.outputTokens ?? Double(row.outputTokens ?? policy.defaultOutputTokens)
            cost =
                ((measurement.inputTokens ?? Double(inputTokens)) * model.inputPrice + output * model.outputPrice)
                / 1_000_000
        }

        var low: Double { measurement.interval.low }

        /// In words: mean, interval, number of requests, cost.
        var words: String {
            "\(name) has \(decimal(measurement.quality, digits: 3)) (\(decimal(low, digits: 3)) to "
                + "\(decimal(measurement.interval.high, digits: 3)), \(number(measurement.requests)) requests) at "
                + "\(money(cost, perRequest: true)) a request"
        }
    }

    private static func choose(_ candidates: [Candidate], _ goal: Goal) -> (model: String?, reason: String) {
        guard let strongest = candidates.max(by: { ($0.low, -$0.cost) < ($1.low, -$1.cost) }) else {
            return (nil, "nothing was measured for this task type")
        }
        func cheapest(atLeast bar: Double, _ meaning: String) -> (model: String?, reason: String) {
            let able = candidates.filter { $0.low >= bar }
            let order: (Candidate, Candidate) -> Bool = {
                ($0.cost, -$0.low, $0.place) < ($1.cost, -$1.low, $1.place)
            }
            guard let choice = able.min(by: order) else {
                return (
                    nil,
                    "no model's lower bound reaches \(meaning); the nearest is \(strongest.words): measure more requests, "
                        + "or ask for less"
                )
            }
            return (choice.name, "\(choice.words), the cheapest of \(able.count) whose lower bound reaches \(meaning)")
        }
        switch goal {
        case .minimum(let bar): return cheapest(atLeast: bar, decimal(bar, digits: 3))
        case .shareOfBest(let share):
            let best = candidates.map(\.measurement.quality).max() ?? 0
            return cheapest(
                atLeast: share * best,
                "\(decimal(share * best, digits: 3)), \(percent(share)) of the best mean \(decimal(best, digits: 3))")
        case .cost(let bound):
            let able = candidates.filter { $0.cost <= bound }
            let order: (Candidate, Candidate) -> Bool = {
                (-$0.low, $0.cost, $0.place) < (-$1.low, $1.cost, $1.place)
            }
            guard let choice = able.min(by: order) else {
                return (nil, "no model that was measured costs at most \(money(bound, perRequest: true)) a request")
            }
            return (
                choice.name,
                "\(choice.words), the highest lower bound of \(able.count) that cost at most "
                    + "\(money(bound, perRequest: true))"
            )
        }
    }

    /// What speaks against the model that the table names now.
    private static func objection(
        to old: String?, _ new: String?, _ candidates: [Candidate], _ goal: Goal
    ) -> String {
        guard let old, let new, old != new else { return "" }
        guard let candidate = candidates.first(where: { $0.name == old }) else { return "; \(old) was not measured" }
        return "; \(candidate.words)"
    }

    private static func check(
        _ policy: Policy, _ results: BenchmarkResults, _ targets: [Target]
    ) throws(Failure) {
        let tasks = policy.table.map(\.taskType)
        let models = policy.models.map(\.name)
        func unknown(_ kind: String, _ name: String, _ known: [String], _ remedy: String) -> Failure {
            let hint = nearestName(to: name, among: known).map { "did you mean \(quoted($0))?" } ?? remedy
            return Failure(message: "\(results.name): the policy has no \(kind) \(quoted(name)); \(hint)")
        }
        for (task, measured) in results.measurements.sorted(by: { $0.key < $1.key }) {
            guard tasks.contains(task) else { throw unknown("task type", task, tasks, "add a row to its table") }
            for model in measured.keys.sorted() where !models.contains(model) {
                throw unknown("model", model, models, "add it to the catalogue, with its prices")
            }
        }
        for target in targets {
            guard policy.modes.contains(target.mode) else {
                throw Failure(
                    message: "the policy has no mode \(quoted(target.mode)); its modes are "
                        + policy.modes.joined(separator: ", "))
            }
            if let task = target.taskType, !tasks.contains(task) {
                throw Failure(
                    message: "the policy has no task type \(quoted(task)); its task types are "
                        + tasks.joined(separator: ", "))
            }
        }
    }
}

extension Policy {
    /// The policy with measured qualities in place of those of its catalogue; models and task types that the policy does
    /// not have are passed over.
    public func measured(by results: BenchmarkResults) -> Policy {
        var policy = self
        for index in policy.models.indices {
            for (task, models) in results.measurements {
                guard let measurement = models[policy.models[index].name] else { continue }
                policy.models[index].quality[task] = measurement.quality
            }
        }
        return policy
    }
}
