internal import FeatureExtraction

/// The settings of one linear model that a search may try, apart from its regularisation.
public struct TuningConfiguration: Sendable, Hashable, Codable {
    /// Binary logarithm of the buckets for words, and for characters.
    public var hash_bits: Int
    /// Longest word n-gram.
    public var word_ngrams: Int
    /// Shortest character n-gram.
    public var shortest_character_ngram: Int
    /// Longest character n-gram.
    public var longest_character_ngram: Int
    /// Lengths of the feature families, in the order of `FeatureFamily`.
    public var family_weights: [Float]
    /// What features are multiplied by while training.
    public var weighting: FeatureWeighting
    /// The loss.
    public var loss: LinearLoss
    /// How labels are weighed.
    public var class_weights: TrainingOptions.ClassWeights

    /// Whether models of both configurations have the same features, so that they can be averaged into one.
    func sharesFeatures(with other: Self) -> Bool {
        hash_bits == other.hash_bits && word_ngrams == other.word_ngrams
            && shortest_character_ngram == other.shortest_character_ngram
            && longest_character_ngram == other.longest_character_ngram
    }

    /// The features of `base`, as this configuration has them.
    func features(_ base: FeatureSettings) -> FeatureSettings {
        var features = base
        features.bucketBits[FeatureFamily.words.rawValue] = hash_bits
        features.bucketBits[FeatureFamily.characters.rawValue] = hash_bits
        features.maximumWordOrder = word_ngrams
        features.characterOrders = shortest_character_ngram...longest_character_ngram
        features.familyWeights = family_weights
        return features
    }

    /// What differs from `other`, in a few words; "defaults" where nothing does.
    public func summary(beside other: Self) -> String {
        var parts: [String] = []
        if word_ngrams != other.word_ngrams { parts.append("words 1-\(word_ngrams)") }
        if shortest_character_ngram != other.shortest_character_ngram
            || longest_character_ngram != other.longest_character_ngram
        {
            parts.append("characters \(shortest_character_ngram)-\(longest_character_ngram)")
        }
        if hash_bits != other.hash_bits { parts.append("2^\(hash_bits) buckets") }
        for family in FeatureFamily.allCases
        where family_weights[family.rawValue] != other.family_weights[family.rawValue] {
            parts.append("\(family.name) \(family_weights[family.rawValue])")
        }
        if weighting != other.weighting { parts.append("weighting \(weighting.rawValue)") }
        if class_weights != other.class_weights { parts.append("class weights \(class_weights.rawValue)") }
        return parts.isEmpty ? "defaults" : parts.joined(separator: ", ")
    }
}

/// The configurations that a search draws from, around the defaults.
struct TuningSpace: Sendable {
    let defaults: TuningConfiguration
    let losses: [LinearLoss]
    /// Settings that the caller has given, which stay as they are.
    let fixed: Set<TuningDimension>

    /// The configurations that are tried first: one change each, those first that help most often.
    func openings(around start: TuningConfiguration) -> [TuningConfiguration] {
        var list: [TuningConfiguration] = []
        func add(_ dimension: TuningDimension, _ change: (inout TuningConfiguration) -> Void) {
            guard !fixed.contains(dimension) else { return }
            var configuration = start
            change(&configuration)
            if !list.contains(configuration), configuration != start { list.append(configuration) }
        }
        let words = FeatureFamily.words.rawValue
        let opening = FeatureFamily.opening.rawValue
        let closing = FeatureFamily.closing.rawValue
        let structure = FeatureFamily.structure.rawValue
        add(.classWeights) { $0.class_weights = .none }
        add(.weighting) { $0.weighting = .none }
        add(.wordOrder) { $0.word_ngrams = 1 }
        add(.familyWeights) { $0.family_weights[words] = 1 }
        add(.familyWeights) { $0.family_weights[structure] = 0 }
        add(.characterOrders) { $0.shortest_character_ngram = 3 }
        add(.hashBits) { $0.hash_bits = min($0.hash_bits + 2, Self.largestBits) }
        if losses.contains(.squaredHinge) {
            add(.weighting) {
                $0.weighting = .logCountRatio
                $0.loss = .squaredHinge
            }
        }
        add(.classWeights) { $0.class_weights = .squareRoot }
        add(.familyWeights) {
            $0.family_weights[opening] = 0
            $0.family_weights[closing] = 0
        }
        add(.wordOrder) { $0.word_ngrams = 3 }
        add(.characterOrders) { $0.longest_character_ngram = 4 }
        return list
    }

    private static let largestBits = 18

    /// A configuration near `start`: one to three settings drawn anew.
    func neighbour(of start: TuningConfiguration, _ generator: inout SeededGenerator) -> TuningConfiguration {
        var result = start
        let dimensions = TuningDimension.allCases.filter { !fixed.contains($0) }
        guard !dimensions.isEmpty else { return start }
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            change(dimensions[Int.random(in: 0..<dimensions.count, using: &generator)], of: &result, &generator)
        }
        return result
    }

    private func change(
        _ dimension: TuningDimension, of result: inout TuningConfiguration, _ generator: inout SeededGenerator
    ) {
        func draw<Value>(_ values: [Value]) -> Value { values[Int.random(in: 0..<values.count, using: &generator)] }
        switch dimension {
        case .hashBits:
            result.hash_bits = min(max(defaults.hash_bits + draw([-1, 0, 1, 2]), 8), Self.largestBits)
        case .wordOrder: result.word_ngrams = draw([1, 2, 2, 3])
        case .characterOrders:
            (result.shortest_character_ngram, result.longest_character_ngram) = draw([
                (2, 5), (3, 5), (2, 4), (1, 5), (1, 4), (3, 4),
            ])
        case .familyWeights:
            let options: (FeatureFamily, [Float]) = draw([
                (.words, [0.5, 0.75, 1, 1.4]), (.opening, [0, 0.2, 0.35, 0.6]), (.closing, [0, 0.2, 0.4]),
                (.structure, [0, 0.1, 0.2, 0.4]), (.words, [0.5, 0.75, 1, 1.4]),
            ])
            result.family_weights[options.0.rawValue] = draw(options.1)
        case .weighting: result.weighting = draw(FeatureWeighting.allCases)
        case .classWeights: result.class_weights = draw(TrainingOptions.ClassWeights.allCases)
        case .loss: result.loss = draw(losses)
        }
        // The dual of softmax has one factor a feature; log-count ratios have one a label, as NB-SVM does.
        if result.weighting == .logCountRatio, result.loss == .softmax {
            if losses.contains(.squaredHinge), !fixed.contains(.loss) {
                result.loss = .squaredHinge
            } else {
                result.weighting = .inverseDocumentFrequency
            }
        }
    }
}

/// Settings that a search may change.
public enum TuningDimension: String, Sendable, CaseIterable {
    /// Buckets of words and characters.
    case hashBits
    /// Longest word n-gram.
    case wordOrder
    /// Shortest and longest character n-gram.
    case characterOrders
    /// Lengths of the feature families.
    case familyWeights
    /// Factors of features.
    case weighting
    /// Weights of labels.
    case classWeights
    /// The loss.
    case loss
}
