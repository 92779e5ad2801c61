/// The label mix of unlabelled requests, estimated from what a classifier says of them.
public struct LabelMixEstimate: Sendable, Equatable, Codable {
    /// A label's share.
    public struct Share: Sendable, Equatable, Codable {
        /// Share among the labelled rows.
        public var labelled: Double
        /// Estimated share in the traffic.
        public var traffic: Double
        /// Lower end of the 95 % interval of `traffic`.
        public var low: Double
        /// Upper end.
        public var high: Double
    }

    /// Labels and their shares.
    public var shares: [String: Share]
    /// Unlabelled requests that were looked at.
    public var requests: Int
    /// Largest over smallest singular value of the matrix that was inverted: 1 is best, and errors grow with it.
    public var condition: Double
    /// What the shares rest on and where they are doubtful: sentences for people.
    public var remarks: [String]

    /// The shares as a mix that can be expected: none is 0, since no label can be ruled out.
    public var mix: [String: Double] {
        let floor = 0.5 / Double(max(requests, 1))
        return shares.mapValues { max($0.traffic, floor) }
    }
}

/// Predictions on labelled rows and on traffic, from which the traffic's label mix is estimated.
struct ShiftEvidence: Sendable {
    let labels: [String]
    /// Probabilities of labelled rows that the classifier was not trained on, rows × labels.
    var probabilities: [Float]
    var truths: [Int]
    var weights: [Double]
    /// Probabilities of traffic, requests × labels.
    var traffic: [Float]
    /// Resamples behind the intervals.
    var resamples = 200

    /// Beyond this condition number the estimate is noise.
    private static let hopeless = 1e4
    /// Beyond this one a remark is made.
    private static let doubtful = 20.0

    private var requestCount: Int { traffic.count / labels.count }

    /// The estimate with intervals from a bootstrap of the rows of each label and of the traffic.
    func estimate(seed: UInt64) throws(TrainingError) -> LabelMixEstimate {
        let count = labels.count
        guard requestCount > 0 else {
            throw TrainingError(
                .unusableData, "the traffic holds no request with anything to classify; give requests as they come in")
        }
        let rows = (0..<count).map { label in truths.indices.filter { truths[$0] == label } }
        if let missing = rows.firstIndex(where: \.isEmpty) {
            throw TrainingError(
                .unusableData,
                "no labelled row of \(labels[missing]) could be held out, so its share in the traffic cannot be told; add rows of it or give --expected-mix"
            )
        }
        let confusion = confusion(rows: rows)
        let condition = ConfusionCondition(confusion: confusion, labelCount: count)
        let prediction = prediction((0..<requestCount).map { $0 })
        guard condition.number < Self.hopeless,
            let solution = ShiftSolution(confusion: confusion, prediction: prediction)
        else {
            throw TrainingError(
                .unusableData,
                "the label mix of the traffic cannot be told: the model hardly tells labels apart, \(pair(condition)) least; label a sample of the traffic and give its mix as --expected-mix"
            )
        }
        let intervals = intervals(rows, seed: seed)
        let labelled = truths.indices.reduce(into: [Double](repeating: 0, count: count)) {
            $0[truths[$1]] += weights[$1]
        }
        let total = labelled.reduce(0, +)
        var shares: [String: LabelMixEstimate.Share] = [:]
        for (label, name) in labels.enumerated() {
            shares[name] = .init(
                labelled: labelled[label] / total, traffic: solution.shares[label],
                low: min(intervals[label].low, solution.shares[label]),
                high: max(intervals[label].high, solution.shares[label]))
        }
        return LabelMixEstimate(
            shares: shares, requests: requestCount, condition: condition.number,
            remarks: remarks(solution, condition, shares))
    }

    private func remarks(
        _ solution: ShiftSolution, _ condition: ConfusionCondition, _ shares: [String: LabelMixEstimate.Share]
    ) -> [String] {
        var remarks: [String] = []
        if condition.number > Self.doubtful {
            remarks.append(
                "the model hardly tells \(pair(condition)) apart, so their shares are uncertain (condition number \(rounded(condition.number)))"
            )
        }
        if solution.clipped > 0.03 {
            remarks.append(
                "no mix of the labels explains the traffic (\(rounded(100 * solution.clipped)) points were cut off); its requests differ in more than how often each label occurs, so label a sample of them"
            )
        }
        if let widest = shares.sorted(by: { $0.key < $1.key }).max(by: { $0.value.width < $1.value.width }),
            widest.value.width > 0.2
        {
            remarks.append(
                "the share of \(widest.key) is known to \(rounded(100 * widest.value.width)) points only; more held-out rows or more traffic would narrow it"
            )
        }
        return remarks
    }

    private func pair(_ condition: ConfusionCondition) -> String {
        "\(labels[condition.labels.0]) and \(labels[condition.labels.1])"
    }

    private func rounded(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

    /// Mean prediction on rows of each label, labels × labels, a column a true label; `rows` may repeat rows.
    private func confusion(rows: [[Int]]) -> [Double] {
        let count = labels.count
        var confusion = [Double](repeating: 0, count: count * count)
        for (label, rows) in rows.enumerated() {
            var total = 0.0
            for row in rows {
                total += weights[row]
                for k in 0..<count {
                    confusion[k * count + label] += weights[row] * Double(probabilities[row * count + k])
                }
            }
            for k in 0..<count { confusion[k * count + label] /= total }
        }
        return confusion
    }

    private func prediction(_ requests: [Int]) -> [Double] {
        let count = labels.count
        var sums = [Double](repeating: 0, count: count)
        for request in requests {
            for k in 0..<count { sums[k] += Double(traffic[request * count + k]) }
        }
        return sums.map { $0 / Double(requests.count) }
    }

    private func intervals(_ rows: [[Int]], seed: UInt64) -> [(low: Double, high: Double)] {
        var drawn = [[Double]](repeating: [], count: labels.count)
        // One stream for all: streams whose seeds differ by the generator's own step would overlap.
        var generator = SeededGenerator(seed: seed &+ 0xB00_7500)
        for _ in 0..<resamples {
            let again = rows.map { rows in rows.indices.map { _ in rows[generator.index(below: rows.count)] } }
            let requests = (0..<requestCount).map { _ in generator.index(below: requestCount) }
            guard let solution = ShiftSolution(confusion: confusion(rows: again), prediction: prediction(requests))
            else { continue }
            for (label, share) in solution.shares.enumerated() { drawn[label].append(share) }
        }
        return drawn.map { shares in
            // A resample without a solution says that anything may be.
            guard shares.count >= resamples * 9 / 10 else { return (0, 1) }
            let sorted = shares.sorted()
            func percentile(_ share: Double) -> Double {
                let position = share * Double(sorted.count - 1)
                let low = Int(position)
                let high = min(low + 1, sorted.count - 1)
                return sorted[low] + (position - Double(low)) * (sorted[high] - sorted[low])
            }
            return (percentile(0.025), percentile(0.975))
        }
    }
}

extension LabelMixEstimate.Share {
    fileprivate var width: Double { high - low }
}

extension SeededGenerator {
    /// A number in 0..<count: by multiplication, whose bias is below one in 2^32.
    mutating func index(below count: Int) -> Int { Int(((next() >> 32) &* UInt64(count)) >> 32) }
}
