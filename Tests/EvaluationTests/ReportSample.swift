@testable import Evaluation

/// A small evaluation whose reports are kept as texts.
///
/// Probabilities are sums of powers of two and confidences are distinct, so that the logarithm is all that the
/// figures need of the system's mathematics.
enum ReportSample {
    static func rows(swapped: Bool = false) throws -> ScoredRows {
        var probabilities: [Float] = [
            0.5, 0.25, 0.25,
            0.25, 0.625, 0.125,
            0.125, 0.75, 0.125,
            0.0625, 0.0625, 0.875,
            0.9375, 0.0625, 0,
            0.25, 0.1875, 0.5625,
        ]
        if swapped {
            probabilities.swapAt(0, 1)
            probabilities.swapAt(16, 17)
        }
        return try ScoredRows(
            labels: ["simple", "code", "complex|\u{1B}[2J"], truth: [0, 0, 1, 1, 0, 2],
            alternative: [nil, 1, nil, 0, nil, nil], probabilities: probabilities,
            uncertain: [true, false, false, false, false, false],
            slices: [
                .init(
                    name: "language",
                    values: ["en", "en", "日本語", "en", "日本語", String(repeating: "long ", count: 12)])
            ],
            latencies: [1.5, 2, 40])
    }

    static let header = ReportHeader(
        model: .init(name: "default", revision: "sha256:ab12"), data: ["test.csv", "more_<b>.jsonl"])

    static let comparisonHeader = ReportHeader(
        model: .init(name: "new", revision: "sha256:cd34"),
        reference: .init(name: "old", revision: "sha256:ab12"), data: ["test.csv"])

    static func evaluation() throws -> Evaluation {
        Evaluation(try rows(), bootstrap: try Bootstrap(resamples: 50, seed: 7))
    }

    static func comparison() throws -> Comparison {
        try Comparison(
            of: rows(), against: rows(swapped: true), bootstrap: Bootstrap(resamples: 50, seed: 7))
    }

    /// A comparison alone, in the forms that can show it so.
    static func report(of comparison: Comparison, _ format: ReportFormat, header: ReportHeader) -> String {
        switch format {
        case .text: TextRenderer.render(comparison.document(header))
        case .markdown: MarkdownRenderer.render(comparison.document(header))
        case .json, .html: comparison.json(header, rows: RowDetails()).serialized + "\n"
        }
    }
}
