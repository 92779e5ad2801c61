extension Evaluation {
    /// The members of the report as JSON, with the field names that other programs rely on.
    func members(_ header: ReportHeader, rows details: RowDetails) -> [(key: String, value: JSONValue)] {
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
            ("per_label_ci95", .object(perLabel.map { ($0.label, $0.intervals) })),
            ("confusion", confusion.json),
            ("reliability", reliability.json),
            ("coverage_curve", .array(coverageCurve.points.map(\.json))),
            ("coverage_curve_ci95", .array(coverageCurve.points.map { .interval($0.interval) })),
            ("area_under_risk_coverage", .figure(coverageCurve.areaUnderRisk)),
            ("candidates", candidates?.json(labels: confusion.labels) ?? .null),
            ("baselines", baselines.json),
            ("costs", decisions.json),
            ("label_order", orderedErrors?.json ?? .null),
            ("latency_us", .object([("p50", .figure(latency?.p50)), ("p99", .figure(latency?.p99))])),
            ("slices", .object(slices.map { ($0.column, $0.json) })),
            ("errors", .array(confidentErrors.map { $0.json(confusion.labels, details) })),
            ("contested", contested.json(confusion.labels, details)),
            ("bootstrap", bootstrap.json),
        ]
        return members
    }
}

extension ReportHeader {
    var json: [(key: String, value: JSONValue)] {
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

extension LabelFigures {
    fileprivate var intervals: JSONValue {
        .object([
            ("precision", .interval(precisionInterval)), ("recall", .interval(recallInterval)),
            ("f1", .interval(f1Interval)),
        ])
    }
}

extension ConfusionMatrix {
    var json: JSONValue {
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
    var json: JSONValue {
        .object(
            [("resamples", .integer(resamples)), ("seed", .string(String(seed)))]
                + (groups.map { [("groups", .integer($0))] } ?? []))
    }
}
