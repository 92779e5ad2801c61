internal import Conversation
internal import Dispatch
internal import FeatureExtraction
internal import Samples
internal import TaskType

/// Noise, and the seed that a run gives it.
struct BatchNoise: Sendable {
    let noise: TrainingNoise
    let seed: UInt64
}

/// Samples that are turned into blocks of rows on all threads but the caller's, which goes on reading.
final class ExtractionBatch: @unchecked Sendable {
    // Sendable: `blocks` is written by the queue before `done` is signalled, and read after it.

    /// What comes of a block of samples.
    struct Block: Sendable {
        var features: FeatureBlock
        var coverage: CoverageBitmap
        var groups: [UInt64]
        /// The sample of each row, by its place in the batch, and whether the row is a noisy copy of it.
        var origins: [(sample: Int, isCopy: Bool)]
    }

    let samples: [Sample]
    private let extractor: FeatureExtractor
    private let parallel: Parallel
    private let noise: BatchNoise?
    private var blocks: [Block]?
    private let done = DispatchSemaphore(value: 0)

    init(samples: [Sample], extractor: FeatureExtractor, parallel: Parallel, noise: BatchNoise? = nil) {
        self.samples = samples
        self.extractor = extractor
        self.parallel = parallel
        self.noise = noise
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
        // A copy of each row, and blocks of the size that all have.
        let size = noise == nil ? Dataset.rowsPerBlock : Dataset.rowsPerBlock / 2
        blocks = parallel.map((samples.count + size - 1) / size) { block in
            let range = block * size..<min((block + 1) * size, self.samples.count)
            var scratch = FeatureScratch(settings: self.extractor.settings)
            var writer = FeatureBlockWriter()
            var coverage = CoverageBitmap()
            var groups: [UInt64] = []
            var origins: [(sample: Int, isCopy: Bool)] = []
            groups.reserveCapacity(range.count)
            origins.reserveCapacity(range.count)
            for index in range {
                let ask = Ask(self.samples[index].request)
                self.extractor.extract(ask, into: &scratch)
                writer.append(scratch)
                scratch.withCoverageKeys { coverage.insert($0) }
                groups.append(Self.groupHash(of: ask, group: self.samples[index].group))
                origins.append((index, false))
                guard let noise = self.noise else { continue }
                let key = noise.seed ^ Self.groupHash(of: ask, group: nil)
                guard let copy = noise.noise.ask(of: self.samples[index], ask, key: key) else { continue }
                // What only a copy holds is not known for that: an unseen script stays unseen.
                self.extractor.extract(copy, into: &scratch)
                writer.append(scratch)
                groups.append(groups[groups.count - 1])
                origins.append((index, true))
            }
            return Block(
                features: writer.encoded(self.extractor.settings), coverage: coverage, groups: groups, origins: origins)
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
