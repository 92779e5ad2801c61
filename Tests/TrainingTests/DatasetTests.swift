import Conversation
import FeatureExtraction
import Samples
import TaskType
import TestSupport
import Testing

@testable import Training

@Suite("Coverage bitmap")
struct CoverageBitmapTests {
    private func contains(_ bits: [UInt8], _ key: UInt32) -> Bool {
        let bit = Int(key) % (bits.count * 8)
        return bits[bit / 8] & (1 << UInt8(bit % 8)) != 0
    }

    @Test(
        "Folding keeps every member and stops before a tenth of the bits is set",
        arguments: [0, 1, 100, 5000, 60_000, 600_000])
    func folding(count: Int) {
        var random = SplitMix64(seed: UInt64(count))
        let keys = Set((0..<count).map { _ in UInt32.random(in: 0...UInt32.max, using: &random) })
        var bitmap = CoverageBitmap()
        bitmap.insert(keys)
        let bits = bitmap.folded()
        #expect(keys.allSatisfy { contains(bits, $0) })
        #expect(bits.count & (bits.count - 1) == 0 && bits.count >= 1024)
        let fill = Double(bits.reduce(0) { $0 + $1.nonzeroBitCount }) / Double(bits.count * 8)
        #expect(fill <= 0.1)
        // No larger than needed: half of it would be fuller than allowed, or smaller than the smallest.
        if bits.count > 1024 {
            let half = (0..<bits.count / 2).map { bits[$0] | bits[$0 + bits.count / 2] }
            #expect(Double(half.reduce(0) { $0 + $1.nonzeroBitCount }) > 0.1 * Double(half.count * 8))
        }
    }
}

@Suite("Data set")
struct DatasetTests {
    @Test("Rows, labels and groups do not depend on the number of threads")
    func threads() throws {
        let samples = randomSamples(1700, labels: 5, seed: 1)
        var one = try builder(samples, threads: 1)
        let reference = try one.finish()
        for threads in [2, 3, 8] {
            var other = try builder(samples, threads: threads)
            let result = try other.finish()
            #expect(result.labels == reference.labels)
            #expect(result.dataset.labels == reference.dataset.labels)
            #expect(result.dataset.groups == reference.dataset.groups)
            #expect(result.dataset.weights == reference.dataset.weights)
            #expect((0..<1700).allSatisfy { result.dataset.slots($0) == reference.dataset.slots($0) })
            #expect(result.coverage.folded() == reference.coverage.folded())
        }
    }

    @Test("Labels are numbered in alphabetical order, whatever comes first; second labels with them")
    func labels() throws {
        var builder = DatasetBuilder(features: smallFeatures, threads: 1)
        for (label, alternative) in [("zebra", nil), ("ant", "zebra"), ("zebra", "unknown"), ("mole", "ant")]
            as [(String, String?)]
        {
            var row = sample("text \(label)", label)
            row.alternativeLabel = alternative
            try builder.append(row)
        }
        #expect(builder.count == 4)
        let (dataset, labels, _, _) = try builder.finish()
        #expect(labels == ["ant", "mole", "zebra"])
        #expect(dataset.labels == [2, 0, 2, 1])
        #expect(dataset.alternatives == [-1, 2, -1, 0])
    }

    @Test("A row without a label is refused with its place")
    func unlabelled() {
        var builder = DatasetBuilder(features: smallFeatures, threads: 1)
        let error = #expect(throws: TrainingError.self) { try builder.append(sample("text", nil)) }
        #expect(error?.code == .unusableData)
        #expect(error?.message.contains("test.csv:2:1") == true)
    }

    @Test("Each row holds what extraction gives, before and after features are renumbered")
    func rows() throws {
        let samples = randomSamples(1100, seed: 2)
        var builder = try builder(samples)
        var (dataset, _, _, _) = try builder.finish()
        let rows = [0, 1, 511, 512, 1023, 1024, 1099]
        let plain = rows.map { dataset.slots($0) }
        let active = ActiveFeatures(compacting: &dataset, parallel: Parallel(threads: 3))
        let extractor = FeatureExtractor(settings: smallFeatures)
        var scratch = FeatureScratch(settings: smallFeatures)
        for (row, plain) in zip(rows, plain) {
            extractor.extract(Ask(samples[row].request), into: &scratch)
            for family in FeatureFamily.allCases {
                let expected = scratch.withSlots(of: family) { Array($0) }
                #expect(plain[family.rawValue] == expected)
                let restored = dataset.slots(row)[family.rawValue].map { slot -> UInt32 in
                    let number = Int(slot >> 1) - active.offsets[family.rawValue]
                    return active.buckets[family.rawValue][number] << 1 | slot & 1
                }
                #expect(restored == expected)
            }
        }
        for family in FeatureFamily.allCases {
            let buckets = active.buckets[family.rawValue]
            #expect(buckets == Set(buckets).sorted())
        }
    }

    @Test("Three-grams of validation rows are not counted as seen in training")
    func validationCoverage() throws {
        var builder = try builder([sample("alpha", "a")])
        builder.beginValidation()
        try builder.append(sample("omega quite different", "a"))
        let (dataset, _, coverage, start) = try builder.finish()
        #expect(start == 1 && dataset.rowCount == 2 && dataset.blockCount == 2)
        var alone = DatasetBuilder(features: smallFeatures, threads: 1)
        try alone.append(sample("alpha", "a"))
        let expected = try alone.finish().coverage.folded()
        #expect(coverage.folded() == expected)
    }
}
