import TestSupport
import Testing

@testable import Optimization

extension OptimizationTests {
    @Suite struct LineSearchTests {
        @Test func `the cubic through two samples of a cubic has its minimiser`() throws {
            // x³ − 3x has its minimum at 1.
            func sample(_ x: Double) -> LineSearch.Sample {
                LineSearch.Sample(step: x, value: x * x * x - 3 * x, slope: 3 * x * x - 3)
            }
            for (a, b) in [(0.0, 2.0), (2, 0), (0.5, 3), (0, 0.5)] {
                let minimiser = try #require(LineSearch.cubicMinimiser(sample(a), sample(b)))
                #expect(abs(minimiser - 1) < 1e-12)
            }
        }

        @Test(arguments: 0..<200)
        func `an accepted step fulfils the strong Wolfe conditions`(seed: Int) {
            var random = SplitMix64(seed: UInt64(seed))
            // A descending slope, a quartic rise and ripples: several local minima, one value far above.
            let slope = -Double.random(in: 0.1...10, using: &random)
            let quartic = Double.random(in: 0.001...1, using: &random)
            let ripple = Double.random(in: 0...1, using: &random)
            let frequency = Double.random(in: 0.1...5, using: &random)
            func sample(_ x: Double) -> LineSearch.Sample {
                let (cosine, sine) = (Elementary.cos(frequency * x), Elementary.sin(frequency * x))
                return LineSearch.Sample(
                    step: x, value: slope * x + quartic * x * x * x * x + ripple * (1 - cosine),
                    slope: slope + 4 * quartic * x * x * x + ripple * frequency * sine)
            }
            let search = LineSearch()
            let firstStep = Elementary.exp(Double.random(in: -7...5, using: &random))
            var last = 0.0
            let outcome = search.run(origin: sample(0), firstStep: firstStep) {
                last = $0
                return sample($0)
            }
            #expect(outcome == .accepted(step: last), "seed \(seed)")
            #expect(sample(last).value <= search.sufficientDecrease * last * slope, "seed \(seed)")
            #expect(abs(sample(last).slope) <= search.curvature * abs(slope), "seed \(seed)")
        }

        @Test func `a good first step is taken with one evaluation`() {
            var evaluations = 0
            let origin = LineSearch.Sample(step: 0, value: 0.5, slope: -1)
            let outcome = LineSearch().run(origin: origin, firstStep: 1) {
                evaluations += 1
                return LineSearch.Sample(step: $0, value: ($0 - 1) * ($0 - 1) / 2, slope: $0 - 1)
            }
            #expect(outcome == .accepted(step: 1))
            #expect(evaluations == 1)
        }

        @Test func `a step without a finite value is halved`() {
            var steps: [Double] = []
            let origin = LineSearch.Sample(step: 0, value: 0.5, slope: -1)
            let outcome = LineSearch().run(origin: origin, firstStep: 8) {
                steps.append($0)
                guard $0 < 1.5 else { return LineSearch.Sample(step: $0, value: .nan, slope: .nan) }
                return LineSearch.Sample(step: $0, value: ($0 - 1) * ($0 - 1) / 2, slope: $0 - 1)
            }
            #expect(steps == [8, 4, 2, 1])
            #expect(outcome == .accepted(step: 1))
        }

        @Test func `a value that only rises gives no step, and a value that only falls gives the lowest`() {
            let origin = LineSearch.Sample(step: 0, value: 0, slope: -1)
            let rising = LineSearch().run(origin: origin, firstStep: 1) {
                LineSearch.Sample(step: $0, value: $0, slope: 1)
            }
            #expect(rising == .failed)
            var last = 0.0
            let falling = LineSearch().run(origin: origin, firstStep: 1) {
                last = $0
                return LineSearch.Sample(step: $0, value: -$0, slope: -1)
            }
            #expect(falling == .decreased(step: last))
        }
    }
}
