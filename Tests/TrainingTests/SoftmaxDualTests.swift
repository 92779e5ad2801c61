import Foundation
import TestSupport
import Testing

@testable import Training

@Suite("The softmax dual of a row")
struct SoftmaxDualTests {
    /// q after one solution, and how the row stood before.
    private func solve(
        _ z: [Float], _ q: [Float], curvature: Float, truth: Int = 0
    ) -> (q: [Float], changes: [Float], seen: SoftmaxDual.Seen) {
        var logits = z
        var duals = q
        var scratch = [Float](repeating: 0, count: 2 * z.count)
        let seen = logits.withUnsafeMutableBufferPointer { logits in
            duals.withUnsafeMutableBufferPointer { duals in
                scratch.withUnsafeMutableBufferPointer { scratch -> SoftmaxDual.Seen in
                    guard let z = logits.baseAddress, let q = duals.baseAddress, let other = scratch.baseAddress
                    else { preconditionFailure("no label") }
                    return SoftmaxDual(labelCount: logits.count, logits: z, duals: q, scratch: other)
                        .maximize(curvature: curvature, truth: truth)
                }
            }
        }
        return (duals, logits, seen)
    }

    private func softmax(_ z: [Float]) -> [Double] {
        let largest = Double(z.max() ?? 0)
        let terms = z.map { exp(Double($0) - largest) }
        return terms.map { $0 / terms.reduce(0, +) }
    }

    @Test("The solution fulfils the conditions of the optimum and sums to 1, from any start", arguments: 0..<40)
    func conditions(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        let count = [2, 3, 5, 40][seed % 4]
        let curvature = Float(pow(10, Double.random(in: -2...2.5, using: &random)))
        let z = (0..<count).map { _ in Float.random(in: -6...6, using: &random) }
        var q = (0..<count).map { _ in Float.random(in: 0...1, using: &random) }
        // A corner, as rows begin, or anywhere.
        if seed % 3 == 0 { q = q.indices.map { $0 == 1 ? 1 : 0 } }
        let sum = q.reduce(0, +)
        q = q.map { $0 / sum }
        let (new, changes, seen) = solve(z, q, curvature: curvature)
        #expect(seen.isChanged)
        #expect(abs(new.reduce(0, +) - 1) < 1e-5)
        #expect(zip(zip(new, q), changes).allSatisfy { abs($0.0 - $0.1 - $1) < 1e-6 })
        // log q + A (q − q₀) − z is the same for all labels that have any weight.
        let levels = new.indices.filter { new[$0] > 1e-4 }.map {
            log(Double(new[$0])) + Double(curvature) * Double(new[$0] - q[$0]) - Double(z[$0])
        }
        let spread = (levels.max() ?? 0) - (levels.min() ?? 0)
        #expect(spread < 0.02, "curvature \(curvature), \(count) labels")
    }

    @Test("The gap is the divergence of the start from the softmax, and the loss that of the truth")
    func gap() {
        let z: [Float] = [1, -0.5, 2]
        let q: [Float] = [0.2, 0.5, 0.3]
        let p = softmax(z)
        let (_, _, seen) = solve(z, q, curvature: 1, truth: 1)
        let divergence = zip(q, p).reduce(0.0) { $0 + Double($1.0) * log(Double($1.0) / $1.1) }
        #expect(abs(Double(seen.divergence) - divergence) < 1e-5)
        #expect(abs(Double(seen.loss) + log(p[1])) < 1e-5)
    }

    @Test("Without curvature q becomes the softmax; where it is that already, nothing changes")
    func ends() {
        let z: [Float] = [3, 0, -2, 0.5]
        let p = softmax(z).map { Float($0) }
        let (new, _, _) = solve(z, [0.25, 0.25, 0.25, 0.25], curvature: 0)
        #expect(zip(new, p).allSatisfy { abs($0 - $1) < 1e-4 })
        let (same, _, seen) = solve(z, p, curvature: 5)
        #expect(same == p || !seen.isChanged)
        #expect(seen.divergence < 1e-6)
    }
}
