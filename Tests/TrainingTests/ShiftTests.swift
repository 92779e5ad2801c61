import Conversation
import Foundation
import ModelFormat
import Samples
import TaskType
import TestSupport
import Testing

@testable import Training

/// Evidence from a classifier that confuses labels in a known way.
private func evidence(
    rows: Int, requests: Int, mix: [Double], sharpness: Double = 2, seed: UInt64
) -> ShiftEvidence {
    var random = SplitMix64(seed: seed)
    let count = mix.count
    func answer(_ truth: Int) -> [Float] {
        let terms = (0..<count).map { label in
            exp(Double.random(in: -1...1, using: &random) + (label == truth ? sharpness : label == 0 ? 0.5 : 0))
        }
        return terms.map { Float($0 / terms.reduce(0, +)) }
    }
    let truths = (0..<rows).map { $0 % count }
    var traffic: [Float] = []
    for request in 0..<requests {
        var point = (Double(request) + 0.5) / Double(requests)
        var truth = 0
        while truth < count - 1, point > mix[truth] {
            point -= mix[truth]
            truth += 1
        }
        traffic += answer(truth)
    }
    return ShiftEvidence(
        labels: (0..<count).map { "label\($0)" }, probabilities: truths.flatMap(answer), truths: truths,
        weights: [Double](repeating: 1, count: rows), traffic: traffic, resamples: 80)
}

@Suite("Label shift")
struct ShiftTests {
    @Test("The mix of traffic is found, within its intervals")
    func estimate() throws {
        let mix = [0.7, 0.2, 0.1]
        for seed in 0..<3 {
            let found = try evidence(rows: 600, requests: 1500, mix: mix, seed: UInt64(seed)).estimate(seed: 1)
            for (label, share) in mix.enumerated() {
                let estimate = try #require(found.shares["label\(label)"])
                #expect(abs(estimate.traffic - share) < 0.06, "seed \(seed): \(estimate)")
                #expect(estimate.low <= estimate.traffic && estimate.traffic <= estimate.high)
                #expect(estimate.high - estimate.low < 0.2 && estimate.high > estimate.low)
                #expect(abs(estimate.labelled - 1.0 / 3) < 1e-9)
            }
            #expect(abs(found.shares.values.reduce(0) { $0 + $1.traffic } - 1) < 1e-9)
            #expect(found.remarks.isEmpty, "\(found.remarks)")
        }
    }

    @Test("Intervals hold the mix about as often as they say")
    func coverage() throws {
        var held = 0
        for seed in 0..<24 {
            var random = SplitMix64(seed: 1000 + UInt64(seed))
            var sample = evidence(rows: 160, requests: 2000, mix: [0.6, 0.4], seed: 500 + UInt64(seed))
            // A random draw of the traffic, since the evidence has the mix exactly.
            sample.traffic = (0..<200).flatMap { _ -> [Float] in
                let request = Int.random(in: 0..<2000, using: &random)
                return Array(sample.traffic[request * 2..<request * 2 + 2])
            }
            let share = try #require(try sample.estimate(seed: UInt64(seed)).shares["label0"])
            if share.low <= 0.6 && 0.6 <= share.high { held += 1 }
        }
        // 23 are expected; fewer than 19 would happen once in a few hundred runs of another seed.
        #expect(held >= 19, "\(held) of 24")
    }

    @Test(
        "The solution is NumPy's least squares, clipped to shares",
        .enabled(if: PythonOracle.isAvailable, "\(PythonOracle.skipReason)"))
    func numpy() throws {
        struct Problem: Encodable {
            var confusion: [[Double]]
            var prediction: [Double]
        }
        struct Answer: Decodable {
            var shares: [Double]
            var condition: Double
        }
        var random = SplitMix64(seed: 5)
        var problems: [Problem] = []
        for round in 0..<40 {
            let count = 2 + round % 7
            let columns = (0..<count).map { truth -> [Double] in
                let terms = (0..<count).map { Double.random(in: 0...1, using: &random) + ($0 == truth ? 2 : 0) }
                return terms.map { $0 / terms.reduce(0, +) }
            }
            // Any prediction, so that some solutions have to be clipped.
            let terms = (0..<count).map { _ in Double.random(in: 0...1, using: &random) }
            problems.append(
                Problem(
                    confusion: (0..<count).map { row in columns.map { $0[row] } },
                    prediction: terms.map { $0 / terms.reduce(0, +) }))
        }
        let script = """
            import json, sys
            import numpy as np
            answers = []
            for p in json.load(sys.stdin):
                c = np.array(p["confusion"]); q = np.array(p["prediction"])
                x = np.clip(np.linalg.lstsq(c, q, rcond=None)[0], 0, None)
                answers.append({"shares": list(x / x.sum()), "condition": float(np.linalg.cond(c))})
            print(json.dumps(answers))
            """
        let answers: [Answer] = try PythonOracle.run(script, json: problems)
        var clipped = 0
        for (problem, answer) in zip(problems, answers) {
            let flat = problem.confusion.flatMap(\.self)
            let found = try #require(ShiftSolution(confusion: flat, prediction: problem.prediction))
            #expect(zip(found.shares, answer.shares).allSatisfy { abs($0 - $1) < 1e-8 })
            let condition = ConfusionCondition(confusion: flat, labelCount: problem.prediction.count)
            #expect(abs(condition.number - answer.condition) < 1e-6 * answer.condition)
            if found.clipped > 0 { clipped += 1 }
        }
        #expect(clipped > 5 && clipped < 40)
    }

    @Test("Labels that the model cannot tell apart are named, and the run is refused where nothing can be told")
    func illConditioned() throws {
        var blind = evidence(rows: 300, requests: 500, mix: [0.5, 0.3, 0.2], seed: 6)
        // Labels 1 and 2 get the same answers.
        let twin = blind.truths.indices.map { blind.truths[$0] == 2 ? $0 - 1 : $0 }
        blind.probabilities = twin.flatMap { Array(blind.probabilities[$0 * 3..<$0 * 3 + 3]) }
        let error = #expect(throws: TrainingError.self) { try blind.estimate(seed: 1) }
        #expect(error?.message.contains("label1 and label2") == true, "\(error?.message ?? "")")
        let weak = try evidence(rows: 900, requests: 900, mix: [0.5, 0.3, 0.2], sharpness: 0.12, seed: 7).estimate(
            seed: 1)
        #expect(weak.remarks.contains { $0.contains("condition number") }, "\(weak)")
        #expect(weak.remarks.contains { $0.contains("points only") }, "\(weak)")
    }

    @Test("Traffic that no mix explains is remarked on")
    func outside() throws {
        var sample = evidence(rows: 900, requests: 500, mix: [0.5, 0.3, 0.2], sharpness: 1, seed: 8)
        // Surer of label 0 than the model is of label 0's own rows.
        sample.traffic = (0..<500).flatMap { _ in [Float(0.98), 0.01, 0.01] }
        let found = try sample.estimate(seed: 1)
        #expect(found.remarks.contains { $0.contains("no mix of the labels explains") }, "\(found)")
        #expect(found.mix.values.allSatisfy { $0 > 0 })
    }

    @Test("Nothing to look at, and labels without held-out rows, are refused")
    func missing() throws {
        var sample = evidence(rows: 90, requests: 10, mix: [0.5, 0.3, 0.2], seed: 9)
        sample.traffic = []
        #expect(throws: TrainingError.self) { try sample.estimate(seed: 1) }
        sample = evidence(rows: 90, requests: 10, mix: [0.5, 0.3, 0.2], seed: 9)
        sample.truths = sample.truths.map { $0 == 1 ? 0 : $0 }
        let error = #expect(throws: TrainingError.self) { try sample.estimate(seed: 1) }
        #expect(error?.message.contains("label1") == true)
    }

    @Test("A sample of traffic keeps all requests up to its limit, and a uniform part of more")
    func reservoir() {
        var sample = TrafficSample(seed: 3)
        let count = TrafficSample.limit * 3
        for index in 0..<count { sample.append(.text("\(index)")) }
        #expect(sample.count == count && sample.requests.count == TrafficSample.limit)
        let numbers = sample.requests.compactMap { request -> Int? in
            if case .text(let text) = request { Int(text) } else { nil }
        }
        #expect(Set(numbers).count == TrafficSample.limit)
        let mean = Double(numbers.reduce(0, +)) / Double(numbers.count)
        #expect(abs(mean / Double(count) - 0.5) < 0.01)
    }

    @Test("The shift between two mixes turns probabilities of one into those of the other")
    func shift() {
        #expect(LabelMix.shift(from: [0.5, 0.5], to: [0.5, 0.5]).isEmpty)
        #expect(LabelMix.shift(from: [1, 0], to: [0.5, 0.5]).isEmpty)
        let offsets = LabelMix.shift(from: [0.5, 0.5], to: [0.9, 0.1])
        let odds = exp(offsets[0] - offsets[1])
        #expect(abs(odds - 9) < 1e-12 && abs(offsets[0] + offsets[1]) < 1e-12)
    }

    @Test("Shares of an expected mix are reached by training rows and by validation rows, each by themselves")
    func expectedMix() throws {
        var dataset = Dataset(settings: smallFeatures)
        dataset.labels = [0, 0, 0, 1, 1, 0, 1, 1, 1]
        dataset.weights = [1, 2, 1, 1, 1, 1, 1, 1, 2]
        let mix = try #require(try LabelMix(["a": 3, "b": 1], ["a", "b"]))
        mix.apply(to: &dataset, learnt: 5)
        for rows in [0..<5, 5..<9] {
            let shares = LabelMix.shares(dataset.labels, dataset.weights, rows: rows, labelCount: 2)
            #expect(abs(shares[0] - 0.75) < 1e-6)
        }
    }

    @Test("Folds of labels with few rows do not all begin with the same fold")
    func foldSizes() {
        var random = SplitMix64(seed: 4)
        let labels = (0..<90).map { Int32($0 / 3) }
        let parts = Split.parts(labels: labels, groups: labels.map { _ in random.next() }, count: 5, seed: 1)
        for part in 0..<5 { #expect(parts.count { $0 == part } == 18) }
    }
}
