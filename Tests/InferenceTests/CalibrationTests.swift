import Foundation
import Inference
import TestSupport
import Testing

private func calibrated(_ calibration: Calibration, _ logits: [Float], flattening: Float = 1) -> [Float] {
    var values = logits
    values.withUnsafeMutableBufferPointer { calibration.apply(to: $0, flattening: flattening) }
    return values
}

@Suite("Calibration")
struct CalibrationTests {
    @Test("Probabilities are the softmax of flattened, scaled and shifted logits")
    func formula() {
        var random = SplitMix64(seed: 6)
        for round in 0..<500 {
            let count = 2 + round % 30
            let logits = (0..<count).map { _ in Float.random(in: -20...20, using: &random) }
            let calibration = Calibration(
                scales: (0..<count).map { _ in Float.random(in: 0.1...3, using: &random) },
                offsets: (0..<count).map { _ in Float.random(in: -2...2, using: &random) })
            let flattening = Float.random(in: 0...1, using: &random)
            let terms = (0..<count).map { label in
                let scaled = Double(calibration.scales[label]) * Double(logits[label])
                return exp(Double(flattening) * (scaled + Double(calibration.offsets[label])))
            }
            let sum = terms.reduce(0, +)
            let result = calibrated(calibration, logits, flattening: flattening)
            #expect(agree(result, terms.map { $0 / sum }, tolerance: 1e-5))
            #expect(abs(result.reduce(0.0) { $0 + Double($1) } - 1) < 1e-6)
        }
    }

    @Test("The identity gives the plain softmax")
    func identity() {
        let result = calibrated(.identity(labelCount: 3), [1, 2, 3])
        let sum = exp(1.0) + exp(2.0) + exp(3.0)
        #expect(agree(result, [exp(1.0) / sum, exp(2.0) / sum, exp(3.0) / sum], tolerance: 1e-7))
    }

    @Test("Full flattening makes all labels equally probable, also where the calibration prefers one")
    func fullFlattening() {
        let calibration = Calibration(scales: [1, 2, 3, 4], offsets: [5, 0, -5, 100])
        #expect(calibrated(calibration, [1, -2, 30, 4], flattening: 0) == [0.25, 0.25, 0.25, 0.25])
    }

    @Test("A matrix mixes log-probabilities: z' = M · log softmax(scale · z) + offset")
    func matrix() {
        var random = SplitMix64(seed: 9)
        for round in 0..<200 {
            let count = 2 + round % 12
            func numbers(_ range: ClosedRange<Float>, _ count: Int) -> [Float] {
                (0..<count).map { _ in Float.random(in: range, using: &random) }
            }
            let logits = numbers(-9...9, count)
            let calibration = Calibration(
                scales: numbers(0.1...2, count), offsets: numbers(-2...2, count),
                matrix: numbers(-1...1.5, count * count))
            let flattening = round % 3 == 0 ? Float.random(in: 0...1, using: &random) : 1
            let scaled = (0..<count).map { Double(logits[$0]) * Double(calibration.scales[$0]) }
            let normalizer = log(scaled.reduce(0) { $0 + exp($1) })
            let matrix = calibration.matrix ?? []
            let terms = (0..<count).map { row in
                var sum = Double(calibration.offsets[row])
                for column in 0..<count {
                    sum += Double(matrix[row * count + column]) * (scaled[column] - normalizer)
                }
                return exp(Double(flattening) * sum)
            }
            let total = terms.reduce(0, +)
            let result = calibrated(calibration, logits, flattening: flattening)
            #expect(agree(result, terms.map { $0 / total }, tolerance: 2e-5), "round \(round)")
        }
    }

    @Test("Ones on the diagonal mean the same as no matrix")
    func identityMatrix() {
        var random = SplitMix64(seed: 10)
        for _ in 0..<100 {
            let logits = (0..<4).map { _ in Float.random(in: -9...9, using: &random) }
            let offsets = (0..<4).map { _ in Float.random(in: -2...2, using: &random) }
            let identity: [Float] = (0..<16).map { $0 % 5 == 0 ? 1 : 0 }
            let scales: [Float] = [0.5, 1, 2, 0.7]
            let mixed = calibrated(Calibration(scales: scales, offsets: offsets, matrix: identity), logits)
            let plain = calibrated(Calibration(scales: scales, offsets: offsets), logits)
            #expect(agree(mixed, plain.map(Double.init), tolerance: 1e-5))
        }
    }

    @Test("Less flattening never lowers the highest probability")
    func flatteningIsMonotonic() {
        var random = SplitMix64(seed: 8)
        for _ in 0..<100 {
            let logits = (0..<5).map { _ in Float.random(in: -5...5, using: &random) }
            let highest = stride(from: Float(0), through: 1, by: 0.125).map {
                calibrated(.identity(labelCount: 5), logits, flattening: $0).max() ?? 0
            }
            for (one, next) in zip(highest, highest.dropFirst()) { #expect(next >= one) }
        }
    }
}
