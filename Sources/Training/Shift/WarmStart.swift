public import FeatureExtraction
internal import FoundationEssentials
internal import Inference
public import TaskType

/// A model that training begins with, and that the penalty draws to: ‖W − W₀‖² in the place of ‖W‖².
///
/// What the new rows do not speak of keeps its weights (Daumé 2007 calls it the prior model; Chelba & Acero 2006).
public struct WarmStart: Sendable {
    /// `sha256:` and the digest of the model's file.
    public let revision: String
    /// The features that the model takes from requests; new rows have to be read with the same.
    public let features: FeatureSettings
    /// The loss that the model was trained with, where its file tells.
    public let loss: LinearLoss?
    private let model: TaskModel
    /// Keys that the model saw in training.
    var coverageFilter: CoverageFilter { model.coverageFilter }

    /// Inverse regularisations that are tried unless others are given: the smaller, the closer to the model.
    public static let inverseRegularizations = [0.01, 0.1, 1, 10]

    /// The start from `classifier`.
    ///
    /// - Throws: Where it holds a perceptron.
    public init(_ classifier: TaskClassifier) throws(TrainingError) {
        guard classifier.model.linear != nil, classifier.model.perceptron == nil else {
            throw TrainingError(
                .badOption,
                "\(classifier.name) holds a perceptron, and a warm start needs a linear model; train it with --kind logistic first"
            )
        }
        model = classifier.model
        features = classifier.model.features
        revision = classifier.revision
        let provenance = classifier.metadata["tasktype.provenance"].flatMap {
            try? JSONDecoder().decode(ParentProvenance.self, from: Data($0.utf8))
        }
        loss = provenance.flatMap { $0.training.chosen.loss }.flatMap { LinearLoss(rawValue: $0) }
    }

    /// The model's weights for labels and features of new rows.
    func base(_ active: ActiveFeatures, labels: [String], settings: FeatureSettings) throws(TrainingError) -> WarmBase {
        guard settings == features else {
            throw TrainingError(
                .badOption, "a warm start needs the features of its model; leave options for features out")
        }
        if let missing = model.labels.first(where: { !labels.contains($0) }) {
            throw TrainingError(
                .unusableData,
                "the samples have no row of \(missing), a label of the model to start from; add some, or train without --warm-start"
            )
        }
        guard let linear = model.linear else { throw TrainingError(.failed, "the model to start from is not linear") }
        let columns = labels.map { model.labels.firstIndex(of: $0) }
        var parameters: [Float] = []
        parameters.reserveCapacity((active.count + 1) * labels.count)
        for family in FeatureFamily.allCases {
            let table = linear.tables[family.rawValue]
            for bucket in active.buckets[family.rawValue] {
                for column in columns {
                    parameters.append(column.map { table.weight(row: Int(bucket), column: $0) } ?? 0)
                }
            }
        }
        for column in columns { parameters.append(column.map { linear.bias[$0] } ?? 0) }
        return WarmBase(parameters: parameters, tables: linear.tables, columns: columns)
    }
}

/// The weights that a warm start begins with.
struct WarmBase: Sendable {
    /// [active features × labels], then biases: 0 for labels that the model does not know.
    let parameters: [Float]
    /// The model's own tables.
    let tables: [WeightTable]
    /// For each label its column in them.
    let columns: [Int?]

    /// Fills a table of `columns.count` columns with the weights of `family`, whatever features are active.
    func fill(_ family: Int, _ memory: SharedBuffer<Float>) {
        let table = tables[family]
        for row in 0..<table.rows {
            for (label, column) in columns.enumerated() {
                guard let column else { continue }
                memory[row * columns.count + label] = table.weight(row: row, column: column)
            }
        }
    }
}

/// What a warm start reads of a model's provenance.
private struct ParentProvenance: Decodable {
    struct Training: Decodable {
        var chosen: Chosen
    }
    struct Chosen: Decodable {
        var loss: String?
    }
    var training: Training
}
