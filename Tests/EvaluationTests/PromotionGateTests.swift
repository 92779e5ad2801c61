import TestSupport
import Testing

@testable import Evaluation

@Suite struct PromotionGateTests {
    private func pair(_ value: Double, _ low: Double, _ high: Double) -> PromotionEvidence.Pair {
        .init(
            candidate: 0.9 + value, reference: 0.9,
            difference: Estimate(value: value, interval: Interval(low: low, high: high)))
    }

    /// Figures that nothing speaks against, to be changed.
    private func evidence() -> PromotionEvidence {
        PromotionEvidence(
            rows: 2000, accuracy: pair(0, -0.004, 0.004), macroF1: pair(0, -0.004, 0.004),
            calibrationError: pair(0, -0.01, 0.01), logLoss: pair(0, -0.01, 0.01),
            labels: ["code", "simple"].map {
                .init(
                    name: $0, rows: 1000, f1: pair(0, -0.01, 0.01), recall: pair(0, -0.01, 0.01), gained: 40, lost: 40)
            },
            mcNemarP: 1, changedRows: 80, bootstrap: .standard)
    }

    private func kinds(
        _ rule: PromotionRule = PromotionRule(), _ change: (inout PromotionEvidence) -> Void = { _ in }
    ) -> [PromotionFinding.Kind] {
        var evidence = evidence()
        change(&evidence)
        return PromotionGate.findings(evidence, rule).map(\.kind)
    }

    @Test func `an equal candidate is let through, and a better one`() {
        #expect(kinds() == [])
        #expect(kinds { $0.accuracy = pair(0.05, 0.03, 0.07) } == [])
        // Better on so few rows that the interval is wide: what counts is the loss that it leaves possible.
        #expect(kinds { $0.accuracy = pair(0.1, -0.02, 0.22) } == [])
    }

    @Test func `few rows are too few also where both models answer all of them alike`() throws {
        for (rows, found) in [(1, [PromotionFinding.Kind.tooFewRows]), (121, [.tooFewRows]), (122, []), (2000, [])] {
            let findings = kinds {
                $0.rows = rows
                $0.accuracy = pair(0, 0, 0)
            }
            #expect(findings == found, "\(rows)")
        }
        var few = evidence()
        few.rows = 40
        few.accuracy = pair(0, 0, 0)
        let message = try #require(PromotionGate.findings(few, PromotionRule()).first?.message)
        #expect(
            message.contains("leaves a loss of 8.8 points") && message.contains("122 independent rows"), "\(message)")
    }

    @Test func `a loss of accuracy counts once it is larger than the margin and chance does not explain it`() {
        #expect(kinds { $0.accuracy = pair(-0.006, -0.011, -0.001) } == [.worse])
        #expect(kinds { $0.accuracy = pair(-0.004, -0.007, -0.001) } == [])
        #expect(kinds { $0.accuracy = pair(-0.012, -0.028, 0.004) } == [])
        var rule = PromotionRule()
        rule.margin = 0.02
        #expect(kinds(rule) { $0.accuracy = pair(-0.012, -0.02, -0.005) } == [])
    }

    @Test func `rows that leave a large loss possible are too few, and the sentence says how many would do`() throws {
        var few = evidence()
        few.rows = 100
        few.accuracy = pair(0, -0.06, 0.06)
        let finding = try #require(PromotionGate.findings(few, PromotionRule()).first)
        #expect(finding.kind == .tooFewRows)
        // Twice as wide as allowed: four times the rows.
        #expect(finding.message.contains("about 400 rows"), "\(finding.message)")
        few.accuracy = .init(candidate: 1, reference: 1, difference: Estimate(value: 0, interval: nil))
        #expect(PromotionGate.findings(few, PromotionRule()).map(\.kind) == [.tooFewRows])
    }

    @Test func `a label's loss must be larger than its margin and show in an interval for all labels and in the count`()
    {
        #expect(
            kinds {
                $0.labels[0].f1 = pair(-0.05, -0.07, -0.03)
                ($0.labels[0].gained, $0.labels[0].lost) = (10, 60)
            } == [.labelWorse])
        // Wide enough for one label, not for two at once.
        #expect(
            kinds {
                $0.labels[0].f1 = pair(-0.05, -0.099, -0.001)
                ($0.labels[0].gained, $0.labels[0].lost) = (10, 60)
            } == [.labelDoubtful])
        // Three rows lost and none gained: an interval from so few rows is not to be trusted.
        #expect(
            kinds {
                $0.labels[0].f1 = pair(-0.2, -0.3, -0.1)
                ($0.labels[0].gained, $0.labels[0].lost) = (0, 3)
            } == [.labelDoubtful])
        #expect(kinds { $0.labels[0].f1 = pair(-0.01, -0.012, -0.008) } == [])
    }

    @Test func `labels can be judged by recall`() {
        var rule = PromotionRule()
        let change: (inout PromotionEvidence) -> Void = {
            $0.labels[1].recall = self.pair(-0.1, -0.12, -0.08)
            ($0.labels[1].gained, $0.labels[1].lost) = (1, 60)
        }
        #expect(kinds(rule, change) == [])
        rule.labelFigure = .recall
        #expect(kinds(rule, change) == [.labelWorse])
    }

    @Test func `a label with too few rows is named, and may be excused`() throws {
        var rule = PromotionRule()
        let change: (inout PromotionEvidence) -> Void = { $0.labels[0].rows = 9 }
        #expect(kinds(rule, change) == [.tooFewLabelRows])
        rule.labelRows = 9
        #expect(kinds(rule, change) == [])
    }

    @Test func `the strict rule asks that a loss beyond the margins be excluded`() {
        var rule = PromotionRule()
        rule.isStrict = true
        #expect(kinds(rule) == [])
        #expect(kinds(rule) { $0.accuracy = pair(0, -0.006, 0.006) } == [.notExcluded])
        #expect(kinds(rule) { $0.labels[1].f1 = pair(0.001, -0.03, 0.03) } == [.labelNotExcluded])
    }

    @Test func `confidences that became less true count beyond their margin`() {
        #expect(kinds { $0.calibrationError = pair(0.03, 0.01, 0.05) } == [.calibration])
        #expect(kinds { $0.calibrationError = pair(0.03, -0.001, 0.06) } == [])
        #expect(kinds { $0.calibrationError = pair(0.01, 0.005, 0.015) } == [])
        #expect(kinds { $0.calibrationError = pair(-0.05, -0.06, -0.04) } == [])
    }

    @Test func `what refuses stands before what does not`() {
        #expect(
            kinds {
                $0.labels[0].f1 = pair(-0.2, -0.3, 0.1)
                $0.calibrationError = pair(0.03, 0.01, 0.05)
            } == [.calibration, .labelDoubtful])
    }

    @Test(arguments: [(1, 1.0), (2, 1.1436), (4, 1.2743), (150, 1.8308)])
    func `intervals for many labels at once are as much wider as normal quantiles say`(count: Int, factor: Double) {
        #expect(abs(PromotionGate.widening(comparisons: count) - factor) < 2e-4)
    }

    /// Two models that are right on the same rows but for those on which a coin decides.
    private func simulated(
        _ random: inout SplitMix64, rows: Int, losing share: Double, disagreeing: Double
    ) throws -> PromotionEvidence {
        var truth: [Int] = []
        var one: [Float] = []
        var other: [Float] = []
        for _ in 0..<rows {
            let label = Int.random(in: 0..<3, using: &random)
            var answers = (label, label)
            if Double.random(in: 0..<1, using: &random) < 0.1 { answers = ((label + 1) % 3, (label + 1) % 3) }
            if Double.random(in: 0..<1, using: &random) < disagreeing {
                let wrong = (label + 1 + Int.random(in: 0..<2, using: &random)) % 3
                answers = Bool.random(using: &random) ? (wrong, label) : (label, wrong)
            }
            if Double.random(in: 0..<1, using: &random) < share { answers.0 = (label + 1) % 3 }
            truth.append(label)
            one += (0..<3).map { $0 == answers.0 ? 0.8 : 0.1 }
            other += (0..<3).map { $0 == answers.1 ? 0.8 : 0.1 }
        }
        let labels = ["a", "b", "c"]
        return try PromotionEvidence(
            ScoredRows(labels: labels, truth: truth, probabilities: one),
            ScoredRows(labels: labels, truth: truth, probabilities: other), bootstrap: .few(200))
    }

    @Test func `noise alone hardly ever shows as a loss, and a real loss of ten points always does`() throws {
        var random = SplitMix64(seed: 20)
        var falseAlarms = 0
        for round in 0..<50 {
            let rows = [60, 200, 400][round % 3]
            let equal = try simulated(&random, rows: rows, losing: 0, disagreeing: 0.1)
            let findings = PromotionGate.findings(equal, PromotionRule())
            if findings.contains(where: { [.worse, .labelWorse].contains($0.kind) }) { falseAlarms += 1 }
        }
        // One in forty for the accuracy and as much for all labels together: 2.5 are to be expected, at most.
        #expect(falseAlarms <= 6)
        for _ in 0..<10 {
            let worse = try simulated(&random, rows: 600, losing: 0.12, disagreeing: 0.05)
            #expect(PromotionGate.findings(worse, PromotionRule()).first?.kind == .worse)
        }
    }

    @Test func `rows won and lost for a label are those on which one model alone decides rightly about it`() throws {
        let random = RandomRows(seed: 9, rows: 300, labels: 4)
        var two = random
        two.probabilities = RandomRows(seed: 10, rows: 300, labels: 4).probabilities
        let (one, other) = (try random.scored(), try two.scored())
        let evidence = try PromotionEvidence(one, other, bootstrap: .none)
        for (index, label) in evidence.labels.enumerated() {
            func isRight(_ rows: ScoredRows, _ row: Int) -> Bool {
                (rows.predicted[row] == index) == (rows.truth[row] == index)
            }
            #expect(label.gained == (0..<300).count { isRight(one, $0) && !isRight(other, $0) })
            #expect(label.lost == (0..<300).count { !isRight(one, $0) && isRight(other, $0) })
            #expect(label.rows == one.truth.count { $0 == index })
        }
    }

    @Test func `settings that make no sense are named`() {
        var rule = PromotionRule()
        #expect(rule.problem == nil)
        rule.labelMargin = -0.1
        #expect(rule.problem?.contains("label margin") == true)
        rule.labelMargin = .nan
        #expect(rule.problem?.contains("label margin") == true)
        rule = PromotionRule()
        rule.labelRows = -1
        #expect(rule.problem != nil)
    }
}
