/// Whose outcomes a comparison has: each user or session counts once in a stage, by each measure.
///
/// Users are what is assigned to the arms, and users are independent of one another; the outcomes of one and the same
/// user are not. So the user's first outcome is the observation, and the analysis has the unit of the randomisation
/// (Kohavi, Tang and Xu, "Trustworthy Online Controlled Experiments", 2020, chapters 14 and 18; Deng, Lu and Litz,
/// "Trustworthy analysis of online A/B tests", WSDM 2017). A mean over each user's outcomes would use more of what is
/// told, but it changes with every outcome, and the test that may be looked at daily is made for observations that stay.
public struct CountedUnits: Sendable, Equatable {
    /// A stage is over when the next one begins, and so are its units.
    struct Stage: Sendable, Equatable {
        var number: Int
        var units: [ReportedOutcome.Measure: Set<UInt64>]
    }

    private struct Place: Sendable, Hashable {
        var rollout: String
        var taskType: String
    }

    private var stages: [Place: Stage] = [:]

    /// Nobody.
    public init() {}

    /// Takes over those that a store has of a stage.
    public mutating func restore(
        _ units: [ReportedOutcome.Measure: Set<UInt64>], rollout: String, taskType: String, stage: Int
    ) {
        stages[Place(rollout: rollout, taskType: taskType)] = Stage(number: stage, units: units)
    }

    /// The outcome without the scores of which its unit had one before in this stage; it counts from now on.
    ///
    /// An outcome that names no unit counts by itself. - Complexity: O(measures).
    public mutating func firsts(of outcome: ReportedOutcome) -> ReportedOutcome {
        guard let unit = outcome.unit else { return outcome }
        let place = Place(rollout: outcome.rollout.name, taskType: outcome.taskType)
        let number = outcome.rollout.stage
        if stages[place]?.number != number { stages[place] = Stage(number: number, units: [:]) }
        var firsts = outcome
        firsts.scores = outcome.scores.filter { measure, _ in
            stages[place]?.units[measure, default: []].insert(unit).inserted ?? true
        }
        return firsts
    }
}
