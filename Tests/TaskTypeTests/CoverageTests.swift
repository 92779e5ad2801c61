import Foundation
import Inference
import TestSupport
import Testing

@testable import TaskType

@Suite("Coverage")
struct CoverageTests {
    @Test("A request of which nothing was seen in training is equally probable everywhere, and uncertain")
    func nothingCovered() throws {
        var model = RandomModel.make(.average, seed: 1)
        model.coverageFilter = RandomModel.filter([UInt8](repeating: 0, count: 64))
        model.thresholds = [Float](repeating: 0, count: model.labels.count)
        let prediction = try RandomModel.classifier(model).classify("Write a function that sorts numbers.")
        #expect(prediction.input.coverage == 0)
        #expect(prediction.isUncertain)
        #expect(prediction.probabilities == [Float](repeating: 0.2, count: 5))
    }

    @Test("Coverage below one half flattens the logits in proportion; from one half on it changes nothing")
    func partlyCovered() throws {
        var model = RandomModel.make(.linear, seed: 2)
        model.thresholds = [Float](repeating: 0, count: model.labels.count)
        let full = try RandomModel.classifier(model)
        var random = SplitMix64(seed: 3)
        var seen = (below: 0, above: 0)
        for share in [0.1, 0.3, 0.45, 0.55, 0.8] {
            model.coverageFilter = RandomModel.filter(
                (0..<256).map { _ in
                    (0..<8).reduce(UInt8(0)) { byte, bit in
                        Double.random(in: 0..<1, using: &random) < share ? byte | 1 << UInt8(bit) : byte
                    }
                })
            let classifier = try RandomModel.classifier(model)
            for text in RandomTexts.make(40, seed: 4) {
                let whole = full.classify(text)
                let partial = classifier.classify(text)
                guard whole.source == .model else { continue }
                #expect(whole.input.coverage == 1)
                let coverage = partial.input.coverage
                if coverage >= CoverageFilter.sufficientCoverage {
                    #expect(partial.probabilities == whole.probabilities)
                    #expect(!partial.isUncertain)
                    seen.above += 1
                    continue
                }
                seen.below += 1
                #expect(partial.isUncertain)
                #expect(partial.confidence <= whole.confidence)
                // softmax(f·z) ∝ softmax(z)^f
                let factor = Double(coverage / CoverageFilter.sufficientCoverage)
                let powers = whole.probabilities.map { pow(Double($0), factor) }
                let sum = powers.reduce(0, +)
                for (probability, power) in zip(partial.probabilities, powers) {
                    #expect(abs(Double(probability) - power / sum) < 1e-5)
                }
            }
        }
        #expect(seen.below > 20 && seen.above > 20)
    }

    @Test("The share of known keys is exact, and 1 where there are no keys")
    func exactShare() {
        let filter = RandomModel.filter([0b0000_1111])
        func coverage(_ keys: [UInt32]) -> Float { keys.withUnsafeBufferPointer { filter.coverage(of: $0) } }
        #expect(coverage([]) == 1)
        #expect(coverage([0, 1, 2, 3]) == 1)
        #expect(coverage([4, 5, 6, 7]) == 0)
        #expect(coverage([8, 9, 12, 15]) == 0.5)
        #expect(filter.bytes == [15] && filter.byteCount == 1)
    }
}
