/// How much of the traffic is to be answered as certain, in place of how precise certain answers are to be.
public struct TargetShares: Sendable, Equatable {
    /// Share of all answers; one threshold for all labels.
    public var overall: Double?
    /// Share of the answers of any label that is not named in `labels`, each with a threshold of its own.
    public var others: Double?
    /// Share of a label's answers.
    public var labels: [String: Double]

    /// Shares; nil and empty leave thresholds as the target precision has them.
    public init(overall: Double? = nil, others: Double? = nil, labels: [String: Double] = [:]) {
        self.overall = overall
        self.others = others
        self.labels = labels
    }

    /// Whether no share is asked for.
    public var isEmpty: Bool { overall == nil && others == nil && labels.isEmpty }

    /// What is wrong with the shares for a model of `names`, as a sentence; nil where nothing is.
    func problem(labels names: [String]) -> String? {
        for share in [overall, others].compactMap(\.self) + labels.values.sorted() where !(share > 0 && share <= 1) {
            return "a target share must lie above 0 and be at most 1, not \(share)"
        }
        if overall != nil, others != nil || !labels.isEmpty {
            return "give one target share for all answers or shares by label, not both"
        }
        if let unknown = labels.keys.sorted().first(where: { !names.contains($0) }) {
            return "the target shares name \(unknown), which is none of \(names.joined(separator: ", "))"
        }
        return nil
    }

    /// The share asked of each label's answers, nil where none is.
    func byLabel(_ names: [String]) -> [Double?] { names.map { labels[$0] ?? others } }
}

/// Which probabilities make a label a candidate.
public enum CandidateSets: String, Sendable, CaseIterable, Codable {
    /// One threshold for all labels: the coverage holds over all requests together.
    case marginal
    /// One threshold a label: the coverage holds for the requests of each label.
    case perLabel = "per-label"
}
