public import Conversation
internal import FeatureExtraction
internal import Inference

/// How far the linear parts of two models are apart, feature by feature.
///
/// Weights are compared as they act: times the label's calibration factor, less their mean over the labels that both
/// models know, since a number that is added to all logits changes no answer.
public struct WeightDifference: Sendable, Hashable {
    /// A weight that moved.
    public struct Move: Sendable, Hashable {
        /// Name of the feature family.
        public var family: String
        /// Number of the feature's bucket.
        public var bucket: Int
        /// Features of the given requests that fall into the bucket; empty where none do.
        public var features: [String]
        /// The label whose logit it moves.
        public var label: String
        /// The weight in the second model.
        public var before: Float
        /// The weight in the first model.
        public var after: Float
    }

    /// A family of features as a whole.
    public struct Family: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// Root mean square of the weights of the second model, over all buckets and labels.
        public var before: Double
        /// The same of the first model.
        public var after: Double
        /// Root mean square of the differences.
        public var difference: Double
    }

    /// The families whose tables can be compared.
    public var families: [Family] = []
    /// The weights that moved most, the farthest first.
    public var moves: [Move] = []

    /// Compares `model` with `other`, which went before.
    ///
    /// - Parameters:
    ///   - limit: how many moves are kept.
    ///   - requests: whose features name the buckets.
    /// - Returns: nil where the tables cannot be compared: there is no linear part, no two labels are the same, or the
    ///   features are numbered differently.
    /// - Complexity: O(buckets × labels).
    public init?(of model: TaskModel, against other: TaskModel, limit: Int = 20, namedBy requests: [Request] = []) {
        guard let linear = model.linear, let old = other.linear, model.features.numbering == other.features.numbering
        else { return nil }
        let shared = model.labels.filter { other.labels.contains($0) }
        guard shared.count >= 2 else { return nil }
        let columns = shared.map { model.labels.firstIndex(of: $0) ?? 0 }
        let oldColumns = shared.map { other.labels.firstIndex(of: $0) ?? 0 }
        var kept: [(distance: Float, family: Int, bucket: Int, label: Int, before: Float, after: Float)] = []
        var least: Float = 0
        for family in FeatureFamily.allCases {
            let (new, former) = (linear.tables[family.rawValue], old.tables[family.rawValue])
            var squares = (before: 0.0, after: 0.0, difference: 0.0)
            for bucket in 0..<new.rows {
                let after = Self.acting(new, bucket, columns, model.calibration.scales)
                let before = Self.acting(former, bucket, oldColumns, other.calibration.scales)
                for label in shared.indices {
                    let distance = abs(after[label] - before[label])
                    squares.before += Double(before[label] * before[label])
                    squares.after += Double(after[label] * after[label])
                    squares.difference += Double(distance * distance)
                    guard distance > least else { continue }
                    kept.append((distance, family.rawValue, bucket, label, before[label], after[label]))
                    guard kept.count >= 8 * max(limit, 1) else { continue }
                    Self.keepFarthest(&kept, limit)
                    least = kept.last?.distance ?? 0
                }
            }
            let count = Double(new.rows * shared.count)
            families.append(
                Family(
                    name: family.name, before: (squares.before / count).squareRoot(),
                    after: (squares.after / count).squareRoot(), difference: (squares.difference / count).squareRoot()))
        }
        Self.keepFarthest(&kept, limit)
        var names: [Int: [Int: [String]]] = [:]
        for move in kept { names[move.family, default: [:]][move.bucket] = [] }
        Self.name(&names, requests, model.features)
        moves = kept.map {
            Move(
                family: FeatureFamily.allCases[$0.family].name, bucket: $0.bucket,
                features: names[$0.family]?[$0.bucket] ?? [], label: shared[$0.label], before: $0.before,
                after: $0.after)
        }
    }

    private static func keepFarthest(
        _ kept: inout [(distance: Float, family: Int, bucket: Int, label: Int, before: Float, after: Float)],
        _ limit: Int
    ) {
        kept.sort { ($1.distance, $0.family, $0.bucket, $0.label) < ($0.distance, $1.family, $1.bucket, $1.label) }
        kept.removeLast(max(0, kept.count - limit))
    }

    private static func acting(_ table: WeightTable, _ bucket: Int, _ columns: [Int], _ scales: [Float]) -> [Float] {
        let weights = columns.map { table.weight(row: bucket, column: $0) * scales[$0] }
        let mean = weights.reduce(0, +) / Float(weights.count)
        return weights.map { $0 - mean }
    }

    /// Fills in up to three features of the requests for each bucket asked for.
    private static func name(_ names: inout [Int: [Int: [String]]], _ requests: [Request], _ settings: FeatureSettings)
    {
        guard !requests.isEmpty, !names.isEmpty else { return }
        let extractor = FeatureExtractor(settings: settings)
        var scratch = FeatureScratch(settings: settings)
        for request in requests {
            for feature in extractor.describe(Ask(request), into: &scratch) {
                let (family, bucket) = (feature.family.rawValue, Int(feature.slot >> 1))
                guard let known = names[family]?[bucket], known.count < 3, !known.contains(feature.name) else {
                    continue
                }
                names[family]?[bucket]?.append(feature.name)
            }
        }
    }
}

extension FeatureSettings {
    /// What decides which bucket a feature falls into.
    fileprivate var numbering: [Int] {
        bucketBits + [maximumWordOrder, characterOrders.lowerBound, characterOrders.upperBound]
    }
}
