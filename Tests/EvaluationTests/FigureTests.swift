import Testing

@testable import Evaluation

/// Figures worked out on paper.
@Suite("Figures by hand")
struct FigureTests {
    /// Truth a a b b c; predictions a b b b a; alternatives – b a – –.
    private func fiveRows(weights: [Double] = []) throws -> ScoredRows {
        try ScoredRows(
            labels: ["a", "b", "c", "d"], truth: [0, 0, 1, 1, 2], alternative: [nil, 1, 0, nil, nil],
            probabilities: [
                0.5, 0.25, 0.25, 0,
                0.25, 0.75, 0, 0,
                0, 1, 0, 0,
                0.25, 0.5, 0.125, 0.125,
                0.75, 0.125, 0.125, 0,
            ],
            weights: weights)
    }

    @Test func `Rows that are all answered rightly do not make a model certain to be right`() throws {
        let right = try ScoredRows(
            labels: ["a", "b"], truth: [0, 0, 0, 1, 1], alternative: [nil, 1, nil, nil, nil],
            probabilities: [0.9, 0.1, 0.8, 0.2, 0.7, 0.3, 0.4, 0.6, 0.1, 0.9])
        let found = Evaluation(right, bootstrap: try Bootstrap(resamples: 50, seed: 1))
        #expect(found.accuracy.interval == Interval(wilson: 1, rows: 5))
        #expect(found.accuracyAcceptable.interval == Interval(wilson: 1, rows: 5))
        #expect(found.accuracyUnambiguous.interval == Interval(wilson: 1, rows: 4))
        #expect(found.macroF1.value == 1 && found.macroF1.interval == nil)
        for (figures, rows) in zip(found.perLabel, [3.0, 2.0]) {
            let low = Interval(wilson: 1, rows: rows).low
            let interval = try #require(figures.f1Interval)
            #expect(isClose(interval.low, low) && interval.high == 1, "\(figures)")
        }
        let wrong = try ScoredRows(
            labels: ["a", "b"], truth: [1, 1, 0], probabilities: [0.9, 0.1, 0.8, 0.2, 0.3, 0.7])
        let none = Evaluation(wrong, bootstrap: try Bootstrap(resamples: 50, seed: 1))
        #expect(none.accuracy.interval == Interval(wilson: 0, rows: 3))
        #expect(none.perLabel.allSatisfy { $0.f1 == 0 && $0.f1Interval?.low == 0 && ($0.f1Interval?.high ?? 0) > 0.5 })
        let single = try ScoredRows(labels: ["a", "b"], truth: [0], probabilities: [0.9, 0.1])
        let one = Evaluation(single, bootstrap: try Bootstrap(resamples: 50, seed: 1))
        #expect(one.accuracy.value == 1 && one.accuracy.interval == nil && one.logLoss.interval == nil)
    }

    @Test func `Accuracies count hits, alternatives and unambiguous rows`() throws {
        let evaluation = Evaluation(try fiveRows(), bootstrap: .none)
        #expect(evaluation.rows == 5)
        #expect(isClose(evaluation.accuracy.value, 3.0 / 5))
        #expect(isClose(evaluation.accuracyAcceptable.value, 4.0 / 5))
        #expect(isClose(evaluation.accuracyUnambiguous.value, 2.0 / 3))
    }

    @Test func `Each label has its precision, recall, F1 and support, nil where undefined`() throws {
        let labels = Evaluation(try fiveRows(), bootstrap: .none).perLabel
        #expect(labels.map(\.support) == [2, 2, 1, 0])
        #expect(labels.map(\.precision) == [1.0 / 2, 2.0 / 3, nil, nil])
        #expect(labels.map(\.recall) == [1.0 / 2, 1, 0, nil])
        #expect(labels.map(\.f1) == [1.0 / 2, 4.0 / 5, 0, nil])
    }

    @Test func `Macro F1 is the mean over labels with support, so a label that never occurs changes nothing`()
        throws
    {
        let evaluation = Evaluation(try fiveRows(), bootstrap: .none)
        #expect(isClose(evaluation.macroF1.value, (0.5 + 0.8 + 0) / 3))
    }

    @Test func `A label that is only ever predicted costs the others their recall but is not averaged`()
        throws
    {
        let rows = try binaryRows([(1, 0.9), (1, 0.9), (1, 0.2)])
        let evaluation = Evaluation(rows, bootstrap: .none)
        #expect(evaluation.perLabel[0].f1 == 0)
        #expect(evaluation.perLabel[0].recall == nil)
        #expect(isClose(evaluation.macroF1.value, 0.8))
    }

    @Test func `The confusion matrix has the truth in its rows`() throws {
        let confusion = Evaluation(try fiveRows(), bootstrap: .none).confusion
        #expect(confusion.labels == ["a", "b", "c", "d"])
        #expect(confusion.rows == [[1, 1, 0, 0], [0, 2, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]])
        #expect(confusion[2, 0] == 1)
    }

    @Test func `Log loss is the mean negative logarithm of the true label's probability`() throws {
        let evaluation = Evaluation(try fiveRows(), bootstrap: .none)
        // 1/2 · 1/4 · 1 · 1/2 · 1/8 = 2^-7
        #expect(isClose(evaluation.logLoss.value, 7 * 0.6931471805599453 / 5))
    }

    @Test func `A true label held impossible costs as much as one of probability 1e-15`() throws {
        let evaluation = Evaluation(try binaryRows([(1, 0)]), bootstrap: .none)
        #expect(isClose(evaluation.logLoss.value, 34.538776394910684))
    }

    @Test func `The Brier score sums squared gaps over the labels`() throws {
        let evaluation = Evaluation(try fiveRows(), bootstrap: .none)
        let rows: [Double] = [
            0.25 + 0.0625 + 0.0625, 0.5625 + 0.5625, 0, 0.0625 + 0.25 + 0.015625 * 2,
            0.5625 + 0.015625 + 0.765625,
        ]
        #expect(isClose(evaluation.brier.value, rows.reduce(0, +) / 5))
        #expect(Evaluation(try binaryRows([(1, 0)]), bootstrap: .none).brier.value == 2)
    }

    @Test func `A row of weight two counts as the row twice`() throws {
        let weighted = Evaluation(try fiveRows(weights: [1, 2, 1, 1, 3]), bootstrap: .none)
        #expect(weighted.rows == 5)
        #expect(weighted.totalWeight == 8)
        #expect(isClose(weighted.accuracy.value, 3.0 / 8))
        #expect(isClose(weighted.accuracyAcceptable.value, 5.0 / 8))
        #expect(isClose(weighted.accuracyUnambiguous.value, 2.0 / 5))
        #expect(weighted.perLabel.map(\.support) == [3, 2, 3, 0])
        // Losses in bits, times their weights: 1, 2 · 2, 0, 1, 3 · 3.
        #expect(isClose(weighted.logLoss.value, 15 * 0.6931471805599453 / 8))
    }

    @Test func `A perfect classifier scores one and loses nothing`() throws {
        let rows = try binaryRows([(0, 0), (1, 1), (1, 1)])
        let evaluation = Evaluation(rows, bootstrap: try .few())
        for metric in Metric.allCases {
            let best: Double = metric.isUpperBound ? 0 : 1
            #expect(evaluation[metric].value == best, "\(metric)")
            // Three right answers make nobody certain of the fourth.
            let interval: Interval? =
                switch metric {
                case .accuracy, .accuracyAcceptable, .accuracyUnambiguous: Interval(wilson: 1, rows: 3)
                case .macroF1: nil
                default: Interval(low: best, high: best)
                }
            #expect(evaluation[metric].interval == interval, "\(metric)")
        }
        #expect(evaluation.coverageCurve.areaUnderRisk == 0)
    }

    @Test func `A classifier that is always sure and always wrong scores worst`() throws {
        let evaluation = Evaluation(try binaryRows([(0, 1), (1, 0), (1, 0)]), bootstrap: .none)
        #expect(evaluation.accuracy.value == 0)
        #expect(evaluation.macroF1.value == 0)
        #expect(evaluation.brier.value == 2)
        #expect(evaluation.calibrationError.value == 1)
        #expect(evaluation.coverageCurve.areaUnderRisk == 1)
    }

    @Test func `One label only is evaluated without undefined figures`() throws {
        let rows = try ScoredRows(labels: ["only"], truth: [0, 0], probabilities: [1, 1])
        let evaluation = Evaluation(rows, bootstrap: try .few())
        #expect(Metric.allCases.allSatisfy { evaluation[$0].value != nil })
        #expect(Metric.allCases.allSatisfy { $0 == .macroF1 || evaluation[$0].interval != nil })
        #expect(evaluation.baselines.majority.accuracy == 1)
        #expect(evaluation.baselines.random.macroF1 == 1)
    }

    @Test func `Without unambiguous rows their accuracy cannot be computed`() throws {
        let evaluation = Evaluation(try binaryRows([(0, 0.1)], alternative: [1]), bootstrap: try .few())
        #expect(evaluation.accuracyUnambiguous == Estimate(value: nil, interval: nil))
    }

    @Test func `The share of uncertain rows and the accuracy of the others follow the flags`() throws {
        let rows = try ScoredRows(
            labels: ["a", "b"], truth: [0, 0, 1, 1], probabilities: [0.9, 0.1, 0.4, 0.6, 0.6, 0.4, 0, 1],
            uncertain: [false, true, false, false])
        let evaluation = Evaluation(rows, bootstrap: .none)
        #expect(evaluation.uncertainShare == 0.25)
        #expect(isClose(evaluation.accuracyCertain, 2.0 / 3))
        let all = try ScoredRows(labels: ["a"], truth: [0], probabilities: [1], uncertain: [true])
        #expect(Evaluation(all, bootstrap: .none).uncertainShare == 1)
        #expect(Evaluation(all, bootstrap: .none).accuracyCertain == nil)
        #expect(Evaluation(try fiveRows(), bootstrap: .none).uncertainShare == nil)
    }

    @Test func `Baselines answer the most frequent label, or labels by their share`() throws {
        let baselines = Evaluation(try fiveRows(weights: [1, 1, 1, 1, 4]), bootstrap: .none).baselines
        #expect(baselines.majority.label == "c")
        #expect(isClose(baselines.majority.accuracy, 0.5))
        #expect(isClose(baselines.majority.macroF1, 2 * 0.5 / 1.5 / 3))
        #expect(isClose(baselines.random.accuracy, 0.0625 + 0.0625 + 0.25))
        #expect(isClose(baselines.random.macroF1, 1.0 / 3))
        #expect(Evaluation(try fiveRows(), bootstrap: .none).baselines.majority.label == "a")
    }

    @Test func `Latency percentiles are measured values by nearest rank`() throws {
        func latency(_ values: [Double]) throws -> Latency? {
            let rows = try ScoredRows(labels: ["a"], truth: [0], probabilities: [1], latencies: values)
            return Evaluation(rows, bootstrap: .none).latency
        }
        let hundred = try #require(try latency((1...100).map(Double.init).reversed()))
        #expect((hundred.p50, hundred.p99) == (50, 99))
        let three = try #require(try latency([7, 1, 5]))
        #expect((three.p50, three.p99) == (5, 7))
        #expect(try latency([]) == nil)
    }
}
