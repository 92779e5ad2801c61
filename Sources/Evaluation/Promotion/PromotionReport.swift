/// A decision about a candidate with all that it rests on, to be printed and to be kept in the ledger.
public struct PromotionReport: Sendable, Hashable {
    /// What came of it.
    public enum Outcome: String, Sendable, Hashable {
        /// The candidate is now in service.
        case promoted
        /// It is, although there were reasons to refuse it.
        case forced
        /// It is not.
        case refused
        /// It would be put in service; nothing was changed.
        case wouldPromote = "would_promote"
        /// It would be refused; nothing was changed.
        case wouldRefuse = "would_refuse"
        /// It was in service before.
        case unchanged
    }

    /// A file that the models were judged by.
    public struct DataFile: Sendable, Hashable {
        /// Its path.
        public var path: String
        /// `sha256:` and its digest.
        public var digest: String
        /// A file of that digest.
        public init(path: String, digest: String) {
            self.path = path
            self.digest = digest
        }
    }

    /// What was found of rows that the candidate knows from training.
    public struct Leaks: Sendable, Hashable {
        /// Files of training data that were searched.
        public var trainingFiles: [String]
        /// Rows found there letter by letter, apart from case and punctuation, and nearly.
        public var exact: Int
        /// Further rows found there apart from case, white space and punctuation.
        public var normalized: Int
        /// Further rows that are nearly the same as one there.
        public var near: Int
        /// Whether such rows were left out of the comparison.
        public var areLeftOut: Bool

        /// All of them.
        public var count: Int { exact + normalized + near }

        /// What was found.
        public init(trainingFiles: [String], exact: Int, normalized: Int, near: Int, areLeftOut: Bool) {
            self.trainingFiles = trainingFiles
            self.exact = exact
            self.normalized = normalized
            self.near = near
            self.areLeftOut = areLeftOut
        }
    }

    /// The model's name in the directory.
    public var name: String
    /// Revision of the candidate.
    public var candidate: String
    /// Revision in service before; nil for a first model.
    public var reference: String?
    /// What came of it.
    public var outcome: Outcome
    /// What the models were judged by.
    public var data: [DataFile]
    /// What rows of it had to meet to be read, such as `split=test`.
    public var conditions: [String] = []
    /// Rows of it whose label only one model knows, which are not compared.
    public var rowsLeftOut = 0
    /// Labels that only the candidate knows.
    public var addedLabels: [String] = []
    /// Labels that only the reference knows.
    public var removedLabels: [String] = []
    /// What of the data the candidate was trained on; nil where no training data were given.
    public var leaks: Leaks?
    /// The figures; nil where there was nothing to compare.
    public var evidence: PromotionEvidence?
    /// Accuracy of a first model on the data.
    public var firstAccuracy: Estimate?
    /// By what it was decided.
    public var rule: PromotionRule
    /// What speaks against the candidate.
    public var findings: [PromotionFinding] = []
    /// Why it was put in service nevertheless.
    public var forceReason: String?

    /// A report on a candidate.
    public init(
        name: String, candidate: String, reference: String?, outcome: Outcome, data: [DataFile], rule: PromotionRule
    ) {
        self.name = name
        self.candidate = candidate
        self.reference = reference
        self.outcome = outcome
        self.data = data
        self.rule = rule
    }

    /// Whether something refuses the candidate.
    public var isRefused: Bool { findings.contains(where: \.refuses) }

    /// One sentence for the ledger.
    public var reason: String {
        let objections = findings.filter(\.refuses).map(\.message).joined(separator: "; ")
        if let forceReason {
            return "forced: \(forceReason)" + (objections.isEmpty ? "" : " (against: \(objections))")
        }
        if !objections.isEmpty { return objections }
        guard let evidence else { return "first model of this name, compared with none" }
        return "accuracy " + PromotionGate.points(evidence.accuracy) + " on \(evidence.rows) rows"
    }
}
