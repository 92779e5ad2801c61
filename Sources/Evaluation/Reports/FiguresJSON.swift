extension ReliabilityDiagram {
    var json: JSONValue {
        .object([
            (
                "bins",
                .array(
                    bins.map {
                        .object([
                            ("confidence", .figure($0.confidence)), ("accuracy", .figure($0.accuracy.value)),
                            ("accuracy_ci95", .interval($0.accuracy.interval)), ("weight", .figure($0.weight)),
                        ])
                    })
            ),
            ("right_by_confidence", .array(counts.map { .figure($0.right) })),
            ("wrong_by_confidence", .array(counts.map { .figure($0.wrong) })),
        ])
    }
}

extension DecisionFigures {
    var json: JSONValue {
        .object([
            ("zero_one", .bool(costs.isZeroOne)),
            ("most_probable", argmax.json), ("least_expected_cost", leastCost.json),
            ("difference", .figure(difference.value)), ("difference_ci95", .interval(difference.interval)),
            ("changed_rows", .integer(changedRows)),
            (
                "baselines",
                .object([
                    ("majority", json(majority)), ("cheapest_constant", json(constant)),
                    ("random", .object([("cost", .figure(randomCost))])),
                ])
            ),
            (
                "by_pair",
                .array(
                    // Without given costs the confusion matrix says the same.
                    costs.isZeroOne
                        ? []
                        : cells.map {
                            .object([
                                ("label", .string(costs.labels[$0.truth])),
                                ("model", .string(costs.labels[$0.predicted])), ("weight", .figure($0.weight)),
                                ("cost_each", .figure($0.cost)), ("cost", .figure($0.weight * $0.cost)),
                            ])
                        })
            ),
        ])
    }

    private func json(_ constant: Constant) -> JSONValue {
        .object([("label", .string(costs.labels[constant.label])), ("cost", .figure(constant.cost))])
    }
}

extension DecisionFigures.Rule {
    fileprivate var json: JSONValue {
        .object([
            ("cost", .figure(cost.value)), ("cost_ci95", .interval(cost.interval)), ("accuracy", .figure(accuracy)),
        ])
    }
}

extension OrderedErrors {
    var json: JSONValue {
        .object([
            ("order", .array(order.map(JSONValue.string))),
            ("weight_by_distance", .array(byDistance.map(JSONValue.figure))),
            ("too_low", .figure(tooLow)), ("too_high", .figure(tooHigh)),
            ("adjacent_share_of_errors", .figure(adjacentShare)),
            ("accuracy_within_one", .figure(accuracyWithinOne)), ("mean_distance", .figure(meanDistance)),
        ])
    }
}
