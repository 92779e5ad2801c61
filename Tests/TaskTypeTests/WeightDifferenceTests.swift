import Conversation
import FeatureExtraction
import Inference
import TestSupport
import Testing

@testable import TaskType

@Suite struct WeightDifferenceTests {
    @Test func `a model is at no distance from itself, nor from one whose logits are all moved alike`() throws {
        let model = RandomModel.make(.linear, seed: 1)
        let same = try #require(WeightDifference(of: model, against: model))
        #expect(same.moves.isEmpty)
        #expect(same.families.allSatisfy { $0.difference == 0 && $0.after > 0 })
    }

    @Test func `the weights that moved most are found, in the order of all distances`() throws {
        let (model, other) = (RandomModel.make(.linear, seed: 2), RandomModel.make(.linear, seed: 3))
        let found = try #require(WeightDifference(of: model, against: other, limit: 15))
        // The same, computed plainly.
        func acting(_ model: TaskModel, _ family: Int, _ bucket: Int) throws -> [Float] {
            let table = try #require(model.linear).tables[family]
            let weights = model.labels.indices.map {
                table.weight(row: bucket, column: $0) * model.calibration.scales[$0]
            }
            return weights.map { $0 - weights.reduce(0, +) / Float(weights.count) }
        }
        var distances: [Float] = []
        for family in FeatureFamily.allCases.indices {
            for bucket in 0..<256 {
                let (after, before) = (try acting(model, family, bucket), try acting(other, family, bucket))
                distances += zip(after, before).map { abs($0 - $1) }
            }
        }
        let wanted = distances.sorted(by: >).prefix(15)
        #expect(zip(found.moves, wanted).allSatisfy { abs(abs($0.after - $0.before) - $1) < 1e-6 })
        #expect(found.moves.count == 15)
    }

    @Test func `labels are matched by name, and tables that number features differently are not compared`() throws {
        let model = RandomModel.make(.linear, seed: 4)
        let other = RandomModel.make(.linear, seed: 5, labels: ["simple", "poetry", "code"])
        let found = try #require(WeightDifference(of: model, against: other))
        #expect(Set(found.moves.map(\.label)).isSubset(of: ["simple", "code"]))
        #expect(WeightDifference(of: model, against: RandomModel.make(.linear, seed: 5, labels: ["x", "code"])) == nil)
        #expect(WeightDifference(of: model, against: RandomModel.make(.perceptron, seed: 5)) == nil)
        var renumbered = RandomModel.make(.linear, seed: 5)
        renumbered.features.maximumWordOrder = 1
        #expect(WeightDifference(of: model, against: renumbered) == nil)
    }

    @Test func `requests name the buckets that their features fall into`() throws {
        let (model, other) = (RandomModel.make(.linear, seed: 6), RandomModel.make(.linear, seed: 7))
        let texts = RandomTexts.make(40, seed: 8).map { Request.text($0) }
        let found = try #require(WeightDifference(of: model, against: other, limit: 30, namedBy: texts))
        #expect(found.moves.contains { !$0.features.isEmpty })
        #expect(found.moves.allSatisfy { $0.features.count <= 3 })
        let unnamed = try #require(WeightDifference(of: model, against: other, limit: 30))
        #expect(unnamed.moves.allSatisfy { $0.features.isEmpty })
    }
}
