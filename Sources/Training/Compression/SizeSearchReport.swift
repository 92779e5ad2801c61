/// What was tried to make a model smaller, and what it costs on held-out rows.
public struct SizeSearchReport: Sendable, Equatable, Codable {
    /// A smaller model that was tried.
    public struct Trial: Sendable, Equatable, Codable {
        /// `float32`, `int8` or `int4`.
        public var precision: String
        /// Rows of the tables that are kept, of those that are not zero.
        public var kept_rows: Int
        /// Size of the whole file, within a few bytes.
        public var file_bytes: Int
        /// Share of held-out rows that are right.
        public var accuracy: Double
        /// Mean negative log-likelihood after a temperature of its own.
        public var log_loss: Double
        /// Accuracy that the float model has more.
        public var accuracy_lost: Double
        /// The 95 % interval of that, from the rows that the two answer differently.
        public var accuracy_lost_ci95: [Double]
        /// By how much the log loss is larger.
        public var log_loss_added: Double
        /// Exact two-sided p of McNemar's test against the float model.
        public var mcnemar_p: Double
        /// Whether the paired tests object: fewer answers are right with p below 0.05, or the log loss is surely more than
        /// 2 % larger.
        public var is_worse: Bool
    }

    /// The most bytes that the file may have.
    public var maximum_bytes: Int
    /// Rows that trials were judged on, none of which the judged models had learnt from.
    public var judged_rows: Int
    /// Rows of all tables that are not zero.
    public var rows: Int
    /// Accuracy of the float model on the judged rows.
    public var float_accuracy: Double
    /// Log loss of the float model on the judged rows.
    public var float_log_loss: Double
    /// Size of the file with float weights.
    public var float_bytes: Int
    /// All that was tried, larger ones first within a precision.
    public var trials: [Trial]
    /// The trial that was kept.
    public var chosen: Trial

    /// The report as JSON with sorted keys.
    public func json() throws -> String { try encodeSorted(self) }

    /// What to know where no model within the size is as good as the float one; nil where one is.
    public var warning: String? {
        guard chosen.is_worse else { return nil }
        let interval = chosen.accuracy_lost_ci95.map { Self.points($0) }
        let low = interval.first ?? "?"
        let high = interval.last ?? "?"
        var text =
            "no model of at most \(maximum_bytes) bytes is as good as the float one: the best loses "
            + "\(Self.points(chosen.accuracy_lost)) points of accuracy (95 % interval \(low) to \(high), p = "
            + "\(Self.short(chosen.mcnemar_p))) and adds \(Self.short(chosen.log_loss_added)) to the log loss; "
        let sound = trials.filter { !$0.is_worse }.map(\.file_bytes).min()
        if let sound {
            text +=
                "\(sound) bytes cost nothing that the tests see, so give that or leave out features (--word-ngrams 1)"
        } else {
            text += "give more bytes, or train with fewer buckets (--hash-bits) or features (--word-ngrams 1)"
        }
        return text
    }

    private static func points(_ share: Double) -> String { short(100 * share, places: 2) }

    private static func short(_ value: Double, places: Int = 4) -> String {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let rounded = (value * scale).rounded() / scale
        return "\(rounded == 0 ? 0 : rounded)"
    }
}
