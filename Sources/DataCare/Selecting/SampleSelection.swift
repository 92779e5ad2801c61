package import Samples
package import TaskType

/// Chooses, from requests without labels, those whose labels would teach a model most.
///
/// A request is worth a label as far as the model is uncertain of it, or has not seen its like (coverage). From the most
/// worthwhile ones a greedy k-center choice weighted by that worth takes one at a time: the next is the one for which
/// worth times distance to all that were taken is largest (after Gonzalez 1985; Sener and Savarese 2018), so that
/// requests of one kind are taken once. No randomness: the same requests and model give the same choice.
package struct SampleSelection: Sendable {
    /// How uncertainty is measured.
    package enum Uncertainty: String, Sendable, CaseIterable {
        /// 1 − (largest − second largest probability).
        case margin
        /// Entropy of the probabilities over its largest value.
        case entropy
    }

    /// What a model says of a request.
    package struct Opinion: Sendable {
        let uncertainty: Float
        /// Share of the request's character 3-grams that did not occur in training.
        let gap: Float
        let labels: (first: UInt16, second: UInt16)
        let probabilities: (first: Float, second: Float)
        /// Whether there was anything to classify.
        let isUsable: Bool

        /// How much a label would teach.
        ///
        /// A little also where the model is certain, so that as many are chosen as are wanted.
        var worth: Float { isUsable ? max(uncertainty, gap, 1e-6) : 0 }

        /// What `classifier` says of a sample.
        package init(_ sample: Sample, _ classifier: TaskClassifier, _ measure: Uncertainty) {
            let prediction = classifier.classify(sample.request)
            let probabilities = prediction.probabilities
            let ranked = probabilities.indices.sorted { (probabilities[$1], $0) < (probabilities[$0], $1) }
            let second = ranked.count > 1 ? ranked[1] : ranked[0]
            labels = (UInt16(clamping: ranked[0]), UInt16(clamping: second))
            self.probabilities = (probabilities[ranked[0]], ranked.count > 1 ? probabilities[second] : 0)
            switch measure {
            case .margin: uncertainty = 1 - (self.probabilities.first - self.probabilities.second)
            case .entropy:
                let entropy = probabilities.reduce(0.0) { $1 > 0 ? $0 - Double($1) * naturalLogarithm(Double($1)) : $0 }
                uncertainty =
                    probabilities.count > 1 ? Float(entropy / naturalLogarithm(Double(probabilities.count))) : 0
            }
            gap = 1 - prediction.input.coverage
            isUsable = prediction.source == .model
        }
    }

    /// A request that was chosen.
    package struct Choice: Sendable {
        /// Row of the table.
        package let row: Int
        /// Why, in a few words.
        package let reason: String
        /// How much its label would teach, 0 to 1, before its likeness to others is looked at.
        package let worth: Float
        /// Requests among the most worthwhile that are likest to this one, itself included.
        package let standsFor: Int
    }

    /// The requests that were chosen, in the order in which they were taken.
    package let choices: [Choice]
    /// Requests that could be chosen: those with anything to classify.
    package let usableCount: Int

    /// Least distance (1 − cosine) between two choices; closer ones are as good as the same.
    private static let leastDistance: Float = 0.1
    /// The most worthwhile requests that are compared, for each one chosen.
    private static let poolFactor = 20
    private static let smallestPool = 4096

    /// Chooses `count` of the rows of `table`, of which `opinions` tells what the model says.
    package init(
        _ table: RowTable, _ opinions: [Opinion], labels: [String], count: Int, threads: Int
    ) throws(DataCareError) {
        usableCount = opinions.count(where: \.isUsable)
        var pool = opinions.indices.filter { opinions[$0].isUsable }
        pool.sort { (opinions[$1].worth, $0) < (opinions[$0].worth, $1) }
        // Copies of one request would only fill the pool.
        var seen: Set<UInt64> = []
        pool = pool.filter { seen.insert(table.textHashes[$0]).inserted }
        pool = Array(pool.prefix(max(Self.smallestPool, count * Self.poolFactor)))
        var texts: [[UInt8]] = []
        for row in pool { texts.append(try table.text(row)) }
        let vectors = SparseFeatures().vectors(texts, threads: threads)
        let worth = pool.map { opinions[$0].worth }
        let (taken, nearest) = Self.centers(vectors, worth: worth, count: count, threads: threads)
        var standsFor = [Int](repeating: 0, count: taken.count)
        for center in nearest { standsFor[center] += 1 }
        choices = taken.enumerated().map { position, index in
            let row = pool[index]
            return Choice(
                row: row, reason: Self.reason(opinions[row], labels, standsFor: standsFor[position]),
                worth: worth[index],
                standsFor: standsFor[position])
        }
    }

    /// Positions of the chosen vectors, and for each vector which of them is nearest.
    private static func centers(
        _ vectors: [SparseFeatures.Vector], worth: [Float], count: Int, threads: Int
    ) -> (taken: [Int], nearest: [Int]) {
        guard !vectors.isEmpty, count > 0 else { return ([], []) }
        var dense = [Float](repeating: 0, count: SparseFeatures.dimensions)
        var distances = [Float](repeating: 2, count: vectors.count)
        var nearest = [Int](repeating: 0, count: vectors.count)
        var taken: [Int] = []
        let chunk = 1024
        while taken.count < min(count, vectors.count) {
            var best = -1
            for index in vectors.indices where distances[index] >= leastDistance {
                if best < 0 || worth[index] * distances[index] > worth[best] * distances[best] { best = index }
            }
            guard best >= 0 else { break }
            dense.withUnsafeMutableBufferPointer {
                if let base = $0.baseAddress { vectors[best].add(to: base, factor: 1) }
            }
            let center = dense
            let products = concurrentMap((vectors.count + chunk - 1) / chunk, threads: threads) { part in
                center.withUnsafeBufferPointer { center in
                    vectors[part * chunk..<min((part + 1) * chunk, vectors.count)].map { vector in
                        center.baseAddress.map { vector.product($0) } ?? 0
                    }
                }
            }.flatMap(\.self)
            dense.withUnsafeMutableBufferPointer { dense in
                for slot in vectors[best].slots { dense[Int(slot >> 1)] = 0 }
            }
            for index in vectors.indices {
                let distance = index == best ? 0 : max(0, 1 - products[index])
                if distance < distances[index] {
                    distances[index] = distance
                    nearest[index] = taken.count
                }
            }
            taken.append(best)
        }
        return (taken, nearest)
    }

    private static func reason(_ opinion: Opinion, _ labels: [String], standsFor: Int) -> String {
        func share(_ value: Float) -> String { decimal(Double(value)) }
        func name(_ label: UInt16) -> String { Int(label) < labels.count ? labels[Int(label)] : "?" }
        // Below sufficient coverage it is the gap that flattens the probabilities, so it comes before the uncertainty.
        let isNew = opinion.gap > min(opinion.uncertainty, 1 - CoverageFilter.sufficientCoverage)
        var reason =
            isNew
            ? "new: \(decimal(100 * Double(1 - opinion.gap), places: 0)) % of its character 3-grams occurred in training"
            : "uncertain: \(name(opinion.labels.first)) \(share(opinion.probabilities.first)), \(name(opinion.labels.second)) \(share(opinion.probabilities.second))"
        if standsFor > 1 { reason += "; stands for \(standsFor) requests" }
        return reason
    }
}
