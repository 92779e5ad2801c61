import TestSupport

@testable import Evaluation

/// Reports with everything that a page can show.
enum PageSample {
    /// Random rows with slices, costs, an order, leaks, explanations and a comparison.
    static func report(
        seed: UInt64, rows count: Int, labels labelCount: Int, names: ((Int) -> String)? = nil,
        text: String = "a text", bootstrap: Bootstrap? = nil, accuracy: Accuracy = .mixed
    ) throws -> EvaluationReport {
        var generator = SplitMix64(seed: seed)
        var random = RandomRows(seed: seed, rows: count, labels: labelCount, weighted: seed % 2 == 0)
        if let names { random.labels = (0..<labelCount).map(names) }
        accuracy.shape(&random)
        let values = (0..<count).map { _ in random.labels[Int.random(in: 0..<min(4, labelCount), using: &generator)] }
        let scored = try ScoredRows(
            labels: random.labels, truth: random.truth, alternative: random.alternative,
            probabilities: random.probabilities, weights: random.weights, uncertain: random.uncertain,
            slices: [.init(name: "a column " + (random.labels.first ?? ""), values: values)], latencies: [1, 2, 40])
        let other = try random.picking(Array(0..<count)).scored()
        let costs = try CostMatrix(
            labels: random.labels,
            cells: (0..<labelCount * labelCount).map { _ in Double.random(in: 0...9, using: &generator) })
        let settings = try bootstrap ?? .few(20)
        let evaluation = Evaluation(
            scored, bootstrap: settings, costs: costs,
            order: try LabelOrder(random.labels.reversed(), labels: random.labels))
        let matches = (0..<count).map {
            $0 % 7 == 0 ? LeakFigures.Match.exact : $0 % 5 == 0 ? .normalized : $0 % 11 == 0 ? .near : nil
        }
        var details = RowDetails(names: (0..<count).map { "name \($0) " + (random.labels.last ?? "") })
        for error in evaluation.confidentErrors {
            details.texts[error.row] = text
            details.explanations[error.row] = RowExplanation(
                answer: [.init(name: "word:" + text.prefix(20), weight: 1.5), .init(name: "chars:x", weight: -0.25)],
                label: [.init(name: "structure:lines=1", weight: 0.5)], bias: 0.125, showsWords: true)
        }
        var report = EvaluationReport(
            header: ReportHeader(
                model: .init(name: random.labels.first ?? "", revision: "sha256:ab"),
                reference: .init(name: "old", revision: "sha256:cd"), data: ["data " + (random.labels.last ?? "")]),
            evaluation: evaluation,
            comparison: try Comparison(of: scored, against: other, bootstrap: settings, costs: costs),
            leaks: try LeakFigures(
                scored, matches: matches, trainingFiles: ["train " + (random.labels.first ?? "")], trainingRows: 12_345,
                nearThreshold: 0.8),
            rows: details)
        let fits = [0.25, 0.5, 0.5, 1].map { share in
            LearningCurveFigures.Fit(
                share: share, rows: Int(share * 12_345),
                answers: random.truth.map {
                    Double.random(in: 0..<1, using: &generator) < share ? $0 : ($0 + 1) % labelCount
                })
        }
        report.learningCurve = try LearningCurveFigures(
            fits, truth: random.truth, weights: random.weights, labels: labelCount,
            method: "Models " + (random.labels.first ?? ""), bootstrap: settings)
        return report
    }

    /// How often the answers of a report are right.
    enum Accuracy: CaseIterable {
        case mixed
        case allRight
        case allWrong
        /// Every row has the first label.
        case oneLabel

        func shape(_ rows: inout RandomRows) {
            let count = rows.labels.count
            for row in rows.truth.indices {
                let target: Int
                switch self {
                case .mixed: continue
                case .oneLabel:
                    rows.truth[row] = 0
                    continue
                case .allRight: target = rows.truth[row]
                case .allWrong: target = (rows.truth[row] + 1) % count
                }
                rows.alternative[row] = nil
                for label in 0..<count { rows.probabilities[row * count + label] = label == target ? 1 : 0 }
            }
        }
    }
}
