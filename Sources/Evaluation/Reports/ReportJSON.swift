extension Evaluation {
    /// The report as JSON, with the field names that other programs rely on.
    func json(_ header: ReportHeader) -> JSONValue {
        var members = header.json
        members += [("rows", .integer(rows)), ("total_weight", .figure(totalWeight))]
        for metric in Metric.allCases {
            members.append((metric.rawValue, .figure(self[metric].value)))
            members.append((metric.rawValue + "_ci95", .interval(self[metric].interval)))
        }
        members += [
            ("ece_plain", .figure(calibrationErrorPlain)),
            ("share_uncertain", .figure(uncertainShare)),
            ("accuracy_certain", .figure(accuracyCertain)),
            ("per_label", .object(perLabel.map { ($0.label, $0.json) })),
            ("confusion", confusion.json),
            ("coverage_curve", .array(coverageCurve.points.map(\.json))),
            ("area_under_risk_coverage", .figure(coverageCurve.areaUnderRisk)),
            ("baselines", baselines.json),
            ("latency_us", .object([("p50", .figure(latency?.p50)), ("p99", .figure(latency?.p99))])),
            ("slices", .object(slices.map { ($0.column, $0.json) })),
            ("bootstrap", bootstrap.json),
        ]
        return .object(members)
    }
}

extension ReportHeader {
    fileprivate var json: [(key: String, value: JSONValue)] {
        var members: [(key: String, value: JSONValue)] = [("model", model.json)]
        if let reference { members.append(("reference", reference.json)) }
        members.append(("data", .array(data.map(JSONValue.string))))
        return members
    }
}

extension ReportHeader.Model {
    fileprivate var json: JSONValue {
        .object([("name", .string(name)), ("revision", .string(revision))])
    }
}

extension LabelFigures {
    fileprivate var json: JSONValue {
        .object([
            ("precision", .figure(precision)), ("recall", .figure(recall)), ("f1", .figure(f1)),
            ("support", .figure(support)),
        ])
    }
}

extension ConfusionMatrix {
    fileprivate var json: JSONValue {
        .object([
            ("labels", .array(labels.map(JSONValue.string))),
            ("matrix", .array(rows.map { .array($0.map(JSONValue.figure)) })),
        ])
    }
}

extension CoverageCurve.Point {
    fileprivate var json: JSONValue {
        .object([
            ("coverage", .figure(coverage)), ("covered", .figure(covered)),
            ("threshold", .figure(threshold)), ("accuracy", .figure(accuracy)),
        ])
    }
}

extension Baselines {
    fileprivate var json: JSONValue {
        .object([
            (
                "majority",
                .object([
                    ("label", .string(majority.label)), ("accuracy", .figure(majority.accuracy)),
                    ("macro_f1", .figure(majority.macroF1)),
                ])
            ),
            (
                "random",
                .object([("accuracy", .figure(random.accuracy)), ("macro_f1", .figure(random.macroF1))])
            ),
        ])
    }
}

extension SliceReport {
    fileprivate var json: JSONValue {
        .object([
            ("values", .array(values.map(\.json))),
            ("values_left_out", .integer(valuesLeftOut)),
            ("rows_left_out", .integer(rowsLeftOut)),
        ])
    }
}

extension SliceFigures {
    fileprivate var json: JSONValue {
        .object([
            ("value", .string(value)), ("rows", .integer(rows)),
            ("accuracy", .figure(accuracy.value)), ("accuracy_ci95", .interval(accuracy.interval)),
            ("accuracy_acceptable", .figure(accuracyAcceptable.value)),
            ("accuracy_acceptable_ci95", .interval(accuracyAcceptable.interval)),
            ("macro_f1", .figure(macroF1.value)), ("macro_f1_ci95", .interval(macroF1.interval)),
        ])
    }
}

extension Bootstrap {
    // A seed may have more than 53 bits, which many readers of JSON would round: hence a string.
    fileprivate var json: JSONValue {
        .object([("resamples", .integer(resamples)), ("seed", .string(String(seed)))])
    }
}

extension Comparison {
    /// The comparison as JSON.
    func json(_ header: ReportHeader) -> JSONValue {
        var members = header.json
        members += [
            ("rows", .integer(rows)),
            ("accuracy", accuracy.json), ("accuracy_acceptable", accuracyAcceptable.json),
            ("macro_f1", macroF1.json), ("log_loss", logLoss.json),
            (
                "outcomes",
                .object([
                    ("both_right", .integer(outcomes.bothRight)),
                    ("only_model_right", .integer(outcomes.onlyCandidateRight)),
                    ("only_reference_right", .integer(outcomes.onlyReferenceRight)),
                    ("both_wrong", .integer(outcomes.bothWrong)),
                ])
            ),
            ("mcnemar_p", .figure(mcNemarP)),
            ("agreement_share", .figure(agreementShare)),
            ("agreement", agreement.json),
            ("changed", .array(changed.map { json($0) })),
            ("bootstrap", bootstrap.json),
        ]
        return .object(members)
    }

    private func json(_ changed: ChangedRow) -> JSONValue {
        .object([
            ("row", .integer(changed.row)), ("label", .string(labels[changed.truth])),
            ("reference", .string(labels[changed.reference])),
            ("model", .string(labels[changed.candidate])),
        ])
    }
}

extension Comparison.Difference {
    fileprivate var json: JSONValue {
        .object([
            ("model", .figure(candidate)), ("reference", .figure(reference)),
            ("difference", .figure(difference.value)),
            ("difference_ci95", .interval(difference.interval)),
        ])
    }
}
