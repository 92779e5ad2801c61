import Testing

@testable import Evaluation

@Suite("Candidates")
struct CandidateTests {
    private func rows(_ flags: [Bool], weights: [Double] = []) throws -> ScoredRows {
        try ScoredRows(
            labels: ["a", "b", "c"], truth: [0, 0, 1, 1],
            probabilities: [0.5, 0.25, 0.25, 0.5, 0.25, 0.25, 0.5, 0.25, 0.25, 0.25, 0.5, 0.25], weights: weights,
            candidates: CandidateSetTable(isCandidate: flags, target: 0.75))
    }

    private let flags = [
        true, false, false, true, true, false, true, false, false, false, true, true,
    ]

    @Test("Coverage and size are counted by weight, over all rows and by label")
    func figures() throws {
        let figures = try #require(CandidateFigures(try rows(flags, weights: [1, 2, 3, 4])))
        // Of weights 1, 2, 3, 4 the third row's truth is no candidate; sizes are 1, 2, 1, 2.
        #expect(figures.coverage.value == 0.7)
        #expect(figures.coverageByLabel.map(\.value) == [1, 4.0 / 7, nil])
        #expect(abs(figures.meanSize - 1.6) < 1e-12)
        #expect(figures.meanSizeByLabel == [5.0 / 3, 11.0 / 7, nil])
        #expect(figures.weightBySize == [0, 4, 6, 0])
        #expect(figures.singleShare == 0.4)
        #expect(figures.target == 0.75)
        let interval = try #require(figures.coverage.interval)
        #expect(interval == Interval(wilson: 0.7, rows: 100.0 / 30))
    }

    @Test("Without candidates there are no figures, and reports say nothing of them")
    func absent() throws {
        let evaluation = try ReportSample.evaluation()
        #expect(evaluation.candidates == nil)
        let report = EvaluationReport(header: ReportSample.header, evaluation: evaluation)
        for format in [ReportFormat.text, .markdown, .html] {
            #expect(!report.rendered(format).contains("Candidates"))
        }
    }

    @Test("Every form of the report shows coverage by label", arguments: [ReportFormat.text, .markdown, .html, .json])
    func reports(format: ReportFormat) throws {
        let evaluation = Evaluation(try rows(flags), bootstrap: try Bootstrap(resamples: 0, seed: 1))
        let report = EvaluationReport(header: ReportSample.header, evaluation: evaluation).rendered(format)
        switch format {
        case .json: #expect(report.contains("\"mean_size\"") && report.contains("\"share_single\""))
        case .html: #expect(report.contains("Candidates by label") && report.contains("href=\"#candidates\""))
        default: #expect(report.contains("hold the truth") && report.contains("Asked for: 0.75"))
        }
    }

    @Test("Flags that are not rows × labels are refused")
    func wrongLength() throws {
        let error = #expect(throws: EvaluationError.self) { try rows([true]) }
        #expect(error?.message.contains("candidate flags") == true)
    }
}
