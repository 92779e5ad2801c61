/// Fits of one loss along a path of regularisation, each beginning where the one before ended.
struct LinearJob: Sendable {
    let loss: LinearLoss
    /// Inverse regularisations, ascending.
    let path: [Double]
    /// Sample weight times class weight of each row; rows of weight 0 are not trained on.
    let rowWeights: [Float]
    /// Rows whose logits are asked for; nil for none.
    var isJudged: [Bool]?
    /// Steps of the path whose parameters are asked for.
    var kept = Kept.none

    enum Kept: Sendable {
        case none
        case last
        case all
    }

    init(
        _ loss: LinearLoss, path: [Double], rowWeights: [Float], isTrainedOn: (Int) -> Bool = { _ in true },
        isJudged: [Bool]? = nil, kept: Kept = .none
    ) {
        self.loss = loss
        self.path = path
        var weights = rowWeights
        for row in weights.indices where !isTrainedOn(row) { weights[row] = 0 }
        self.rowWeights = weights
        self.isJudged = isJudged
        self.kept = kept
    }

    /// Whether the parameters of a step of the path are asked for.
    func keeps(_ step: Int) -> Bool {
        switch kept {
        case .none: false
        case .last: step == path.count - 1
        case .all: true
        }
    }
}

/// One step of a path that was followed.
struct LinearStep: Sendable {
    let loss: LinearLoss
    /// Inverse regularisation C: λ = 1 / (C · rows).
    let inverseRegularization: Double
    /// Logits of the judged rows, in the order of the data, rows × labels; empty where none were asked for.
    let logits: [Float]
    /// Weights [active features × labels] times the features' factors, then biases; empty where not asked for.
    let parameters: [Float]
}
