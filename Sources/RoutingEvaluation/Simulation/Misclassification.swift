/// How often a classifier takes one task type for another.
public struct Misclassification: Sendable, Equatable {
    /// Why a matrix cannot be used, in one sentence.
    public struct Failure: Error, Sendable {
        /// The sentence.
        public let message: String
    }

    /// Task types, in the order of rows and columns.
    public let labels: [String]
    /// `shares[truth][predicted]`: each row sums to 1.
    public let shares: [[Double]]

    /// A confusion matrix, rows being the truth.
    ///
    /// A row without any weight is taken to be always recognised.
    public init(labels: [String], counts: [[Double]]) throws(Failure) {
        guard !labels.isEmpty, Set(labels).count == labels.count else {
            throw Failure(message: "a confusion matrix needs labels, each once")
        }
        guard counts.count == labels.count, counts.allSatisfy({ $0.count == labels.count }) else {
            throw Failure(message: "the confusion matrix must have one row and one column for each of its labels")
        }
        guard counts.allSatisfy({ $0.allSatisfy { $0 >= 0 && $0.isFinite } }) else {
            throw Failure(message: "the confusion matrix holds a negative number; its cells are counts")
        }
        self.labels = labels
        shares = counts.enumerated().map { truth, row in
            let total = row.reduce(0, +)
            guard total > 0 else { return labels.indices.map { $0 == truth ? 1 : 0 } }
            return row.map { $0 / total }
        }
    }

    /// A classifier that is right with a probability, and otherwise names any other label equally often.
    public init(labels: [String], accuracy: Double) {
        self.labels = labels
        let error = labels.count > 1 ? (1 - accuracy) / Double(labels.count - 1) : 0
        shares = labels.indices.map { truth in
            labels.indices.map { $0 == truth ? 1 - error * Double(labels.count - 1) : error }
        }
    }

    private init(labels: [String], shares: [[Double]]) {
        self.labels = labels
        self.shares = shares
    }

    /// What a task type is taken for, with probabilities; always itself where the matrix does not know it.
    public func predictions(of truth: String) -> [(label: String, share: Double)] {
        guard let row = labels.firstIndex(of: truth) else { return [(truth, 1)] }
        return labels.indices.filter { shares[row][$0] > 0 }.map { (labels[$0], shares[row][$0]) }
    }

    /// The share of requests of a mix that is recognised.
    public func accuracy(over mix: [String: Double]) -> Double {
        mix.reduce(0) { sum, entry in
            let right = predictions(of: entry.key).first { $0.label == entry.key }?.share ?? 0
            return sum + entry.value * right
        }
    }

    /// The same kinds of errors, made so often that a share of the mix is recognised.
    ///
    /// - Returns: nil where there are no errors that could be made more often.
    public func scaled(toAccuracy accuracy: Double, over mix: [String: Double]) -> Misclassification? {
        let now = self.accuracy(over: mix)
        guard now < 1 - 1e-12 else { return nil }
        let factor = (1 - accuracy) / (1 - now)
        let scaled = shares.enumerated().map { truth, row in
            let errors = row.enumerated().map { $0.offset == truth ? 0 : $0.element * factor }
            // A label cannot be mistaken more often than always.
            let total = errors.reduce(0, +)
            let kept = total > 1 ? errors.map { $0 / total } : errors
            return kept.enumerated().map { $0.offset == truth ? 1 - min(1, total) : $0.element }
        }
        return Misclassification(labels: labels, shares: scaled)
    }
}
