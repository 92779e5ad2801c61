import FeatureExtraction
import Foundation
import Samples
import TestSupport
import Testing

@testable import Training

@Suite("Features beyond memory")
struct SpillTests {
    private func dataset(_ samples: [Sample], limit: Int, threads: Int) throws -> (Dataset, ActiveFeatures) {
        var builder = DatasetBuilder(
            features: smallFeatures, threads: threads,
            storage: DatasetStorage(memoryLimit: limit, temporaryFolder: NSTemporaryDirectory()))
        for sample in samples { try builder.append(sample) }
        var (dataset, _, _, _) = try builder.finish()
        #expect(dataset.isSpilled == (limit < .max))
        let active = ActiveFeatures(compacting: &dataset, parallel: Parallel(threads: threads))
        return (dataset, active)
    }

    @Test("Rows are the same in memory, in a file, and partly in both", arguments: [1, 3])
    func sameRows(threads: Int) throws {
        let samples = randomSamples(3000, seed: 11)
        let (reference, active) = try dataset(samples, limit: .max, threads: 1)
        // About half of what the rows take, and so some blocks on either side.
        let half = (reference.featureCount * 17 / 8 + 6 * 7 * 513 * 4) / 2
        for limit in [0, half] {
            let (spilled, other) = try dataset(samples, limit: limit, threads: threads)
            #expect(other.buckets == active.buckets)
            #expect(other.inverseDocumentFrequencies == active.inverseDocumentFrequencies)
            #expect(spilled.groups == reference.groups && spilled.labels == reference.labels)
            // At random places, and in order, twice: what was let go of is read again.
            for row in [0, 511, 512, 1700, 2999] { #expect(spilled.slots(row) == reference.slots(row)) }
            var different: [Int] = []
            for block in [0, 1, 2, 3, 4, 5, 0, 5] {
                spilled.forEachRow(ofBlock: block) { row, features in
                    let slots = (0..<FeatureFamily.count).map { features.withSlots(of: $0) { Array($0) } }
                    if slots != reference.slots(row) { different.append(row) }
                }
            }
            #expect(different.isEmpty)
            let rows = Array(stride(from: 0, to: 3000, by: 31))
            let part = spilled.subset(rows)
            #expect(!part.isSpilled)
            for (position, row) in rows.enumerated() { #expect(part.slots(position) == reference.slots(row)) }
        }
    }

    @Test("A model's bytes do not depend on the limit of memory", arguments: TrainingOptions.Kind.allCases)
    func sameModel(kind: TrainingOptions.Kind) throws {
        let samples = randomSamples(600, seed: 12)
        var options = TrainingOptions()
        options.kind = kind
        options.features = smallFeatures
        options.validation = .holdout(0.2)
        options.inverseRegularizations = [1]
        options.epochs = 1
        options.hiddenUnits = 4
        var models: [[UInt8]] = []
        for (limit, threads) in [(Int.max, 1), (0, 3)] {
            options.threads = threads
            var builder = DatasetBuilder(
                features: smallFeatures, threads: threads,
                storage: DatasetStorage(memoryLimit: limit, temporaryFolder: NSTemporaryDirectory()))
            for sample in samples { try builder.append(sample) }
            models.append(try Trainer(options: options).train(&builder).bytes)
        }
        #expect(models[1] == models[0])
    }

    @Test("A folder in which no file can be made is named, with what to do")
    func badFolder() throws {
        var builder = DatasetBuilder(
            features: smallFeatures, threads: 2,
            storage: DatasetStorage(memoryLimit: 0, temporaryFolder: "/nonexistent/folder"))
        let error = #expect(throws: TrainingError.self) {
            for sample in randomSamples(9000, seed: 13) { try builder.append(sample) }
            _ = try builder.finish()
        }
        #expect(error?.message.contains("/nonexistent/folder") == true)
        #expect(error?.message.contains("--temporary-folder") == true)
    }

    @Test("The temporary file has no name while it is used")
    func noName() throws {
        let folder = NSTemporaryDirectory() + "tasktype-spill-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = try SpillFile(folder: folder)
        let bytes = (0..<10_000).map { UInt8($0 & 255) }
        let first = try bytes.withUnsafeBytes { try file.append($0) }
        let second = try bytes.withUnsafeBytes { try file.append($0) }
        try file.map()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        for offset in [first, second] {
            file.expect(offset, 1 << 20)
            #expect(Array(UnsafeRawBufferPointer(start: file.pointer(at: offset), count: bytes.count)) == bytes)
            file.release(offset, bytes.count)
        }
    }

    @Test("A sample to compare settings on takes whole groups and about as many rows of each side as asked for")
    func comparedRows() throws {
        let samples = (0..<4000).map { sample("text number \($0)", "label\($0 % 2)", group: "g\($0 / 4)") }
        let (dataset, _) = try dataset(samples, limit: .max, threads: 2)
        let split = Split.splits(of: dataset, plan: .holdout(0.25), seed: 3)[0]
        let compared = ComparedRows(
            of: dataset, rowWeights: dataset.weights, split: split, limit: 600, seed: 1)
        #expect(compared.isSample)
        let sizes = Dictionary(grouping: compared.dataset.groups, by: \.self).mapValues(\.count)
        #expect(sizes.values.allSatisfy { $0 == 4 })
        let heldOut = compared.split.isHeldOut.count { $0 }
        #expect((450...750).contains(heldOut))
        #expect((450...750).contains(compared.dataset.rowCount - heldOut))
        let whole = ComparedRows(of: dataset, rowWeights: dataset.weights, split: split, limit: 4000, seed: 1)
        #expect(!whole.isSample && whole.dataset.rowCount == 4000)
    }

    @Test("Where one group holds nearly all rows, the sample takes rows one by one")
    func oneLargeGroup() throws {
        let samples = (0..<3000).map {
            sample("text number \($0)", "label\($0 % 2)", group: $0 < 10 ? "g\($0)" : "all")
        }
        let (dataset, _) = try dataset(samples, limit: .max, threads: 1)
        let split = Split(isHeldOut: (0..<3000).map { $0 < 5 })
        let compared = ComparedRows(
            of: dataset, rowWeights: dataset.weights, split: split, limit: 300, seed: 1)
        #expect((200...450).contains(compared.dataset.rowCount))
        #expect(compared.split.isHeldOut.count { $0 } == 5)
    }

    @Test("Logits are sums of weights times features, for the rows that are asked for, whatever the threads")
    func scoring() throws {
        let (dataset, active) = try dataset(randomSamples(1300, seed: 14), limit: 0, threads: 1)
        var random = SplitMix64(seed: 15)
        let parameters = (0..<active.count * 3 + 3).map { _ in Float.random(in: -1...1, using: &random) }
        let isWanted = (0..<1300).map { $0 % 5 == 2 || $0 > 1280 }
        func logits(threads: Int) -> [Float] {
            LinearScoring.logits(
                parameters, of: dataset, labelCount: 3, isWanted: isWanted, parallel: Parallel(threads: threads))
        }
        let some = logits(threads: 3)
        var expected: [Double] = []
        for row in 0..<1300 where isWanted[row] {
            let features = dataset.dense(row)
            for label in 0..<3 {
                expected.append(
                    features.reduce(Double(parameters[active.count * 3 + label])) {
                        $0 + $1.value * Double(parameters[$1.key * 3 + label])
                    })
            }
        }
        #expect(some.count == expected.count)
        #expect(zip(some, expected).allSatisfy { abs(Double($0) - $1) < 1e-4 })
        #expect(some == logits(threads: 1))
    }
}
