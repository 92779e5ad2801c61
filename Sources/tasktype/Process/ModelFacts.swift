import FoundationEssentials
import TaskType

/// What a weights file says of where it comes from; all of it may be missing.
struct ModelFacts {
    private struct Provenance: Decodable {
        struct Origin: Decodable {
            var program: String?
            var data: [String]?
            var validation: [String]?
        }
        struct Training: Decodable {
            struct Trial: Decodable {
                var kind: String?
                var loss: String?
                var inverse_regularization: Double?
            }
            var rows: Int?
            var chosen: Trial?
        }
        var origin: Origin?
        var training: Training?
    }

    /// Digests of the files that the model was trained on.
    let trainingDigests: [String]
    /// Digests of the files that settings were chosen on and that it was calibrated by.
    let validationDigests: [String]
    /// Rows that it was trained on.
    let rows: Int?
    /// Program and version that trained it.
    let program: String?
    /// Loss of its linear part.
    let loss: String?
    /// Inverse regularisation C of its linear part.
    let inverseRegularization: Double?
    /// `logistic`, `mlp` or `average`.
    let kind: String

    init(_ classifier: TaskClassifier) {
        let text = classifier.metadata["tasktype.provenance"] ?? "{}"
        let provenance = try? JSONDecoder().decode(Provenance.self, from: Data(text.utf8))
        trainingDigests = provenance?.origin?.data ?? []
        validationDigests = provenance?.origin?.validation ?? []
        rows = provenance?.training?.rows
        program = provenance?.origin?.program
        loss = provenance?.training?.chosen?.loss
        inverseRegularization = provenance?.training?.chosen?.inverse_regularization
        let model = classifier.model
        kind = model.linear == nil ? "mlp" : model.perceptron == nil ? "logistic" : "average"
    }
}
