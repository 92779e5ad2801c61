public import Evaluation

/// How much of a strong model's quality a router gets at each share of calls to it.
///
/// Measures of RouteLLM (Ong et al., "RouteLLM: Learning to Route LLMs with Preference Data", 2024, arXiv 2406.18665):
/// the *performance gap recovered* at a share of calls is (r − r_weak) / (r_strong − r_weak), its mean over all shares from
/// 0 to 1 is APGR, and CPT(x) is the least share of calls at which a part x of the gap is recovered. The mean over shares
/// is taken here as the area under the whole curve, not at ten points of it. Prompts of equal score are sent to the
/// strong model in random order: between the ends of such a group the curve is a straight line.
public struct RouterFigures: Sendable {
    /// The curve at one share of calls to the strong model.
    public struct Point: Sendable, Equatable {
        /// The share.
        public var share: Double
        /// Mean quality.
        public var quality: Estimate
        /// Mean cost of an answer.
        public var cost: Double
        /// Part of the gap recovered; nil where the strong model is not better.
        public var recovered: Double?
    }

    /// The router.
    public let name: String
    /// Mean of the gap recovered over all shares.
    public let averageRecovered: Estimate
    /// Least share of calls at which half of the gap is recovered.
    public let callsForHalf: Estimate
    /// Least share of calls at which 80 % of the gap is recovered.
    public let callsForFourFifths: Estimate
    /// Shares from 0 to 1, a twentieth apart.
    public let points: [Point]

    /// Steps from share 0 to share 1.
    static let steps = 20

    init(
        name: String, scores: [Double], _ outcomes: RoutingOutcomes, costs: (weak: [Double], strong: [Double]),
        bootstrap: Bootstrap
    ) {
        self.name = name
        let ranking = Ranking(scores: scores, outcomes)
        let ones = [UInt32](repeating: 1, count: scores.count)
        let plain = ranking.measure(ones)
        let resampled = bootstrap.run(rows: scores.count) { counts in ranking.measure(counts) }
        func estimate(_ pick: (Ranking.Measures) -> Double?) -> Estimate {
            Estimate(
                value: pick(plain), interval: resampled.isEmpty ? nil : Interval(percentilesOf: resampled.map(pick)))
        }
        averageRecovered = estimate(\.average)
        callsForHalf = estimate(\.half)
        callsForFourFifths = estimate(\.fourFifths)
        let prices = ranking.costs(costs)
        points = (0...Self.steps).map { step in
            Point(
                share: Double(step) / Double(Self.steps), quality: estimate { $0.qualities[step] }, cost: prices[step],
                recovered: plain.recovered(step))
        }
    }
}

/// Prompts in the order in which they go to the strong model.
struct Ranking: Sendable {
    struct Measures: Sendable {
        var average: Double?
        var half: Double?
        var fourFifths: Double?
        /// Mean quality at each step of the share.
        var qualities: [Double]

        func recovered(_ step: Int) -> Double? {
            guard let first = qualities.first, let last = qualities.last, last > first else { return nil }
            return (qualities[step] - first) / (last - first)
        }
    }

    /// Rows by falling score.
    private let order: [Int]
    /// Where groups of equal scores end in the order.
    private let ends: [Int]
    private let weak: [Double]
    private let gain: [Double]

    init(scores: [Double], _ outcomes: RoutingOutcomes) {
        order = scores.indices.sorted { (-scores[$0], $0) < (-scores[$1], $1) }
        var ends: [Int] = []
        for place in order.indices where place + 1 == order.count || scores[order[place]] != scores[order[place + 1]] {
            ends.append(place + 1)
        }
        self.ends = ends
        weak = outcomes.weak
        gain = zip(outcomes.strong, outcomes.weak).map { $0 - $1 }
    }

    /// The figures where each row counts so often.
    ///
    /// - Complexity: O(rows).
    func measure(_ counts: [UInt32]) -> Measures {
        var (total, base, gap) = (0.0, 0.0, 0.0)
        for row in weak.indices {
            let count = Double(counts[row])
            total += count
            base += count * weak[row]
            gap += count * gain[row]
        }
        var measures = Measures(qualities: [])
        let steps = RouterFigures.steps
        var (done, recovered, area, start) = (0.0, 0.0, 0.0, 0)
        for end in ends {
            var (size, sum) = (0.0, 0.0)
            for place in start..<end {
                let count = Double(counts[order[place]])
                size += count
                sum += count * gain[order[place]]
            }
            start = end
            guard size > 0 else { continue }
            area += size * (recovered + sum / 2)
            func crossing(_ part: Double) -> Double? {
                guard gap > 0, recovered < part * gap, recovered + sum >= part * gap else { return nil }
                return (done + size * (part * gap - recovered) / sum) / total
            }
            if measures.half == nil { measures.half = crossing(0.5) }
            if measures.fourFifths == nil { measures.fourFifths = crossing(0.8) }
            while measures.qualities.count <= steps {
                let wanted = Double(measures.qualities.count) / Double(steps) * total
                guard wanted <= done + size else { break }
                measures.qualities.append((base + recovered + sum * (wanted - done) / size) / total)
            }
            done += size
            recovered += sum
        }
        // Rounding may leave the last step just beyond the last row.
        while measures.qualities.count <= steps { measures.qualities.append((base + gap) / total) }
        if gap > 0 { measures.average = area / (total * gap) }
        return measures
    }

    /// Mean cost of an answer at each step of the share.
    func costs(_ costs: (weak: [Double], strong: [Double])) -> [Double] {
        let total = Double(order.count)
        let base = costs.weak.reduce(0, +)
        let steps = RouterFigures.steps
        var result: [Double] = []
        var (done, added, start) = (0.0, 0.0, 0)
        for end in ends {
            let size = Double(end - start)
            let sum = order[start..<end].reduce(0) { $0 + costs.strong[$1] - costs.weak[$1] }
            start = end
            while result.count <= steps {
                let wanted = Double(result.count) / Double(steps) * total
                guard wanted <= done + size else { break }
                result.append((base + added + sum * (wanted - done) / size) / total)
            }
            done += size
            added += sum
        }
        while result.count <= steps { result.append((base + added) / total) }
        return result
    }
}
