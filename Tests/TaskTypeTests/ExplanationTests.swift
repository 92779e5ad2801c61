import Conversation
import FeatureExtraction
import Inference
import TestSupport
import Testing

@testable import TaskType

@Suite("Explanation")
struct ExplanationTests {
    @Test("Bias and contributions sum to the label's logit", arguments: ModelParts.allCases)
    func sums(parts: ModelParts) throws {
        for precision in WeightPrecision.allCases {
            let classifier = try RandomModel.classifier(
                RandomModel.make(parts, seed: 1), precision: precision)
            let model = classifier.model
            let extractor = FeatureExtractor(settings: model.features)
            var scratch = ClassificationScratch(model: model)
            for text in RandomTexts.make(49, seed: 2) {
                extractor.extract(Ask(text: text), into: &scratch.features)
                model.computeLogits(&scratch)
                let logits = Array(scratch.logits)
                let isActive = scratch.hidden.map { $0 > 0 }
                for (index, label) in model.labels.enumerated() {
                    let explanation = try #require(classifier.explain(.text(text), label: label))
                    #expect(explanation.label == label)
                    #expect(explanation.logit == logits[index])
                    let sum = explanation.contributions.reduce(Double(explanation.bias)) {
                        $0 + Double($1.weight)
                    }
                    #expect(abs(sum - Double(explanation.logit)) < 1e-4, "\(text)")
                    // The sum would hold for any features if the bias took up the rest, so it is checked by itself.
                    let bias = Self.bias(of: model, label: index, isActive)
                    #expect(abs(Double(explanation.bias) - bias) < 1e-4, "\(parts) \(label): \(text)")
                }
            }
        }
    }

    /// What the logit is without any feature, while the rectifier lets the same units pass.
    private static func bias(of model: TaskModel, label: Int, _ isActive: [Bool]) -> Double {
        let linear = model.linear.map { Double($0.bias[label]) } ?? 0
        guard let perceptron = model.perceptron else { return linear }
        var hidden = Double(perceptron.outputBias[label])
        for unit in isActive.indices where isActive[unit] {
            hidden +=
                Double(perceptron.hiddenBias[unit])
                * Double(perceptron.outputWeights[unit * model.labels.count + label])
        }
        let share = Double(model.perceptronShare)
        return model.linear == nil ? hidden : (1 - share) * linear + share * hidden
    }

    @Test("Contributions are ordered by size, named, and each stands for a slot of its own")
    func order() throws {
        let classifier = try RandomModel.classifier(RandomModel.make(.linear, seed: 3))
        let text = "Write a Python function that sorts the list and the other list."
        let explanation = try #require(classifier.explain(.text(text)))
        let sizes = explanation.contributions.map { abs($0.weight) }
        #expect(sizes == sizes.sorted(by: >))
        #expect(explanation.contributions.allSatisfy { !$0.feature.isEmpty })
        var scratch = FeatureScratch(settings: classifier.model.features)
        FeatureExtractor(settings: classifier.model.features).extract(Ask(text: text), into: &scratch)
        let features = FeatureFamily.allCases.reduce(0) { $0 + scratch.count(of: $1) }
        #expect(explanation.contributions.count == features)
        #expect(
            explanation.contributions.contains {
                $0.feature.contains("Python") || $0.feature.contains("python")
            })
    }

    @Test("Without a label the predicted one is explained; an unknown label has no explanation")
    func labels() throws {
        let classifier = try RandomModel.classifier(RandomModel.make(.average, seed: 4))
        let request = Request.text("Translate this into French.")
        #expect(classifier.explain(request)?.label == classifier.classify(request).taskType)
        #expect(classifier.explain(request, label: "poetry") == nil)
    }

    @Test("Explaining and classifying in turn disturb each other's scratch in nothing")
    func interleaved() throws {
        let classifier = try RandomModel.classifier(RandomModel.make(.average, seed: 5))
        let texts = RandomTexts.make(30, seed: 6)
        let alone = texts.map { classifier.classify($0) }
        for (index, text) in texts.enumerated() {
            _ = classifier.explain(.text(texts[(index + 7) % texts.count]))
            #expect(classifier.classify(text) == alone[index])
        }
    }
}
