/// What took too long, so that a connection or a call was ended.
public enum TimeoutKind: Int, CaseIterable, Sendable {
    /// A request's head did not arrive in time.
    case header
    /// A request's body did not arrive in time.
    case body
    /// A connection had nothing to do.
    case idle
    /// A client did not take its answer.
    case write
    /// A call was not answered within its time limit.
    case request

    /// The value of the label `kind`.
    public var label: String { "\(self)" }
}

/// Why the default label was answered instead of a classification.
public enum FailOpenReason: Int, CaseIterable, Sendable {
    /// No model is loaded that could answer.
    case noModel
    /// The call's time was over before a thread took it.
    case timeLimit

    /// The value of the label `reason`.
    public var label: String {
        switch self {
        case .noModel: "no_model"
        case .timeLimit: "time_limit"
        }
    }
}

/// How loading another revision of a model ended.
public enum ReloadOutcome: Int, CaseIterable, Sendable {
    /// It answers now.
    case activated
    /// It is broken; the one before goes on answering.
    case rejected
    /// The revision before it answers again.
    case rolledBack

    /// The value of the label `outcome`.
    public var label: String {
        switch self {
        case .activated: "activated"
        case .rejected: "rejected"
        case .rolledBack: "rolled_back"
        }
    }
}

/// Where an answer comes from; the raw values of `Prediction.Source`.
public enum ClassificationSource: String, CaseIterable, Sendable {
    /// The model classified the request.
    case model
    /// A rule decided before the model was asked.
    case rule
    /// There was nothing to classify, or no model to do it.
    case `default`

    /// Position in `allCases`.
    var index: Int {
        switch self {
        case .model: 0
        case .rule: 1
        case .default: 2
        }
    }
}
