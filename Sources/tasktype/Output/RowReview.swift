import Evaluation
import Samples
import TaskType

/// Names, texts and explanations of the rows that a report singles out.
struct RowReview {
    let samples: [Sample]
    /// Whether the report may repeat what people wrote.
    let showsTexts: Bool

    func details(for report: EvaluationReport, _ classifier: TaskClassifier) -> RowDetails {
        let evaluation = report.evaluation
        let labels = evaluation.confusion.labels
        var details = RowDetails(names: samples.map(\.shownName))
        for reviewed in evaluation.confidentErrors + evaluation.contested.suspects {
            if showsTexts { details.texts[reviewed.row] = samples[reviewed.row].request.ask }
        }
        for error in evaluation.confidentErrors {
            details.explanations[error.row] = explanation(
                of: samples[error.row].request, answer: labels[error.predicted], label: labels[error.truth], classifier)
        }
        if showsTexts, let comparison = report.comparison {
            for change in comparison.changed { details.texts[change.row] = samples[change.row].request.ask }
        }
        return details
    }

    private func explanation(
        of request: Request, answer: String, label: String, _ classifier: TaskClassifier
    ) -> RowExplanation? {
        guard let wrong = classifier.explain(request, label: answer),
            let right = classifier.explain(request, label: label)
        else { return nil }
        return RowExplanation(
            answer: wrong.contributions.map { .init(name: $0.feature, weight: Double($0.weight)) },
            label: right.contributions.map { .init(name: $0.feature, weight: Double($0.weight)) },
            bias: Double(wrong.bias) - Double(right.bias), showsWords: showsTexts)
    }
}

extension Sample {
    /// The row's id, or the line at which it starts.
    var shownName: String {
        if let id, !id.isEmpty { return id }
        let file = location.file.split(separator: "/").last.map(String.init) ?? location.file
        return "\(file):\(location.line)"
    }
}
