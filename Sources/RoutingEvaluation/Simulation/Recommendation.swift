internal import Routing

/// A column of the table for a mix of task types and a classifier: for each label that it gives, the cheapest model that
/// keeps enough of the best quality.
///
/// What a label stands for is not only its own task type but also what is mistaken for it: a model's quality behind a
/// label is the mean of its qualities over what carries that label, P(truth | label) by Bayes' rule from the mix and the
/// confusion matrix. A label that often stands for something harder thus gets a better model.
public struct Recommendation: Sendable {
    /// One cell of the table.
    public struct Choice: Sendable, Equatable {
        /// The label.
        public var taskType: String
        /// What the table has now.
        public var old: String
        /// What is recommended.
        public var new: String
        /// The expected quality of the model behind the label.
        public var quality: Double
        /// The best that any model has there.
        public var bestQuality: Double
        /// Mean cost of a request there.
        public var cost: Double
    }

    /// The mode concerned.
    public let mode: String
    /// The share of the best quality that each choice keeps.
    public let qualityKept: Double
    /// The cells, in the order of the table; those without traffic are left out.
    public let choices: [Choice]
    /// Labels for which no model's qualities are known.
    public let unknown: [String]
    /// What the policy comes to with these choices.
    public let arm: SimulationArm

    init(_ simulator: Simulator, policy: CompiledPolicy, mode: String, qualityKept: Double) {
        self.mode = mode
        self.qualityKept = qualityKept
        let catalogue = policy.policy
        var choices: [Choice] = []
        var unknown: [String] = []
        var changed = catalogue
        for (index, row) in catalogue.table.enumerated() {
            let carried = Self.rows(behind: row.taskType, simulator)
            let requests = carried.reduce(0) { $0 + $1.weight }
            guard requests > 0, let old = row.models[mode]?.first else { continue }
            let candidates = catalogue.models.compactMap { model -> (name: String, quality: Double, cost: Double)? in
                var (quality, cost) = (0.0, 0.0)
                for (traffic, weight) in carried {
                    guard let value = model.quality[traffic.taskType],
                        traffic.inputTokens + traffic.outputTokens <= model.contextWindow
                    else { return nil }
                    quality += weight * value
                    cost += weight * model.price(input: traffic.inputTokens, cached: 0, output: traffic.outputTokens)
                }
                return (model.name, quality / requests, cost / requests)
            }
            guard let best = candidates.map(\.quality).max() else {
                unknown.append(row.taskType)
                continue
            }
            // The bar is met also where it is met but for rounding.
            let good = candidates.filter { $0.quality >= qualityKept * best - 1e-12 }
            guard let choice = good.min(by: { ($0.cost, -$0.quality) < ($1.cost, -$1.quality) }) else { continue }
            choices.append(
                Choice(
                    taskType: row.taskType, old: old, new: choice.name, quality: choice.quality, bestQuality: best,
                    cost: choice.cost))
            let rest = (row.models[mode] ?? []).filter { $0 != choice.name }
            changed.table[index].models[mode] = [choice.name] + (choice.name == old ? rest : [])
        }
        self.choices = choices
        self.unknown = unknown
        // Names of the catalogue keep a sound policy sound.
        let compiled = (try? CompiledPolicy(changed, digest: "")) ?? policy
        arm = simulator.run(compiled, name: "recommended")
    }

    /// The lines of the log that carry a label, and how many requests of each.
    private static func rows(
        behind label: String, _ simulator: Simulator
    ) -> [(traffic: TrafficLog.Row, weight: Double)] {
        simulator.log.rows.compactMap { row in
            let share: Double
            if let predicted = row.predicted {
                share = predicted == label ? 1 : 0
            } else if let confusion = simulator.settings.misclassification {
                share = confusion.predictions(of: row.taskType).first { $0.label == label }?.share ?? 0
            } else {
                share = row.taskType == label ? 1 : 0
            }
            return share > 0 ? (row, row.requests * share) : nil
        }
    }
}
