internal import FeatureExtraction
internal import Inference

extension TaskModel {
    /// Explains the logit of `label` for features that `named` describes and `scratch` holds.
    func explain(_ named: [NamedFeature], label: Int, _ scratch: inout ClassificationScratch) -> Explanation {
        computeLogits(&scratch)
        let logit = scratch.logits[label]
        let isActive = scratch.hidden.map { $0 > 0 }
        struct Key: Hashable {
            let family: Int
            let slot: UInt32
        }
        var order: [Key] = []
        var names: [Key: [String]] = [:]
        for feature in named {
            let key = Key(family: feature.family.rawValue, slot: feature.slot)
            if names[key] == nil { order.append(key) }
            if names[key]?.contains(feature.name) != true { names[key, default: []].append(feature.name) }
        }
        var contributions: [Explanation.Contribution] = []
        var sum = 0.0
        for key in order {
            let family = FeatureFamily.allCases[key.family]
            let sign: Float = key.slot & 1 == 1 ? -1 : 1
            let factor = sign * scratch.features.scale(of: family)
            let weight = factor * weight(family: key.family, bucket: Int(key.slot >> 1), label: label, isActive)
            sum += Double(weight)
            contributions.append(.init(feature: names[key, default: []].joined(separator: " | "), weight: weight))
        }
        contributions.sort { abs($0.weight) > abs($1.weight) }
        return Explanation(
            label: labels[label], logit: logit, bias: Float(Double(logit) - sum), contributions: contributions)
    }

    /// Effect of a bucket on a label's logit, given which hidden units are active.
    private func weight(family: Int, bucket: Int, label: Int, _ isActive: [Bool]) -> Float {
        var linearWeight: Float = 0
        if let linear { linearWeight = linear.tables[family].weight(row: bucket, column: label) }
        guard let perceptron else { return linearWeight }
        var hiddenWeight: Float = 0
        for unit in 0..<perceptron.hiddenCount where isActive[unit] {
            hiddenWeight +=
                perceptron.embeddings[family].weight(row: bucket, column: unit)
                * perceptron.outputWeights[unit * labels.count + label]
        }
        return linear == nil ? hiddenWeight : (1 - perceptronShare) * linearWeight + perceptronShare * hiddenWeight
    }
}
