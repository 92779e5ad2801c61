import Conversation
import FeatureExtraction
import Inference
import ModelFormat
import TestSupport
import Testing

@testable import TaskType

/// Scores texts under a model without the detour over a file.
private func probabilities(of model: TaskModel, _ texts: [String]) -> [[UInt32]] {
    let extractor = FeatureExtractor(settings: model.features)
    var scratch = ClassificationScratch(model: model)
    return texts.map { text in
        extractor.extract(Ask(text: text), into: &scratch.features)
        _ = model.score(&scratch, isEmpty: scratch.features.tokenCount == 0)
        return scratch.logits.map(\.bitPattern)
    }
}

/// Raw logits of a text.
private func logits(of model: TaskModel, _ text: String) -> [Float] {
    let extractor = FeatureExtractor(settings: model.features)
    var scratch = ClassificationScratch(model: model)
    extractor.extract(Ask(text: text), into: &scratch.features)
    model.computeLogits(&scratch)
    return Array(scratch.logits)
}

@Suite("Writing a model and reading it back")
struct RoundTripTests {
    @Test("A float32 file gives the same scores bit for bit", arguments: ModelParts.allCases)
    func float32(parts: ModelParts) throws {
        let model = RandomModel.make(parts, seed: 1)
        let texts = RandomTexts.make(200, seed: 2)
        let read = try RandomModel.classifier(model)
        #expect(probabilities(of: read.model, texts) == probabilities(of: model, texts))
        for (text, bits) in zip(texts, probabilities(of: model, texts)) {
            #expect(read.classify(text).probabilities.map(\.bitPattern) == bits)
        }
    }

    @Test("All that decides a prediction survives the file", arguments: ModelParts.allCases)
    func metadata(parts: ModelParts) throws {
        let model = RandomModel.make(parts, seed: 3)
        let read = try RandomModel.classifier(model).model
        #expect(read.labels == model.labels)
        #expect(read.features == model.features)
        #expect(read.calibration == model.calibration)
        #expect(read.thresholds == model.thresholds)
        #expect(read.candidateThreshold == model.candidateThreshold)
        #expect(read.candidateCoverage == model.candidateCoverage)
        #expect(read.coverageFilter.bytes == model.coverageFilter.bytes)
        #expect(read.defaultLabel == model.defaultLabel)
        #expect(read.priors == model.priors)
        #expect(read.perceptronShare == model.perceptronShare)
        #expect((read.linear == nil) == (model.linear == nil))
        #expect((read.perceptron == nil) == (model.perceptron == nil))
        #expect(read.perceptron?.outputWeights == model.perceptron?.outputWeights)
    }

    @Test("A calibration matrix and candidate thresholds by label survive the file, which only they make version 2")
    func extended() throws {
        let plain = RandomModel.make(.linear, seed: 8)
        var mixed = plain
        mixed.calibration = RandomModel.dirichlet(plain.calibration, seed: 9)
        var perLabel = plain
        perLabel.labelCandidateThresholds = [0.1, 0.2, 0.3, 0.4, 0.5]
        for (model, version) in [(plain, "1"), (mixed, "2"), (perLabel, "2")] {
            let classifier = try RandomModel.classifier(model)
            #expect(classifier.metadata[MetadataKey.formatVersion] == version)
            #expect(classifier.model.calibration == model.calibration)
            #expect(classifier.model.labelCandidateThresholds == model.labelCandidateThresholds)
        }
        let texts = RandomTexts.make(50, seed: 2)
        let read = try RandomModel.classifier(mixed).model
        #expect(probabilities(of: read, texts) == probabilities(of: mixed, texts))
        #expect(probabilities(of: mixed, texts) != probabilities(of: plain, texts))
    }

    @Test("Equal models give equal bytes, and a model that was read gives the bytes it was read from")
    func bytes() throws {
        for precision in WeightPrecision.allCases {
            let first = try RandomModel.make(.average, seed: 4).encoded(
                precision: precision, provenance: "{\"a\":1}")
            let second = try RandomModel.make(.average, seed: 4).encoded(
                precision: precision, provenance: "{\"a\":1}")
            #expect(first == second)
            let read = try TaskModel(SafetensorsFile(parsing: ModelBytes(copying: first, origin: "first")))
            let written = try read.encoded(precision: precision, provenance: "{\"a\":1}")
            #expect(written == first)
            // What is quantised already stays so: floats of it would be longer and no better.
            if precision == .int8 {
                let again = try read.encoded(precision: .float32, provenance: "{\"a\":1}")
                #expect(again == first)
            }
        }
    }

    @Test("An int8 file moves each linear logit by no more than half a step of the weights it sums")
    func int8Bound() throws {
        let model = RandomModel.make(.linear, seed: 5)
        let read = try RandomModel.classifier(model, precision: .int8).model
        let extractor = FeatureExtractor(settings: model.features)
        for text in RandomTexts.make(60, seed: 6) {
            var scratch = FeatureScratch(settings: model.features)
            extractor.extract(Ask(text: text), into: &scratch)
            var bound = 0.0
            for family in FeatureFamily.allCases {
                guard case .int8(_, let scales, let shift)? = read.linear?.tables[family.rawValue].storage
                else {
                    Issue.record("the table of \(family.name) is not int8")
                    return
                }
                let factor = Double(scratch.scale(of: family))
                scratch.withSlots(of: family) { slots in
                    for slot in slots { bound += factor * Double(scales[Int(slot >> 1) >> shift]) / 2 }
                }
            }
            for (one, other) in zip(logits(of: model, text), logits(of: read, text)) {
                #expect(Double(abs(one - other)) <= bound * 1.001 + 1e-4, "bound \(bound)")
            }
        }
    }

    @Test("Each quantised weight is within half a step, and each block's largest one is at 127")
    func quantization() {
        var random = SplitMix64(seed: 7)
        for (rows, columns) in [(16, 4), (64, 5), (256, 150), (8, 3), (1, 7)] {
            let weights = (0..<rows * columns).map { _ in Float.random(in: -3...3, using: &random) }
            let table = weights.withUnsafeBufferPointer { QuantizedTable($0, rows: rows, columns: columns) }
            let blockRows = rows / table.scales.count
            let blockLength = blockRows * columns
            // A scale for about 64 weights, at least a row, in blocks that halve the table evenly.
            #expect(rows % table.scales.count == 0 && blockRows & (blockRows - 1) == 0)
            #expect(blockRows == rows || blockRows == 1 || blockLength <= 64 && blockLength * 2 > 64)
            for (index, weight) in weights.enumerated() {
                let scale = table.scales[index / blockLength]
                #expect(abs(Float(table.values[index]) * scale - weight) <= scale * 0.5001)
            }
            for block in 0..<table.scales.count {
                let values = table.values[block * blockLength..<(block + 1) * blockLength]
                #expect(values.map { abs(Int($0)) }.max() == 127)
            }
        }
    }

    @Test("Blocks of zeros and of the smallest floats are quantised without NaN")
    func quantizationExtremes() {
        var weights = [Float](repeating: 0, count: 64 * 4)
        weights[70] = .leastNonzeroMagnitude
        weights[140] = .leastNormalMagnitude
        // So small that a step of 1/127 of it is not exact: the quotient must still fit a byte.
        weights[66] = 190 * .leastNonzeroMagnitude
        weights[200] = 3e38
        weights[201] = -3e38
        let table = weights.withUnsafeBufferPointer { QuantizedTable($0, rows: 64, columns: 4) }
        #expect(table.scales.allSatisfy { $0.isFinite })
        #expect(table.values[200] == 127 && table.values[201] == -127)
        #expect(table.values[0..<64].allSatisfy { $0 == 0 })
    }
}
