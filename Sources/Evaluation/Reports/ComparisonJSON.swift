extension Comparison {
    /// The comparison as JSON.
    func json(_ header: ReportHeader, rows details: RowDetails) -> JSONValue {
        var members = header.json
        members += [
            ("rows", .integer(rows)),
            ("accuracy", accuracy.json), ("accuracy_acceptable", accuracyAcceptable.json),
            ("accuracy_unambiguous", accuracyUnambiguous.json),
            ("macro_f1", macroF1.json), ("log_loss", logLoss.json), ("brier", brier.json),
            ("ece", calibrationError.json), ("cost", cost.json),
            (
                "per_label",
                .object(
                    zip(labels, perLabel).map { label, figures in
                        (
                            label,
                            .object([
                                ("precision", figures.precision.json), ("recall", figures.recall.json),
                                ("f1", figures.f1.json),
                            ])
                        )
                    })
            ),
            (
                "slices",
                .array(
                    slices.map {
                        .object([
                            ("column", .string($0.column)), ("value", .string($0.value)), ("rows", .integer($0.rows)),
                            ("accuracy", $0.accuracy.json),
                        ])
                    })
            ),
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
            ("changed", .array(changed.map { json($0, details) })),
            ("bootstrap", bootstrap.json),
        ]
        return .object(members)
    }

    private func json(_ changed: ChangedRow, _ details: RowDetails) -> JSONValue {
        .object(
            details.json(of: changed.row) + [
                ("label", .string(labels[changed.truth])), ("reference", .string(labels[changed.reference])),
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
