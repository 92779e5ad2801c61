extension RowDetails {
    /// What says which row it is.
    func json(of row: Int) -> [(key: String, value: JSONValue)] {
        var members: [(key: String, value: JSONValue)] = [("row", .integer(row))]
        if !names.isEmpty { members.append(("name", .string(name(of: row)))) }
        if let excerpt = excerpt(of: row) { members.append(("text", .string(excerpt))) }
        return members
    }
}

extension ReviewedRow {
    func json(_ labels: [String], _ details: RowDetails) -> JSONValue {
        var members = details.json(of: row)
        members += [
            ("label", .string(labels[truth])), ("model", .string(labels[predicted])),
            ("confidence", .figure(confidence)), ("probability_of_label", .figure(truthProbability)),
        ]
        if let explanation = details.explanations[row] { members.append(("explanation", explanation.json)) }
        return .object(members)
    }
}

extension RowExplanation {
    fileprivate var json: JSONValue {
        func list(_ contributions: [Contribution]) -> JSONValue {
            .array(
                contributions.map {
                    .object([("feature", .string($0.name)), ("weight", .figure($0.weight))])
                })
        }
        return .object([
            ("for_model", list(forAnswer)), ("for_label", list(forLabel)), ("by_kind", list(byKind)),
            ("difference", .figure(difference)),
            ("rest", .figure(rest)),
        ])
    }
}

extension ContestedLabels {
    func json(_ labels: [String], _ details: RowDetails) -> JSONValue {
        .object([
            (
                "alternatives",
                .object([
                    ("answered_label", .integer(alternatives.label)),
                    ("answered_alternative", .integer(alternatives.alternative)),
                    ("answered_neither", .integer(alternatives.neither)),
                ])
            ),
            ("suspects", .integer(suspectCount)),
            (
                "pairs",
                .array(
                    pairs.map {
                        .object([
                            ("label", .string(labels[$0.truth])), ("model", .string(labels[$0.suggested])),
                            ("rows", .integer($0.rows)),
                        ])
                    })
            ),
            ("most_doubtful", .array(suspects.map { $0.json(labels, details) })),
        ])
    }
}

extension LeakFigures {
    var json: JSONValue {
        .object([
            ("training", .array(trainingFiles.map(JSONValue.string))), ("training_rows", .integer(trainingRows)),
            ("exact", .integer(exact)), ("normalized", .integer(normalized)),
            ("near", nearThreshold == nil ? .null : .integer(near)), ("near_threshold", .figure(nearThreshold)),
            ("rows", .array(rows.map(JSONValue.integer))),
            ("accuracy_of_leaks", .figure(accuracyOfLeaks.value)),
            ("accuracy_of_leaks_ci95", .interval(accuracyOfLeaks.interval)),
            ("accuracy_of_others", .figure(accuracyOfOthers.value)),
            ("accuracy_of_others_ci95", .interval(accuracyOfOthers.interval)),
        ])
    }
}
