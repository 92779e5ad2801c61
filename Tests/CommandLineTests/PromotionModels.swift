import Foundation
import TestSupport
import Testing

/// Models and rows for tests of `models promote`.
enum PromotionModels {
    /// A model that mostly answers "simple" where "complex" is right.
    static let worse = Result {
        var turned = Corpus.texts(240, seed: 1)
        for index in turned.indices where turned[index].label == "complex" && index % 12 != 1 {
            turned[index].label = "simple"
        }
        return try TrainedModels.train(turned, named: "worse", ["--class-weights", "none"])
    }
    /// A model of two of the four labels and a new one.
    static let otherLabels = Result {
        var rows = Corpus.texts(240, seed: 3).filter { $0.label != "reasoning" && $0.label != "complex" }
        for index in rows.indices where index % 8 == 0 { rows[index].label = "greeting" }
        return try TrainedModels.train(rows, named: "labels", [])
    }
    /// Rows that no model was trained on.
    static var newRows: [LabelledText] { Corpus.texts(400, seed: 500) }
}

/// The lines of a ledger.
func ledger(_ path: String) throws -> [[String: Any]] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { try object(Data($0.utf8)) }
}
