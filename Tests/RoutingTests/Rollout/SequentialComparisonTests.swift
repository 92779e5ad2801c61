import Foundation
import Routing
import TestSupport
import Testing

@Suite struct SequentialComparisonTests {
    private struct Run {
        var alarmed = 0
        var alarmedByFixedTest = 0
        var covered = 0
        var alarmDays: [Int] = []
    }

    /// Runs of `days` days, looked at on the evening of each.
    private func simulate(
        seed: UInt64, runs: Int, days: Int = 40, control: Double, routed: Double, daily: (control: Int, routed: Int),
        bound: Double = 0, alpha: Double = 0.05, score: (Double, inout SplitMix64) -> Double
    ) -> Run {
        var random = SplitMix64(seed: seed)
        var result = Run()
        for _ in 0..<runs {
            var comparison = SequentialComparison(control: ArmTally(), routed: ArmTally())
            var (alarm, fixed, covers) = (false, false, true)
            for day in 1...days {
                for _ in 0..<daily.control { comparison.control.add(score(control, &random)) }
                for _ in 0..<daily.routed { comparison.routed.add(score(routed, &random)) }
                if !alarm, comparison.logEvidence(below: true, bound) >= log(1 / alpha) {
                    alarm = true
                    result.alarmDays.append(day)
                }
                if day % 10 == 0, !comparison.interval(alpha: alpha).contains(routed - control) { covers = false }
                // What is done where nobody minds the looking: a two-proportion z-test every day, one-sided at α.
                let (a, b) = (comparison.control, comparison.routed)
                let pooled = (a.sum + b.sum) / Double(a.count + b.count)
                let error = (pooled * (1 - pooled) * (1 / Double(a.count) + 1 / Double(b.count))).squareRoot()
                if error > 0, ((b.mean ?? 0) - (a.mean ?? 0)) / error < -1.645 { fixed = true }
            }
            result.alarmed += alarm ? 1 : 0
            result.alarmedByFixedTest += fixed ? 1 : 0
            result.covered += covers ? 1 : 0
        }
        return result
    }

    private static func coin(_ p: Double, _ random: inout SplitMix64) -> Double {
        Double.random(in: 0..<1, using: &random) < p ? 1 : 0
    }

    @Test(
        arguments: [(0.85, 20, 20), (0.5, 20, 20), (0.98, 40, 40), (0.85, 95, 5), (0.1, 5, 45)]
            as [(
                Double, Int, Int
            )])
    func `with daily looks over six weeks, false alarms stay below the stated rate`(
        mean: Double, control: Int, routed: Int
    ) {
        let runs = 160
        let result = simulate(
            seed: 11, runs: runs, control: mean, routed: mean, daily: (control, routed), score: Self.coin)
        #expect(result.alarmed <= runs * 5 / 100, "\(result.alarmed) of \(runs)")
        #expect(result.covered >= runs * 95 / 100, "\(result.covered) of \(runs)")
    }

    @Test func `the same looks at a test made for one look alarm far more often, which is why it is not used`() {
        let result = simulate(seed: 12, runs: 160, control: 0.85, routed: 0.85, daily: (20, 20), score: Self.coin)
        #expect(result.alarmedByFixedTest > 160 * 15 / 100, "\(result.alarmedByFixedTest) of 160")
        #expect(result.alarmed <= 8)
    }

    @Test func `the rate holds on the edge of the margin, too`() {
        let result = simulate(
            seed: 13, runs: 160, control: 0.85, routed: 0.8, daily: (30, 30), bound: -0.05, score: Self.coin)
        #expect(result.alarmed <= 8, "\(result.alarmed) of 160")
    }

    @Test func `the rate holds for ratings between 0 and 1`() {
        let result = simulate(seed: 14, runs: 160, control: 0.6, routed: 0.6, daily: (20, 20)) { mean, random in
            // Quarters from 0 to 1 with this mean: the better of two places for each of four coins.
            (0..<4).reduce(0) { sum, _ in sum + Self.coin(mean, &random) / 4 }
        }
        #expect(result.alarmed <= 8 && result.covered >= 152, "\(result)")
    }

    @Test func `the rate holds where quality drifts for everybody alike`() {
        var random = SplitMix64(seed: 15)
        var alarms = 0
        for _ in 0..<160 {
            var comparison = SequentialComparison(control: ArmTally(), routed: ArmTally())
            var alarm = false
            for day in 1...40 {
                let mean = 0.9 - 0.4 * Double(day) / 40
                for _ in 0..<18 { comparison.control.add(Self.coin(mean, &random)) }
                for _ in 0..<2 { comparison.routed.add(Self.coin(mean, &random)) }
                alarm = alarm || comparison.logEvidence(below: true, 0) >= log(20)
            }
            alarms += alarm ? 1 : 0
        }
        #expect(alarms <= 8, "\(alarms) of 160")
    }

    @Test func `a real drop is found within days`() {
        let result = simulate(
            seed: 16, runs: 100, days: 30, control: 0.85, routed: 0.65, daily: (40, 40), score: Self.coin)
        #expect(result.alarmed == 100, "\(result.alarmed)")
        let median = result.alarmDays.sorted()[result.alarmDays.count / 2]
        #expect(median <= 7, "half of the drops found by day \(median)")
    }

    @Test func `evidence points one way at a time, and none is there without outcomes`() {
        var random = SplitMix64(seed: 17)
        let empty = SequentialComparison(control: ArmTally(), routed: ArmTally(count: 5, sum: 2))
        #expect(empty.logEvidence(below: true, 0) == 0 && empty.interval(alpha: 0.05) == -1...1)
        for _ in 0..<500 {
            func tally() -> ArmTally {
                let count = Int.random(in: 1...2000, using: &random)
                return ArmTally(count: count, sum: Double(Int.random(in: 0...count, using: &random)))
            }
            let comparison = SequentialComparison(control: tally(), routed: tally())
            let bound = Double.random(in: -0.9...0.9, using: &random)
            let (below, above) = (
                comparison.logEvidence(below: true, bound), comparison.logEvidence(below: false, bound)
            )
            #expect(below.isFinite && above.isFinite)
            #expect(below == 0 || above == 0)
            let interval = comparison.interval(alpha: 0.05)
            #expect(interval.contains(comparison.difference ?? 2), "\(comparison)")
            #expect(interval.lowerBound >= -1 && interval.upperBound <= 1)
        }
    }

    /// The minimum along the line against a plain search over it.
    @Test func `the least product is the one that a search finds`() {
        var random = SplitMix64(seed: 18)
        for _ in 0..<60 {
            let (n1, n2) = (Int.random(in: 1...300, using: &random), Int.random(in: 1...300, using: &random))
            let control = ArmTally(count: n1, sum: Double(Int.random(in: 0...n1, using: &random)))
            let routed = ArmTally(count: n2, sum: Double(Int.random(in: 0...n2, using: &random)))
            let comparison = SequentialComparison(control: control, routed: routed)
            guard let difference = comparison.difference, difference < 0 else { continue }
            func mixture(_ arm: ArmTally, _ p: Double) -> Double {
                let (s, f) = (arm.sum, Double(arm.count) - arm.sum)
                let beta: Double = lgamma(s + 0.5) + lgamma(f + 0.5) - lgamma(s + f + 1)
                let good: Double = s == 0 ? 0 : s * log(p)
                let bad: Double = f == 0 ? 0 : f * log(1 - p)
                return beta - 2 * lgamma(0.5) - good - bad
            }
            let searched =
                stride(from: 0.0001, to: 1, by: 0.0001).map { p in
                    mixture(control, p) + mixture(routed, p)
                }.min() ?? 0
            let found = comparison.logEvidence(below: true, 0)
            #expect(abs(found - searched) < 1e-3 * max(1, abs(searched)), "\(comparison)")
        }
    }
}
