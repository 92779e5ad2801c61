import Evaluation
import Samples
import TaskType

/// What a model answers to labelled rows.
enum ModelScoring {
    /// Predictions of all rows, in the given order of labels; those that the model does not know get no probability.
    ///
    /// One thread, so that latencies mean something.
    static func score(
        _ samples: [Sample], _ classifier: TaskClassifier, labels: [String]? = nil,
        slices: [ScoredRows.SliceColumn] = [], measuresLatency: Bool = true
    ) throws -> ScoredRows {
        let labels = labels ?? classifier.labels.sorted()
        let order = labels.map { classifier.labels.firstIndex(of: $0) }
        let indices = Dictionary(uniqueKeysWithValues: labels.enumerated().map { ($1, $0) })
        let clock = ContinuousClock()
        var probabilities: [Float] = []
        var uncertain: [Bool] = []
        var isCandidate: [Bool] = []
        var latencies: [Double] = []
        probabilities.reserveCapacity(samples.count * labels.count)
        for sample in samples {
            var prediction: Prediction?
            let duration = clock.measure { prediction = classifier.classify(sample.request) }
            guard let prediction else { continue }
            latencies.append(duration / .microseconds(1))
            probabilities += order.map { $0.map { prediction.probabilities[$0] } ?? 0 }
            uncertain.append(prediction.isUncertain)
            let candidates = Set(prediction.candidates)
            isCandidate += labels.map { candidates.contains($0) }
        }
        return try ScoredRows(
            labels: labels, truth: samples.map { indices[$0.label ?? ""] ?? 0 },
            alternative: samples.map { $0.alternativeLabel.flatMap { indices[$0] } }, probabilities: probabilities,
            weights: samples.map(\.weight), uncertain: uncertain,
            candidates: CandidateSetTable(
                isCandidate: isCandidate, target: Double(String(classifier.model.candidateCoverage))),
            groups: samples.map(\.group), slices: slices, latencies: measuresLatency ? latencies : [])
    }
}
