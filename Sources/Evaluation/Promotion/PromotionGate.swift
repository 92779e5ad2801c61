/// Judges a candidate by the figures alone.
///
/// With the default rule a loss must be shown before it counts: larger than the margin as measured, and with an interval
/// that lies wholly below zero. Noise alone then refuses one equal candidate in forty, whatever the number of rows; and
/// since few rows show nothing, they are refused for being too few as soon as they leave a large loss possible.
public enum PromotionGate {
    /// What speaks against the candidate, the weightiest first; what refuses it stands before what does not.
    public static func findings(_ evidence: PromotionEvidence, _ rule: PromotionRule) -> [PromotionFinding] {
        var findings = overall(evidence, rule)
        findings += labels(evidence, rule)
        findings += calibration(evidence, rule)
        return findings.filter(\.refuses) + findings.filter { !$0.refuses }
    }

    private static func overall(_ evidence: PromotionEvidence, _ rule: PromotionRule) -> [PromotionFinding] {
        guard let loss = evidence.accuracy.difference.value, let interval = evidence.accuracy.difference.interval
        else {
            return [
                PromotionFinding(
                    .tooFewRows,
                    evidence.bootstrap.groups == 1
                        ? "all rows are of one group, which tells nothing of others; take rows of many"
                        : "the accuracies cannot be compared without an interval; use resamples and more rows")
            ]
        }
        let figures = "\(points(evidence.accuracy)) on \(evidence.rows) rows"
        if loss < -rule.margin, interval.high < 0 {
            return [
                PromotionFinding(
                    .worse,
                    "accuracy is worse by more than the margin of \(points(rule.margin)): \(figures)")
            ]
        }
        var findings: [PromotionFinding] = []
        if interval.low < -rule.possibleLoss {
            findings.append(
                PromotionFinding(
                    .tooFewRows,
                    "the rows are too few to tell: they leave a loss of \(points(-interval.low)) of accuracy possible, and "
                        + "\(points(rule.possibleLoss)) is the limit (\(figures))" + advice(evidence, rule)))
        } else if interval.isEmpty, let finding = unchanged(evidence, rule) {
            findings.append(finding)
        } else if rule.isStrict, interval.low < -rule.margin {
            findings.append(
                PromotionFinding(
                    .notExcluded,
                    "a loss of accuracy beyond the margin of \(points(rule.margin)) is not excluded: \(figures)"))
        }
        return findings
    }

    /// What speaks against rows on which both models are right and wrong alike: resamples of them all agree, and yet
    /// others may be lost.
    ///
    /// None of n rows lost excludes, at 97.5 %, only that more than 1 − 0.025^(1/n) of all are: the exact limit of a
    /// binomial share (Clopper and Pearson 1934), for groups where rows form them.
    private static func unchanged(_ evidence: PromotionEvidence, _ rule: PromotionRule) -> PromotionFinding? {
        let units = Double(evidence.bootstrap.groups ?? evidence.rows)
        let possible = 1 - exponential(naturalLog(0.025) / units)
        guard possible > rule.possibleLoss, rule.possibleLoss < 1 else { return nil }
        let needed = rule.possibleLoss > 0 ? naturalLog(0.025) / naturalLog(1 - rule.possibleLoss) : .infinity
        let advice = needed < 1e9 ? "; \(Int(needed.rounded(.up))) independent rows would do" : ""
        return PromotionFinding(
            .tooFewRows,
            "the rows are too few to tell: both models are right on the same of them, which leaves a loss of "
                + "\(points(possible)) of accuracy possible, and \(points(rule.possibleLoss)) is the limit "
                + "(\(points(evidence.accuracy)) on \(evidence.rows) rows)" + advice)
    }

    /// How many rows like these would do: intervals shrink with the root of their number.
    private static func advice(_ evidence: PromotionEvidence, _ rule: PromotionRule) -> String {
        guard let value = evidence.accuracy.difference.value, let interval = evidence.accuracy.difference.interval,
            value > -rule.possibleLoss
        else { return "" }
        let ratio = (value - interval.low) / (value + rule.possibleLoss)
        let needed = Double(evidence.rows) * ratio * ratio
        guard needed.isFinite, needed < 1e9 else { return "" }
        // Two digits: it is a rough number.
        var unit = 1.0
        while needed / unit >= 100 { unit *= 10 }
        return "; about \(Int((needed / unit).rounded(.up) * unit)) rows like these would do"
    }

    private static func labels(_ evidence: PromotionEvidence, _ rule: PromotionRule) -> [PromotionFinding] {
        // All labels are asked at once, so that each must be surer: Bonferroni.
        let widening = widening(comparisons: evidence.labels.count)
        var findings: [PromotionFinding] = []
        for label in evidence.labels {
            if label.rows < rule.labelRows {
                findings.append(
                    PromotionFinding(
                        .tooFewLabelRows, label: label.name,
                        "label \(label.name) has \(label.rows == 1 ? "1 row" : "\(label.rows) rows"), too few to tell "
                            + "whether it became worse; \(rule.labelRows) are needed"))
                continue
            }
            let pair = label.figure(rule.labelFigure)
            guard let loss = pair.difference.value, let narrow = pair.difference.interval else { continue }
            let interval = Interval(
                low: loss - widening * (loss - narrow.low), high: loss + widening * (narrow.high - loss))
            let name = rule.labelFigure == .f1 ? "F1" : "recall"
            let figures =
                points(
                    PromotionEvidence.Pair(
                        candidate: pair.candidate, reference: pair.reference,
                        difference: Estimate(value: loss, interval: interval)), widened: widening > 1)
                + " on \(label.rows) rows"
            let isBeyond = loss < -rule.labelMargin
            // An interval from few rows is too short; counting has no such fault. One-sided.
            let isByChance =
                label.lost <= label.gained || exactMcNemarP(onlyFirst: label.gained, onlySecond: label.lost) > 0.05
            if isBeyond, interval.high < 0, !isByChance {
                findings.append(
                    PromotionFinding(
                        .labelWorse, label: label.name,
                        "label \(label.name) is worse by more than the margin of \(points(rule.labelMargin)): \(name) "
                            + "\(figures)"))
            } else if rule.isStrict, interval.low < -rule.labelMargin {
                findings.append(
                    PromotionFinding(
                        .labelNotExcluded, label: label.name,
                        "for label \(label.name), a loss beyond the margin of \(points(rule.labelMargin)) is not "
                            + "excluded: \(name) \(figures)"))
            } else if isBeyond {
                findings.append(
                    PromotionFinding(
                        .labelDoubtful, label: label.name,
                        "label \(label.name) may be worse, the rows do not tell: \(name) \(figures)"))
            }
        }
        return findings
    }

    private static func calibration(_ evidence: PromotionEvidence, _ rule: PromotionRule) -> [PromotionFinding] {
        let pair = evidence.calibrationError
        guard let gain = pair.difference.value, let interval = pair.difference.interval,
            gain > rule.calibrationMargin, interval.low > 0
        else { return [] }
        return [
            PromotionFinding(
                .calibration,
                "confidences are less true by more than the margin of \(points(rule.calibrationMargin)): calibration "
                    + "error \(points(pair)) on \(evidence.rows) rows")
        ]
    }

    /// How much wider than at 95 % an interval is that holds for `comparisons` figures at once, if it is normal.
    static func widening(comparisons: Int) -> Double {
        guard comparisons > 1 else { return 1 }
        return normalQuantile(1 - 0.025 / Double(comparisons)) / normalQuantile(0.975)
    }

    /// 1.2 points.
    static func points(_ share: Double) -> String { decimal(100 * share, digits: share < 0.01 ? 2 : 1) + " points" }

    /// 91.2 % where the active model has 93.4 % (−2.2 points, 95 % interval −3.1 to −1.3).
    static func points(
        _ pair: PromotionEvidence.Pair, widened: Bool = false, names: (candidate: String, reference: String)? = nil
    ) -> String {
        func signed(_ value: Double) -> String { (value > 0 ? "+" : "") + decimal(100 * value, digits: 2) }
        var text = names.map { "\($0.candidate) has " } ?? ""
        text +=
            "\(decimal(pair.candidate.map { 100 * $0 }, digits: 2)) % where \(names?.reference ?? "the active model") has "
        text += "\(decimal(pair.reference.map { 100 * $0 }, digits: 2)) %"
        guard let value = pair.difference.value else { return text }
        text += " (\(signed(value)) points"
        if let interval = pair.difference.interval {
            text +=
                ", 95 % interval\(widened ? " for all labels at once" : "") \(signed(interval.low)) to \(signed(interval.high))"
        }
        return text + ")"
    }
}

/// The quantile of the standard normal distribution, by bisection of its distribution function; 0 < `share` < 1.
func normalQuantile(_ share: Double) -> Double {
    var (low, high) = (-40.0, 40.0)
    for _ in 0..<80 {
        let middle = (low + high) / 2
        if normalDistribution(middle) < share { low = middle } else { high = middle }
    }
    return (low + high) / 2
}
