internal import Evaluation

/// An amount of money with two decimals and commas, or with as many as tell a small one from nothing.
func money(_ value: Double?, perRequest: Bool = false) -> String {
    withCommas(decimal(value, digits: perRequest ? 6 : 2))
}

private func withCommas(_ text: String) -> String {
    let sign = text.hasPrefix("-") ? "-" : ""
    let digits = text.dropFirst(sign.count)
    let whole = digits.prefix { $0 != "." }
    var grouped = ""
    for (offset, digit) in whole.enumerated() {
        if offset > 0, (whole.count - offset) % 3 == 0 { grouped.append(",") }
        grouped.append(digit)
    }
    return sign + grouped + digits.dropFirst(whole.count)
}

/// A share in per cent.
func percent(_ value: Double?, signed: Bool = false) -> String {
    guard let value, value.isFinite else { return "–" }
    let text = decimal(100 * value, digits: 1)
    return (signed && value > 0 && text != "0.0" ? "+" : "") + text + " %"
}

/// A number of requests, expectations with a decimal.
func number(_ value: Double) -> String {
    let text = withCommas(decimal(value, digits: 1))
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

extension Simulation {
    /// All ways of choosing, the one asked for first.
    var arms: [SimulationArm] {
        [policy] + [against].compactMap(\.self) + [recommendation?.arm].compactMap(\.self) + [baseline]
            + [cheapest, best].filter { $0.name != baseline.name }.uniqued
    }

    /// What an arm is beside its name.
    func role(of arm: SimulationArm) -> String {
        var roles: [String] = []
        if arm.name == baseline.name { roles.append("baseline") }
        if arm.name == cheapest.name { roles.append("cheapest") }
        if arm.name == best.name { roles.append(best.total.quality == nil ? "highest tier" : "best") }
        return roles.joined(separator: ", ")
    }

    /// The share of the best model's quality that an arm keeps.
    func kept(by arm: SimulationArm) -> Double? {
        guard let quality = arm.total.quality, let most = best.total.quality, most > 0 else { return nil }
        return quality / most
    }

    /// Models in the order of what the policy spends on them.
    var modelsByCost: [(name: String, sums: SimulationArm.Sums)] {
        policy.byModel.map { ($0.key, $0.value) }.sorted { left, right in
            (-left.1.cost, -left.1.requests, left.0) < (-right.1.cost, -right.1.requests, right.0)
        }
    }

    /// What the mistakes came to: paid more, paid less, quality gained or lost.
    var mistakeTotals: (requests: Double, overpaid: Double, underpaid: Double, quality: Double?) {
        policy.mistakes.reduce((0, 0, 0, 0)) { sum, mistake in
            (
                sum.requests + mistake.requests, sum.overpaid + max(0, mistake.cost),
                sum.underpaid + max(0, -mistake.cost),
                sum.quality.flatMap { known in mistake.quality.map { known + $0 } }
            )
        }
    }

    /// Pairs of model and task type whose quality is wanted, in a sentence.
    var gapSentence: String? {
        let gaps = policy.gaps
        guard !gaps.isEmpty else { return nil }
        let named = gaps.prefix(6).map { "\($0.model) on \($0.taskType)" }.joined(separator: ", ")
        let more = gaps.count > 6 ? " and \(gaps.count - 6) more" : ""
        return
            "No quality is known of \(named)\(more): measure it and put it under quality in the policy's catalogue, or give "
            + "--benchmark."
    }
}

extension [SimulationArm] {
    fileprivate var uniqued: [SimulationArm] {
        var seen: Set<String> = []
        return filter { seen.insert($0.name).inserted }
    }
}
