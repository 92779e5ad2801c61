internal import FeatureExtraction
internal import Inference

/// One configuration, or several that are averaged, as they came out of a search.
struct TunedAverage {
    /// A part of the average.
    struct Member {
        let finished: TuningSearch.Finished
        let share: Double
        /// Factor that brings the logits to calibrated ones; 1 where the member is alone.
        let scale: Float
    }

    let members: [Member]
    /// Logits of the average on the held-out rows.
    let heldOut: HeldOutLogits

    /// A configuration alone.
    init(_ single: TuningSearch.Finished) {
        members = [Member(finished: single, share: 1, scale: 1)]
        heldOut = single.heldOut
    }

    private init(members: [Member], heldOut: HeldOutLogits) {
        self.members = members
        self.heldOut = heldOut
    }

    /// Members that are added at most.
    private static let largestSize = 5

    /// Grows an average from `first`, by ensemble selection over models with the same features.
    ///
    /// Adds the model, perhaps one that is in it already, that lowers the log loss most without costing merit, as long as
    /// there is one (Caruana et al. 2004).
    init(growing first: TuningSearch.Finished, from all: [TuningSearch.Finished]) {
        let pool = all.filter { $0.configuration.sharesFeatures(with: first.configuration) }
        let scales = pool.map { CalibrationFitting.fitOne($0.heldOut, isVector: false).scales[0] }
        guard let start = pool.firstIndex(where: { $0.configuration == first.configuration }) else {
            self.init(first)
            return
        }
        var counts = [Int](repeating: 0, count: pool.count)
        counts[start] = 1
        var best = Self.average(pool, scales, counts)
        var bestScore = TrialScore(best)
        while counts.reduce(0, +) < Self.largestSize {
            var improved: (index: Int, heldOut: HeldOutLogits, score: TrialScore)?
            for index in pool.indices {
                var tried = counts
                tried[index] += 1
                let heldOut = Self.average(pool, scales, tried)
                let score = TrialScore(heldOut)
                guard score.merit >= bestScore.merit, score.logLoss < (improved?.score.logLoss ?? bestScore.logLoss)
                else { continue }
                improved = (index, heldOut, score)
            }
            guard let improved else { break }
            counts[improved.index] += 1
            best = improved.heldOut
            bestScore = improved.score
        }
        let total = Double(counts.reduce(0, +))
        guard counts.count(where: { $0 > 0 }) > 1 else {
            self.init(first)
            return
        }
        self.init(
            members: pool.indices.filter { counts[$0] > 0 }.map {
                Member(finished: pool[$0], share: Double(counts[$0]) / total, scale: scales[$0])
            }, heldOut: best)
    }

    /// Calibrated logits, averaged; rows are those of the first, which all have in common.
    private static func average(
        _ pool: [TuningSearch.Finished], _ scales: [Float], _ counts: [Int]
    ) -> HeldOutLogits {
        let total = Float(counts.reduce(0, +))
        var result = pool[0].heldOut
        for position in result.logits.indices { result.logits[position] = 0 }
        for index in pool.indices where counts[index] > 0 {
            let factor = scales[index] * Float(counts[index]) / total
            for position in result.logits.indices {
                result.logits[position] += factor * pool[index].heldOut.logits[position]
            }
        }
        return result
    }

    /// Lengths of families of the averaged model: the first member's that is not zero.
    var familyWeights: [Float] {
        (0..<FeatureFamily.count).map { family in
            members.lazy.map { $0.finished.configuration.family_weights[family] }.first { $0 > 0 } ?? 0
        }
    }

    /// Adds the members' weights up, [active features × labels] and biases, for rows under `familyWeights`.
    func combine(_ parameters: [[Float]], active: ActiveFeatures, labelCount: Int) -> [Float] {
        let lengths = familyWeights
        var result = [Float](repeating: 0, count: parameters.first?.count ?? 0)
        for (member, weights) in zip(members, parameters) {
            let factor = members.count == 1 ? 1 : member.scale * Float(member.share)
            for family in 0..<FeatureFamily.count where lengths[family] > 0 {
                let own = factor * member.finished.configuration.family_weights[family] / lengths[family]
                for index in active.offsets[family] * labelCount..<active.offsets[family + 1] * labelCount {
                    result[index] += own * weights[index]
                }
            }
            for index in active.count * labelCount..<result.count { result[index] += factor * weights[index] }
        }
        return result
    }
}
