internal import Conversation
public import FeatureExtraction
public import Samples
internal import TaskType

/// Turns a stream of samples into features, on all threads, keeping nothing of their text.
public struct DatasetBuilder {
    private(set) var dataset: Dataset
    private(set) var labelNames: [String] = []
    private var labelIndices: [String: Int] = [:]
    private var pending: [Sample] = []
    private let extractor: FeatureExtractor
    private let parallel: Parallel
    private var coverage = CoverageBitmap()
    private var validationStart: Int?
    /// A few texts, to compare the written model with the one in memory.
    private(set) var probes: [Request] = []

    /// Samples that wait until all threads have a block to extract.
    private var batchSize: Int { Dataset.rowsPerBlock * 4 * parallel.threads }

    /// A builder of rows under `features`.
    public init(features: FeatureSettings, threads: Int) {
        dataset = Dataset(settings: features)
        extractor = FeatureExtractor(settings: features)
        parallel = Parallel(threads: threads)
    }

    /// Number of samples so far.
    public var count: Int { dataset.rowCount + pending.count }

    /// Adds one labelled sample.
    ///
    /// - Throws: Where it has no label.
    public mutating func append(_ sample: Sample) throws(TrainingError) {
        guard let label = sample.label else {
            throw TrainingError(.unusableData, "\(sample.location): the row has no label; add one or leave the row out")
        }
        guard Float(sample.weight).isFinite, Float(sample.weight) > 0 else {
            throw TrainingError(
                .unusableData, "\(sample.location): the weight \(sample.weight) is out of range; give weights near 1")
        }
        if labelIndices[label] == nil {
            labelIndices[label] = labelNames.count
            labelNames.append(label)
        }
        if probes.count < 64 { probes.append(sample.request) }
        pending.append(sample)
        if pending.count >= batchSize { flush(all: false) }
    }

    /// Makes all samples from here on validation samples: nothing is learnt from them.
    ///
    /// The samples so far fill whole blocks of rows after this, the last one perhaps with fewer rows.
    public mutating func beginValidation() {
        flush(all: true)
        validationStart = dataset.rowCount
    }

    /// Multiplies the weights of all samples so far, one factor each.
    public mutating func scaleWeights(by factors: [Float]) {
        flush(all: true)
        precondition(factors.count == dataset.rowCount, "\(factors.count) factors, \(dataset.rowCount) rows")
        for row in factors.indices { dataset.weights[row] *= factors[row] }
    }

    /// Extracts what is pending, in blocks; a block that is not full stays pending unless `all`.
    private mutating func flush(all: Bool) {
        let size = Dataset.rowsPerBlock
        let blockCount = all ? (pending.count + size - 1) / size : pending.count / size
        let samples = pending
        let extractor = extractor
        let results = parallel.map(blockCount) { block in
            var scratch = FeatureScratch(settings: extractor.settings)
            var features = Dataset.Block()
            var keys: Set<UInt32> = []
            for sample in samples[block * size..<min((block + 1) * size, samples.count)] {
                extractor.extract(Ask(sample.request), into: &scratch)
                features.append(scratch)
                scratch.withCoverageKeys { keys.formUnion($0) }
            }
            return (features, keys)
        }
        for (features, keys) in results {
            dataset.append(features)
            if validationStart == nil { coverage.insert(keys) }
        }
        for sample in samples.prefix(blockCount * size) {
            dataset.labels.append(Int32(labelIndices[sample.label ?? ""] ?? 0))
            dataset.alternatives.append(Int32(sample.alternativeLabel.flatMap { labelIndices[$0] } ?? -1))
            dataset.weights.append(Float(sample.weight))
            dataset.groups.append(Self.groupHash(of: sample))
        }
        pending.removeFirst(min(blockCount * size, pending.count))
    }

    /// Hash of the group, or of the text: copies of a text must not fall on both sides of a split.
    private static func groupHash(of sample: Sample) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func add(_ text: String) {
            for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        }
        if let group = sample.group {
            add("group:")
            add(group)
        } else {
            let ask = Ask(sample.request)
            add(ask.context)
            add("\u{1}")
            add(ask.text)
        }
        return hash
    }

    /// The rows, with labels numbered in alphabetical order.
    mutating func finish() -> (dataset: Dataset, labels: [String], coverage: CoverageBitmap, validationStart: Int?) {
        flush(all: true)
        let sorted = labelNames.sorted()
        let numbers = labelNames.map { name in Int32(sorted.firstIndex(of: name) ?? 0) }
        dataset.labels = dataset.labels.map { numbers[Int($0)] }
        dataset.alternatives = dataset.alternatives.map { $0 < 0 ? -1 : numbers[Int($0)] }
        return (dataset, sorted, coverage, validationStart)
    }
}
