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
