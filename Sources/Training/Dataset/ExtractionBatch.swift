internal import Conversation
internal import Dispatch
internal import FeatureExtraction
internal import Samples
internal import TaskType

/// Samples that are turned into blocks of rows on all threads but the caller's, which goes on reading.
final class ExtractionBatch: @unchecked Sendable {
    // Sendable: `blocks` is written by the queue before `done` is signalled, and read after it.

    /// What comes of a block of samples.
    struct Block: Sendable {
        var features: FeatureBlock
        var coverage: CoverageBitmap
        var groups: [UInt64]
    }

    let samples: [Sample]
    private let extractor: FeatureExtractor
    private let parallel: Parallel
    private var blocks: [Block]?
    private let done = DispatchSemaphore(value: 0)

    init(samples: [Sample], extractor: FeatureExtractor, parallel: Parallel) {
        self.samples = samples
        self.extractor = extractor
        self.parallel = parallel
    }

    /// Begins extracting; with one thread, extracts before it returns.
    func start() {
        guard parallel.threads > 1, !samples.isEmpty else { return extract() }
        DispatchQueue.global().async { self.extract() }
    }

    /// Waits for the blocks and returns them in order; once only.
    func results() -> [Block] {
        done.wait()
        return blocks ?? []
    }

    private func extract() {
        let size = Dataset.rowsPerBlock
        blocks = parallel.map((samples.count + size - 1) / size) { block in
            let range = block * size..<min((block + 1) * size, self.samples.count)
            var scratch = FeatureScratch(settings: self.extractor.settings)
            var writer = FeatureBlockWriter()
            var coverage = CoverageBitmap()
            var groups: [UInt64] = []
            groups.reserveCapacity(range.count)
            for index in range {
                let ask = Ask(self.samples[index].request)
                self.extractor.extract(ask, into: &scratch)
                writer.append(scratch)
                scratch.withCoverageKeys { coverage.insert($0) }
                groups.append(Self.groupHash(of: ask, group: self.samples[index].group))
            }
            return Block(features: writer.encoded(self.extractor.settings), coverage: coverage, groups: groups)
        }
        done.signal()
    }

    /// Hash of the group, or of the text: copies of a text must not fall on both sides of a split.
    private static func groupHash(of ask: Ask, group: String?) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func add(_ text: String) {
            for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        }
        if let group {
            add("group:")
            add(group)
        } else {
            add(ask.context)
            add("\u{1}")
            add(ask.text)
        }
        return hash
    }
}
