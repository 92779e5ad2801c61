import Conversation
import FeatureExtraction
import Samples
import TestSupport

@testable import Training

/// Settings with small tables, so that a test's data set is quickly made.
var smallFeatures: FeatureSettings {
    var settings = FeatureSettings()
    settings.bucketBits = [Int](repeating: 9, count: FeatureFamily.count)
    return settings
}

/// A labelled text as a row of a file.
func sample(_ text: String, _ label: String?, weight: Double = 1, group: String? = nil) -> Sample {
    Sample(
        request: .text(text), label: label, weight: weight, group: group,
        location: SampleLocation(file: "test.csv", line: 2, column: 1))
}

/// Requests whose words tell their label most of the time.
func randomSamples(_ count: Int, labels: Int = 3, noise: Double = 0.1, seed: UInt64) -> [Sample] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { index in
        let label = index % labels
        let words = (0..<Int.random(in: 3...12, using: &random)).map { _ -> String in
            let owner =
                Double.random(in: 0..<1, using: &random) < 0.4
                ? label : Int.random(in: 0..<labels, using: &random)
            return "word\(owner)x\(Int.random(in: 0..<12, using: &random))"
        }
        let isNoise = Double.random(in: 0..<1, using: &random) < noise
        let given = isNoise ? Int.random(in: 0..<labels, using: &random) : label
        // The number keeps texts different, so that none are taken for copies.
        return sample(words.joined(separator: " ") + " \(index)", "label\(given)")
    }
}

/// A builder that has read `samples`.
func builder(_ samples: [Sample], features: FeatureSettings = smallFeatures, threads: Int = 1) throws
    -> DatasetBuilder
{
    var builder = DatasetBuilder(features: features, threads: threads)
    for sample in samples { try builder.append(sample) }
    return builder
}

/// Compacted rows of `samples`, ready for an objective.
func compacted(
    _ samples: [Sample], features: FeatureSettings = smallFeatures
) throws -> (dataset: Dataset, active: ActiveFeatures, labels: [String]) {
    var builder = try builder(samples, features: features)
    var (dataset, labels, _, _) = try builder.finish()
    let active = ActiveFeatures(compacting: &dataset, parallel: Parallel(threads: 1))
    return (dataset, active, labels)
}

extension Dataset {
    /// The value of every feature of a compacted row: ± the family's scale, summed where a feature occurs with
    /// both signs.
    func dense(_ row: Int, factors: [Float]? = nil) -> [Int: Double] {
        var values: [Int: Double] = [:]
        withFeatures(ofRow: row) { features in
            features.forEachFamily { _, slots, scale in
                for slot in slots {
                    let feature = Int(slot >> 1)
                    let value = Double(scale) * (factors.map { Double($0[feature]) } ?? 1)
                    values[feature, default: 0] += slot & 1 == 1 ? -value : value
                }
            }
        }
        return values
    }

    /// The slots of a row, by family.
    func slots(_ row: Int) -> [[UInt32]] {
        withFeatures(ofRow: row) { features in
            (0..<FeatureFamily.count).map { family in features.withSlots(of: family) { Array($0) } }
        }
    }
}

extension LinearObjective {
    /// Logits of all rows at `point`, rows × labels.
    func logits(_ point: [Float]) -> [Float] {
        LinearScoring.logits(
            effectiveParameters(point), of: dataset, labelCount: labelCount,
            isWanted: [Bool](repeating: true, count: dataset.rowCount), parallel: parallel)
    }
}
