import TestSupport
import Testing

@testable import Training

/// Rows with labels and groups, without features.
private func dataset(_ rows: [(label: Int32, group: UInt64)]) -> Dataset {
    var dataset = Dataset(settings: smallFeatures)
    dataset.labels = rows.map(\.label)
    dataset.groups = rows.map(\.group)
    dataset.alternatives = rows.map { _ in -1 }
    dataset.weights = rows.map { _ in 1 }
    return dataset
}

/// Rows of three labels of very different frequency, each in a group of its own.
private func singles(seed: UInt64) -> Dataset {
    var random = SplitMix64(seed: seed)
    return dataset((0..<1000).map { index in (index % 20 == 0 ? 2 : index % 5 == 0 ? 1 : 0, random.next()) })
}

@Suite("Splits")
struct SplitTests {
    @Test("With folds every row is held out exactly once", arguments: [2, 3, 5, 10])
    func folds(count: Int) {
        let data = singles(seed: 1)
        let splits = Split.splits(of: data, plan: .folds(count), seed: 7)
        #expect(splits.count == count)
        for row in 0..<data.rowCount { #expect(splits.count { $0.isHeldOut[row] } == 1) }
    }

    @Test("Folds and held-out rows have the labels in the proportions of the data")
    func stratified() {
        let data = singles(seed: 2)
        for label: Int32 in 0..<3 {
            let total = data.labels.count { $0 == label }
            for split in Split.splits(of: data, plan: .folds(5), seed: 1) {
                let held = data.labels.indices.count { split.isHeldOut[$0] && data.labels[$0] == label }
                #expect(abs(held - total / 5) <= 1)
            }
            for share in [0.1, 0.2, 0.5] {
                let split = Split.splits(of: data, plan: .holdout(share), seed: 1)
                let held = data.labels.indices.count { split[0].isHeldOut[$0] && data.labels[$0] == label }
                #expect(split.count == 1)
                #expect(abs(Double(held) - share * Double(total)) <= 0.5)
            }
        }
    }

    @Test("Rows of one group are on the same side, whatever their labels")
    func groups() {
        var random = SplitMix64(seed: 3)
        let keys = (0..<60).map { _ in random.next() }
        let data = dataset(
            (0..<600).map { _ in
                (Int32.random(in: 0..<3, using: &random), keys[Int.random(in: 0..<60, using: &random)])
            })
        for plan: ValidationPlan in [.folds(4), .holdout(0.3)] {
            for split in Split.splits(of: data, plan: plan, seed: 5) {
                for key in keys {
                    let sides = Set(
                        data.groups.indices.filter { data.groups[$0] == key }.map { split.isHeldOut[$0] })
                    #expect(sides.count <= 1)
                }
            }
        }
    }

    @Test("Equal texts have equal groups, named groups keep different texts together")
    func groupsOfSamples() throws {
        var builder = try builder([
            sample("sort a list", "a"), sample("sort a list", "b"), sample("sort a tree", "a"),
            sample("one", "a", group: "g"), sample("two", "b", group: "g"), sample("one", "a", group: "h"),
            sample("group:g", "b"),
        ])
        let groups = try builder.finish().dataset.groups
        #expect(groups[0] == groups[1])
        #expect(groups[3] == groups[4])
        #expect(Set([groups[0], groups[2], groups[3], groups[5], groups[6]]).count == 5)
    }

    @Test(
        "A seed always gives the same split, another seed another one, and the order of rows does not matter")
    func deterministic() {
        let data = singles(seed: 4)
        for plan: ValidationPlan in [.folds(5), .holdout(0.2)] {
            let one = Split.splits(of: data, plan: plan, seed: 1).map(\.isHeldOut)
            #expect(Split.splits(of: data, plan: plan, seed: 1).map(\.isHeldOut) == one)
            #expect(Split.splits(of: data, plan: plan, seed: 2).map(\.isHeldOut) != one)
            let order = Array((0..<data.rowCount).reversed())
            let turned = dataset(order.map { (data.labels[$0], data.groups[$0]) })
            let other = Split.splits(of: turned, plan: plan, seed: 1).map { split in
                order.indices.map { split.isHeldOut[order.count - 1 - $0] }
            }
            #expect(other == one)
        }
    }

    @Test("However small or large the share, each label with two groups has one on either side")
    func tinyHoldout() {
        let data = dataset([(0, 1), (0, 2), (1, 3), (1, 4), (1, 5), (2, 6)])
        for share in [0.001, 0.5, 0.999] {
            let held = Split.splits(of: data, plan: .holdout(share), seed: 9)[0].isHeldOut
            for label: Int32 in 0..<2 {
                let sides = Set(data.labels.indices.filter { data.labels[$0] == label }.map { held[$0] })
                #expect(sides.count == 2, "share \(share), label \(label)")
            }
            #expect(!held[5])
        }
    }

    @Test("Rows of validation files are those from the first one on")
    func rows() {
        let data = dataset([(0, 1), (1, 2), (0, 3), (1, 4)])
        let splits = Split.splits(of: data, plan: .rows(from: 3), seed: 1)
        #expect(splits.map(\.isHeldOut) == [[false, false, false, true]])
    }
}
