import Conversation
import FeatureExtraction
import TaskType
import TestSupport
import Testing

@testable import Training

@Suite("Coded features")
struct FeatureBlockTests {
    /// Families on both sides of the border between narrow and wide numbers.
    private var settings: FeatureSettings {
        var settings = FeatureSettings()
        settings.bucketBits = [18, 16, 17, 12, 9, 16, 10]
        return settings
    }

    private func samples(seed: UInt64) -> [String] {
        var random = SplitMix64(seed: seed)
        return (0..<600).map { row in
            // Empty texts and long ones among them: segments of 0, 1, 56, 57 and many slots occur.
            (0..<[0, 1, 3, 40, 400][row % 5]).map { _ in "w\(Int.random(in: 0..<9999, using: &random))" }
                .joined(separator: " ")
        }
    }

    @Test("What is read back is what was extracted, slot for slot and in its order", arguments: [1, 2, 3] as [UInt64])
    func roundTrip(seed: UInt64) throws {
        let settings = settings
        let texts = samples(seed: seed)
        let extractor = FeatureExtractor(settings: settings)
        var scratch = FeatureScratch(settings: settings)
        var writer = FeatureBlockWriter()
        var expected: [[[UInt32]]] = []
        for text in texts {
            extractor.extract(Ask(.text(text)), into: &scratch)
            writer.append(scratch)
            expected.append(FeatureFamily.allCases.map { family in scratch.withSlots(of: family) { Array($0) } })
        }
        var dataset = Dataset(settings: settings)
        dataset.append(writer.encoded(settings))
        dataset.labels = [Int32](repeating: 0, count: texts.count)
        #expect(dataset.featureCount == expected.joined().joined().count)
        for row in texts.indices { #expect(dataset.slots(row) == expected[row], "row \(row)") }
        // All rows of a block in one go, some left out.
        var visited = 0
        dataset.forEachRow(ofBlock: 0, where: { $0 % 3 != 1 }) { row, features in
            #expect(row % 3 != 1)
            visited += 1
            for family in 0..<FeatureFamily.count {
                #expect(features.withSlots(of: family) { Array($0) } == expected[row][family])
            }
        }
        #expect(visited == 400)
    }

    @Test("A part of the rows has the features, labels and groups of those rows, renumbered or not")
    func subset() throws {
        var builder = try builder(randomSamples(1300, seed: 4), features: settings)
        var (dataset, _, _, _) = try builder.finish()
        let rows = (0..<1300).filter { $0 % 2 == 0 || $0 > 900 }
        let before = dataset.subset(rows)
        for (position, row) in rows.enumerated() { #expect(before.slots(position) == dataset.slots(row)) }
        _ = ActiveFeatures(compacting: &dataset, parallel: Parallel(threads: 2))
        let after = dataset.subset(rows)
        for (position, row) in rows.enumerated() { #expect(after.slots(position) == dataset.slots(row)) }
        #expect(after.labels == rows.map { dataset.labels[$0] })
        #expect(after.groups == rows.map { dataset.groups[$0] })
        #expect(after.rowCount == rows.count && after.blockCount == (rows.count + 511) / 512)
    }
}
