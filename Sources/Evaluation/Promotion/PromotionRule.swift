/// What a candidate must not do to take the place of the model in service; `docs/promotion.md` gives the reasons.
public struct PromotionRule: Sendable, Hashable {
    /// The figure by which labels are judged.
    public enum LabelFigure: String, Sendable, Hashable, CaseIterable {
        /// F1: suffers where the label is missed and where it is given wrongly.
        case f1
        /// Recall: suffers where the label is missed.
        case recall
    }

    /// Accuracy that may be lost, 0 to 1.
    public var margin = 0.005
    /// What each label's figure may lose, 0 to 1.
    public var labelMargin = 0.02
    /// What the calibration error may gain, 0 to 1.
    public var calibrationMargin = 0.02
    /// The largest loss of accuracy that the rows may leave possible: with more, they are too few to tell.
    public var possibleLoss = 0.03
    /// Rows that each label needs.
    public var labelRows = 10
    /// How labels are judged.
    public var labelFigure = LabelFigure.f1
    /// Whether a loss beyond the margins must be excluded, not only not shown.
    public var isStrict = false

    /// The defaults.
    public init() {}

    /// One sentence about the first setting that makes no sense, or nil.
    public var problem: String? {
        for (name, value) in [
            ("margin", margin), ("label margin", labelMargin), ("calibration margin", calibrationMargin),
            ("possible loss", possibleLoss),
        ] where !(value >= 0 && value <= 1) {
            return "the \(name) must be 0 to 1 (0.01 is one point), not \(value)"
        }
        if labelRows < 0 { return "the rows a label needs must be 0 or more, not \(labelRows)" }
        return nil
    }
}

/// Why a candidate is refused, or what should be known of one that is not.
public struct PromotionFinding: Sendable, Hashable {
    /// The kind of a finding, for code that reacts to it.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The accuracy is worse beyond the margin, and chance does not explain it.
        case worse
        /// A label's figure is.
        case labelWorse = "label_worse"
        /// Strict rule: a loss of accuracy beyond the margin is not excluded.
        case notExcluded = "not_excluded"
        /// Strict rule: a label's loss beyond the margin is not excluded.
        case labelNotExcluded = "label_not_excluded"
        /// The rows leave too large a loss possible.
        case tooFewRows = "too_few_rows"
        /// A label has too few rows.
        case tooFewLabelRows = "too_few_label_rows"
        /// Confidences are further from the truth beyond the margin.
        case calibration
        /// The candidate was trained on what it is judged by.
        case leak
        /// The model in service was: its figures are too good.
        case referenceLeak = "reference_leak"
        /// The candidate knows other labels.
        case labels
        /// A label may be worse; the rows do not tell.
        case labelDoubtful = "label_doubtful"
    }

    /// What kind of finding this is.
    public let kind: Kind
    /// The label that it is about, if it is about one.
    public let label: String?
    /// One sentence with the figures.
    public let message: String

    /// Whether the candidate is refused for it.
    public var refuses: Bool { kind != .labelDoubtful && kind != .referenceLeak }

    /// A finding.
    public init(_ kind: Kind, label: String? = nil, _ message: String) {
        self.kind = kind
        self.label = label
        self.message = message
    }
}
