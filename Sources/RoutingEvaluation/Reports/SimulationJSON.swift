internal import Evaluation

extension SimulationReport {
    /// The report as JSON: amounts in the policy's currency, times in seconds, shares from 0 to 1.
    public var json: String {
        let simulation = simulation
        var members: [(key: String, value: JSONValue)] = [
            ("traffic", .string(traffic)), ("requests", .number(simulation.requests)),
            ("currency", .string(simulation.currency)), ("mode", .string(simulation.mode)),
            (
                "mix",
                .object(simulation.taskTypes.map { ($0, .figure(simulation.mix[$0])) })
            ),
            ("classifier_accuracy", .figure(simulation.accuracy)), ("policy", value(of: simulation.policy)),
        ]
        if let against = simulation.against { members.append(("against", value(of: against))) }
        members += [
            ("baseline", value(of: simulation.baseline)), ("cheapest", value(of: simulation.cheapest)),
            ("best", value(of: simulation.best)),
            ("mix_sensitivity", .array(simulation.mixSensitivity.map(value))),
            ("accuracy_sensitivity", .array(simulation.accuracyCurve.map(value))),
        ]
        if let recommendation = simulation.recommendation {
            members.append(("recommendation", value(of: recommendation)))
        }
        members.append(("notes", .array(simulation.notes.map { .string($0) })))
        return JSONValue.object(members).serialized + "\n"
    }

    private func value(of arm: SimulationArm) -> JSONValue {
        .object(
            [("name", .string(arm.name))] + members(of: arm.total) + [
                ("savings", .figure(arm.savings(against: simulation.baseline))),
                ("quality_kept", .figure(simulation.kept(by: arm))),
                ("classifier_cost", .number(arm.classifierCost)), ("judge_cost", .number(arm.judgeCost)),
                ("lost_cache_cost", .number(arm.lostCacheCost)), ("refused", .number(arm.refused)),
                (
                    "by_task_type",
                    .object(simulation.taskTypes.map { ($0, .object(members(of: arm.byTask[$0] ?? .init()))) })
                ),
                (
                    "by_model",
                    .object(arm.byModel.sorted { $0.key < $1.key }.map { ($0.key, .object(members(of: $0.value))) })
                ),
                (
                    "by_task_type_and_model",
                    .object(
                        simulation.taskTypes.map { task in
                            let cells = (arm.cells[task] ?? [:]).sorted { $0.key < $1.key }
                            return (task, .object(cells.map { ($0.key, .object(members(of: $0.value))) }))
                        })
                ),
                ("mistakes", .array(arm.mistakes.map(value))),
                (
                    "unknown_qualities",
                    .array(
                        arm.gaps.map {
                            .object([("model", .string($0.model)), ("task_type", .string($0.taskType))])
                        })
                ),
            ])
    }

    private func members(of sums: SimulationArm.Sums) -> [(key: String, value: JSONValue)] {
        [
            ("requests", .number(sums.requests)), ("cost", .number(sums.cost)),
            ("cost_per_request", .number(sums.costPerRequest)), ("quality", .figure(sums.quality)),
            ("latency_seconds", .figure(sums.seconds)),
        ]
    }

    private func value(of mistake: SimulationArm.Mistake) -> JSONValue {
        .object([
            ("truth", .string(mistake.truth)), ("predicted", .string(mistake.predicted)),
            ("requests", .number(mistake.requests)), ("extra_cost", .number(mistake.cost)),
            ("quality_sum", .figure(mistake.quality)),
        ])
    }

    private func value(of point: Simulation.Point) -> JSONValue {
        .object([
            ("share", .number(point.share)), ("cost_per_request", .number(point.cost)),
            ("quality", .figure(point.quality)), ("savings", .figure(point.savings)),
        ])
    }

    private func value(of entry: Simulation.MixSensitivity) -> JSONValue {
        .object([
            ("task_type", .string(entry.taskType)), ("share", .number(entry.share)),
            ("nearby", .array(entry.nearby.map(value))), ("curve", .array(entry.curve.map(value))),
        ])
    }

    private func value(of recommendation: Recommendation) -> JSONValue {
        .object([
            ("mode", .string(recommendation.mode)), ("quality_kept", .number(recommendation.qualityKept)),
            (
                "choices",
                .array(
                    recommendation.choices.map { choice in
                        .object([
                            ("task_type", .string(choice.taskType)), ("old", .string(choice.old)),
                            ("new", .string(choice.new)), ("cost_per_request", .number(choice.cost)),
                            ("quality", .number(choice.quality)), ("best_quality", .number(choice.bestQuality)),
                        ])
                    })
            ), ("unknown", .array(recommendation.unknown.map { .string($0) })),
            ("result", value(of: recommendation.arm)),
        ])
    }
}
