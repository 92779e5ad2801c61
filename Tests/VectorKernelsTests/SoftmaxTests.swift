import Foundation
import TestSupport
import Testing
import VectorKernels

private func reference(_ logits: [Float]) -> (probabilities: [Double], logSumExp: Double) {
    let shift = logits.map(Double.init).max() ?? 0
    let terms = logits.map { exp(Double($0) - shift) }
    let sum = terms.sorted().reduce(0, +)
    return (terms.map { $0 / sum }, shift + log(sum))
}

private func softmax(_ logits: [Float]) -> [Float] {
    var values = logits
    values.withUnsafeMutableBufferPointer { Softmax.apply(to: $0) }
    return values
}

private func logSumExp(_ logits: [Float]) -> Double {
    logits.withUnsafeBufferPointer { Softmax.logSumExp($0) }
}

@Suite("Softmax")
struct SoftmaxTests {
    static let cases: [[Float]] = [
        [0], [0, 0], [3, 3, 3], [1, 2, 3, 4], [-1000, 0, 1000], [1e38, -1e38], [-3.4e38, 3.4e38, 3.4e38],
        [.leastNonzeroMagnitude, 0], [1e-30, -1e-30, 0], [88.8, 88.7], [-745, -746, -745.5],
        [1e6, 1e6 - 1, 1e6 - 2],
        [Float](repeating: -7.25, count: 150),
    ]

    @Test("Probabilities are those of double precision, rounded once", arguments: cases)
    func knownLogits(logits: [Float]) {
        check(logits)
    }

    @Test("Random logits of every spread give the probabilities of double precision")
    func randomLogits() {
        var random = SplitMix64(seed: 11)
        for round in 0..<2000 {
            let spread = Float(pow(10.0, Double.random(in: -6...30, using: &random)))
            check((0..<(1 + round % 40)).map { _ in Float.random(in: -spread...spread, using: &random) })
        }
    }

    private func check(_ logits: [Float]) {
        let (expected, normaliser) = reference(logits)
        let probabilities = softmax(logits)
        for (probability, value) in zip(probabilities, expected) {
            #expect(abs(Double(probability) - value) <= 1e-7 * value + 1e-45, "\(logits)")
        }
        let sum = probabilities.reduce(0.0) { $0 + Double($1) }
        #expect(abs(sum - 1) < 1e-7 * Double(logits.count) + 1e-7, "\(logits)")
        #expect(abs(logSumExp(logits) - normaliser) <= 1e-13 * max(1, abs(normaliser)), "\(logits)")
    }

    @Test(
        "Equal logits give equal probabilities, whatever their size",
        arguments: [0, -1e30, 1e38, 5] as [Float])
    func equalLogits(value: Float) {
        for count in [1, 2, 3, 4, 7, 150] {
            #expect(
                softmax([Float](repeating: value, count: count))
                    == [Float](repeating: 1 / Float(count), count: count))
        }
    }

    @Test("Adding a constant that is exact in binary changes no bit of the probabilities")
    func shiftInvariance() {
        var random = SplitMix64(seed: 12)
        for _ in 0..<200 {
            let logits = (0..<6).map { _ in Float(Int.random(in: -512...512, using: &random)) / 64 }
            #expect(bits(softmax(logits)) == bits(softmax(logits.map { $0 + 4096 })))
        }
    }

    @Test("No logits have the sum 0, whose logarithm is minus infinity")
    func noLogits() {
        #expect(logSumExp([]) == -.infinity)
        #expect(softmax([]).isEmpty)
    }
}
