import TaskType

/// Which of the model's labels each of a question's options means.
///
/// An option is matched to a label by its name as it stands, then with case folded, then by the operator's aliases,
/// then by ``tiers``.
struct SystemOneOptions {
    /// Difficulty tiers of known routers that are no label's name, case-folded, and the label that comes nearest.
    ///
    /// They are LiteLLM's complexity tiers; the reasons follow from the criteria and examples that it gives for them.
    ///
    /// | tier | its criteria, in short | label |
    /// |---|---|---|
    /// | SIMPLE | greetings, chitchat, lookups | `simple`, by its name |
    /// | MEDIUM | explanations, minor technical work, routine builds, edits and debugging | `code`: the label between `simple` and `complex`, and what most of the tier's examples are |
    /// | COMPLEX | non-trivial code, architecture, work of many steps | `complex`, by its name |
    /// | REASONING | proofs, trade-offs, careful thought | `reasoning`, by its name |
    /// | NON_REASONING | relaying and reformatting what is stated | `simple`: the least demanding label |
    static let tiers = ["medium": "code", "non_reasoning": "simple"]

    /// For each option the index of its label; nil where it means none.
    let labels: [Int?]
    /// For each option whether it bears the label's own name.
    private let isOwnName: [Bool]

    /// Matches `options` to `labels`; `aliases` are the operator's, case-folded.
    init(_ options: [String], labels: [String], aliases: [String: String]) {
        var matches: [Int?] = []
        var isOwnName: [Bool] = []
        for option in options {
            let own = Self.index(of: option, in: labels)
            isOwnName.append(own != nil)
            matches.append(own ?? Self.index(ofAlias: option, in: labels, aliases))
        }
        self.labels = matches
        self.isOwnName = isOwnName
    }

    private static func index(of name: String, in labels: [String]) -> Int? {
        if let index = labels.firstIndex(of: name) { return index }
        let folded = name.lowercased()
        return labels.firstIndex { $0.lowercased() == folded }
    }

    private static func index(
        ofAlias name: String, in labels: [String], _ aliases: [String: String]
    ) -> Int? {
        let folded = name.lowercased()
        guard let label = aliases[folded] ?? tiers[folded] else { return nil }
        return index(of: label, in: labels)
    }

    /// The first option for a label: one that bears its name before one that means it by an alias.
    func first(for label: Int) -> Int? {
        labels.indices.first { labels[$0] == label && isOwnName[$0] } ?? labels.firstIndex(of: label)
    }

    /// The probabilities of the options, which sum to 1.
    ///
    /// A label's probability goes to the option that bears its name; where none does, in equal parts to those that mean
    /// it by an alias. So an alias takes nothing from an option that says plainly what it is. What labels without an
    /// option have is shared out in proportion (the options are all that the caller can choose from: this is the
    /// distribution given that one of them is right). Where nothing is left to share out, all are equally probable.
    func probabilities(_ labelProbabilities: [Float]) -> [Float] {
        var bearers = [(own: Int, alias: Int)](repeating: (0, 0), count: labelProbabilities.count)
        for (label, isOwn) in zip(labels, isOwnName) {
            guard let label else { continue }
            if isOwn { bearers[label].own += 1 } else { bearers[label].alias += 1 }
        }
        let weights = zip(labels, isOwnName).map { label, isOwn -> Double in
            guard let label, isOwn || bearers[label].own == 0 else { return 0 }
            let count = isOwn ? bearers[label].own : bearers[label].alias
            return Double(labelProbabilities[label]) / Double(count)
        }
        // Where every label has its option the numbers are the model's own, to the last bit.
        if bearers.allSatisfy({ $0.own + $0.alias > 0 }) { return weights.map { Float($0) } }
        let total = weights.reduce(0, +)
        guard total > 0 else { return weights.map { _ in 1 / Float(weights.count) } }
        return weights.map { Float($0 / total) }
    }
}
