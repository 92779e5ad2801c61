import Conversation
import FeatureExtraction
import Foundation
import Inference
import TestSupport
import Testing

@testable import TaskType

/// What holds for every prediction, whatever the text.
private func expectSound(_ prediction: Prediction, _ model: TaskModel, _ comment: String = "") {
    #expect(prediction.labels == model.labels)
    #expect(prediction.probabilities.count == model.labels.count)
    #expect(prediction.probabilities.allSatisfy { $0.isFinite && $0 >= 0 && $0 <= 1 }, "\(comment)")
    #expect(abs(prediction.probabilities.reduce(0.0) { $0 + Double($1) } - 1) < 1e-5, "\(comment)")
    #expect(prediction.candidates.first != nil, "\(comment)")
    #expect(prediction.confidence == prediction[prediction.taskType], "\(comment)")
    #expect((0...1).contains(prediction.input.coverage), "\(comment)")
    #expect(prediction["no such label"] == nil)
    guard prediction.source == .model else { return }
    #expect(prediction.confidence == prediction.probabilities.max(), "\(comment)")
    #expect(prediction.candidates.first == prediction.taskType, "\(comment)")
    for (label, probability) in zip(prediction.labels, prediction.probabilities) {
        let isCandidate =
            probability >= model.candidateThreshold(ofLabel: model.labels.firstIndex(of: label) ?? 0)
            || label == prediction.taskType
        #expect(prediction.candidates.contains(label) == isCandidate, "\(comment)")
    }
    let ranks = prediction.candidates.compactMap { prediction[$0] }
    #expect(ranks == ranks.sorted(by: >), "\(comment)")
    let threshold = model.labels.firstIndex(of: prediction.taskType).map { model.thresholds[$0] } ?? .nan
    let isLow =
        prediction.confidence < threshold || prediction.input.coverage < CoverageFilter.sufficientCoverage
    #expect(prediction.isUncertain == isLow, "\(comment)")
}

@Suite("Classification")
struct ClassificationTests {
    @Test(
        "Every prediction is sound: probabilities sum to 1, candidates and uncertainty obey their thresholds",
        arguments: ModelParts.allCases)
    func soundness(parts: ModelParts) throws {
        for precision in WeightPrecision.allCases {
            let classifier = try RandomModel.classifier(
                RandomModel.make(parts, seed: 1), precision: precision)
            for text in RandomTexts.make(300, seed: 2) {
                expectSound(classifier.classify(text), classifier.model, text)
            }
        }
    }

    @Test("Candidate thresholds of 0 and above 1 give all labels and the top label alone")
    func candidateExtremes() throws {
        var model = RandomModel.make(.linear, seed: 3)
        for (threshold, count) in [(Float(0), model.labels.count), (1.5, 1)] {
            model.candidateThreshold = threshold
            let prediction = try RandomModel.classifier(model).classify("Sort a list of numbers.")
            #expect(prediction.candidates.count == count)
            expectSound(prediction, model)
        }
    }

    @Test("A confidence at its threshold is certain, one below is not")
    func thresholdBorder() throws {
        var model = RandomModel.make(.linear, seed: 4)
        let text = "Prove that there are infinitely many primes."
        let confidence = try RandomModel.classifier(model).classify(text).confidence
        model.thresholds = [Float](repeating: confidence, count: model.labels.count)
        let atThreshold = try RandomModel.classifier(model).classify(text)
        #expect(!atThreshold.isUncertain)
        model.thresholds = [Float](repeating: confidence.nextUp, count: model.labels.count)
        let below = try RandomModel.classifier(model).classify(text)
        #expect(below.isUncertain)
    }

    @Test(
        "Text without words gets the default label with the priors",
        arguments: ["", " ", "\n\n\t  \r\n", "\u{3000}\u{A0}"])
    func nothingToClassify(text: String) throws {
        for parts in ModelParts.allCases {
            let model = RandomModel.make(parts, seed: 5)
            let classifier = try RandomModel.classifier(model)
            // A request before must leave nothing behind in the borrowed scratch.
            _ = classifier.classify("Write a function.")
            let prediction = classifier.classify(text)
            expectSound(prediction, model)
            #expect(prediction.source == .default)
            #expect(prediction.taskType == model.labels[model.defaultLabel])
            #expect(prediction.probabilities == model.priors)
            #expect(prediction.candidates == [prediction.taskType])
            #expect(prediction.isUncertain)
            #expect(prediction.input.tokens == 0)
            #expect(prediction.input.bytes == text.utf8.count)
            #expect(classifier.explain(.text(text)) == nil)
        }
    }

    @Test("Any bytes are answered: random, cut and overlong UTF-8, surrogates, zeros")
    func brokenUTF8() throws {
        let classifier = try RandomModel.classifier(RandomModel.make(.average, seed: 6))
        var random = SplitMix64(seed: 7)
        var inputs: [[UInt8]] = [
            [0xFF], [0xC0, 0x80], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80, 0x80],
            [0],
            Array("word ".utf8) + [0xF0, 0x9F], [0xFE] + Array(" word".utf8),
            [UInt8](repeating: 0, count: 3000),
            [UInt8](repeating: 0xE2, count: 20_000), [UInt8](repeating: 0xBF, count: 20_000),
        ]
        for length in Array(1...64) + [255, 4096, 16_383, 16_384, 16_385, 40_000] {
            inputs.append((0..<length).map { _ in UInt8.random(in: 0...255, using: &random) })
            // Mostly text, with single bytes broken.
            var text = Array(RandomTexts.make(1, seed: UInt64(length))[0].utf8)
            for _ in 0..<3 {
                text[Int.random(in: 0..<text.count, using: &random)] = UInt8.random(
                    in: 128...255, using: &random)
            }
            inputs.append(text)
        }
        var scratch = classifier.makeScratch()
        for input in inputs {
            // On the heap at its exact length, so that a sanitizer sees any read beyond the end.
            let score = input.withUnsafeBufferPointer { classifier.score($0, scratch: &scratch) }
            let probabilities = classifier.labels.indices.map { scratch.probability($0) }
            #expect(probabilities.allSatisfy { $0.isFinite })
            #expect(abs(probabilities.reduce(0, +) - 1) < 1e-5)
            #expect(probabilities[score.label] == score.confidence)
            let again = input.withUnsafeBufferPointer { classifier.score($0, scratch: &scratch) }
            #expect(again == score)
        }
    }

    @Test("Five megabytes are answered, as truncated, and the scratch is as good as new afterwards")
    func longText() throws {
        let classifier = try RandomModel.classifier(RandomModel.make(.average, seed: 8))
        let before = classifier.classify("Why is the sky blue?")
        for unit in ["word and another word. ", "x", "日本語", "\n", "{\"a\": 1}, ", "\u{0}"] {
            let text = String(repeating: unit, count: 5_000_000 / unit.utf8.count)
            let prediction = classifier.classify(text)
            expectSound(prediction, classifier.model, unit)
            #expect(prediction.input.bytes == text.utf8.count)
            #expect(prediction.input.isTruncated, "\(unit)")
            #expect(classifier.classify("Why is the sky blue?") == before, "\(unit)")
        }
        #expect(!before.input.isTruncated)
    }

    @Test("The middle of a text beyond its window changes no probability of the words")
    func unreadMiddle() throws {
        let classifier = try RandomModel.classifier(RandomModel.make(.linear, seed: 9))
        let head = String(repeating: "alpha beta ", count: 2000)
        let first = classifier.classify(head + String(repeating: "gamma ", count: 1000) + head)
        let second = classifier.classify(head + String(repeating: "delta ", count: 1000) + head)
        #expect(first.probabilities == second.probabilities)
    }

    @Test("The buffer, the string and the request give one answer")
    func sameAnswerByEveryWay() throws {
        let classifier = try RandomModel.classifier(RandomModel.make(.average, seed: 10), precision: .int8)
        var scratch = classifier.makeScratch()
        for text in RandomTexts.make(100, seed: 11) {
            let byString = classifier.score(text, scratch: &scratch)
            let probabilities = classifier.labels.indices.map { scratch.probability($0) }
            let byBuffer = Array(text.utf8).withUnsafeBufferPointer {
                classifier.score($0, scratch: &scratch)
            }
            let byAsk = classifier.score(Ask(text: text), scratch: &scratch)
            let prediction = classifier.classify(text)
            let message = Message(role: .user, text: text)
            #expect(byString == byBuffer && byString == byAsk)
            #expect(prediction.probabilities == probabilities)
            #expect(classifier.classify(.conversation([message], toolCount: 0)) == prediction)
        }
    }

    @Test("A conversation is judged by the person's last message and what surrounds it")
    func conversation() throws {
        let classifier = try RandomModel.classifier(RandomModel.make(.linear, seed: 12))
        let messages = [
            Message(role: .system, text: "Be brief."),
            Message(role: .user, text: "Sort this list in Python."),
            Message(role: .assistant, text: "sorted(numbers)"), Message(role: .user, text: "And in reverse?"),
        ]
        let prediction = classifier.classify(.conversation(messages, toolCount: 2))
        expectSound(prediction, classifier.model)
        #expect(prediction.input.bytes == "And in reverse?".utf8.count)
        #expect(prediction.probabilities != classifier.classify("And in reverse?").probabilities)
        let empty = classifier.classify(.conversation([], toolCount: 0))
        #expect(empty.source == .default)
    }

    @Test("The answer without a model names its label, and that nobody should rely on it")
    func unclassified() {
        let prediction = Prediction.unclassified(as: "simple", bytes: 42)
        #expect(prediction.taskType == "simple" && prediction.candidates == ["simple"])
        #expect(prediction.source == .default && prediction.isUncertain && prediction.confidence == 0)
        #expect(prediction.input.bytes == 42)
    }
}
