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
    private let storage: DatasetStorage
    private let noise: BatchNoise?
    /// Samples whose features are being extracted while the next ones are read.
    private var running: ExtractionBatch?
    /// What went wrong where nothing could be thrown.
    private var failure: TrainingError?
    private var coverage = CoverageBitmap()
    private var validationStart: Int?
    /// A few texts, to compare the written model with the one in memory.
    private(set) var probes: [Request] = []

    /// Samples that wait until all threads have a block to extract.
    private var batchSize: Int { Dataset.rowsPerBlock * 4 * parallel.threads }

    /// A builder of rows under `features`, which are kept as `storage` says.
    ///
    /// With `noise`, each sample but those of validation has a copy with noise drawn from `seed`.
    public init(
        features: FeatureSettings, threads: Int, storage: DatasetStorage = DatasetStorage(),
        noise: TrainingNoise? = nil, seed: UInt64 = 1
    ) {
        self.storage = storage
        self.noise = noise.map { BatchNoise(noise: $0, seed: seed) }
        dataset = Dataset(settings: features)
        extractor = FeatureExtractor(settings: features)
        parallel = Parallel(threads: threads)
    }

    /// Number of samples so far.
    public var count: Int { dataset.originalCount + (running?.samples.count ?? 0) + pending.count }

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
        if pending.count >= batchSize { try flush() }
    }

    /// Makes all samples from here on validation samples: nothing is learnt from them.
    ///
    /// The samples so far fill whole blocks of rows after this, the last one perhaps with fewer rows.
    public mutating func beginValidation() {
        do throws(TrainingError) {
            try flush()
            try collect()
        } catch {
            failure = failure ?? error
        }
        validationStart = dataset.rowCount
    }

    /// Multiplies the weights of all samples so far, one factor each, and those of their copies.
    public mutating func scaleWeights(by factors: [Float]) throws(TrainingError) {
        try flush()
        try collect()
        precondition(
            factors.count == dataset.originalCount, "\(factors.count) factors, \(dataset.originalCount) samples")
        var sample = -1
        for row in 0..<dataset.rowCount {
            if !dataset.isCopy(row) { sample += 1 }
            dataset.weights[row] *= factors[sample]
        }
    }

    /// Has what is pending extracted, in blocks, while the caller goes on reading, after what was extracted before is
    /// taken in.
    private mutating func flush() throws(TrainingError) {
        if let failure { throw failure }
        try collect()
        let batch = ExtractionBatch(
            samples: pending, extractor: extractor, parallel: parallel, noise: validationStart == nil ? noise : nil)
        pending.removeAll(keepingCapacity: true)
        batch.start()
        running = batch
    }

    /// Waits for the batch that is being extracted and takes its rows in.
    private mutating func collect() throws(TrainingError) {
        guard let batch = running else { return }
        running = nil
        for result in batch.results() {
            try dataset.append(result.features, to: storage)
            if validationStart == nil { coverage.formUnion(result.coverage) }
            dataset.groups += result.groups
            if noise != nil { dataset.copies += result.origins.map(\.isCopy) }
            for origin in result.origins {
                let sample = batch.samples[origin.sample]
                dataset.labels.append(Int32(labelIndices[sample.label ?? ""] ?? 0))
                dataset.alternatives.append(Int32(sample.alternativeLabel.flatMap { labelIndices[$0] } ?? -1))
                dataset.weights.append(Float(sample.weight * (origin.isCopy ? noise?.noise.weight ?? 1 : 1)))
            }
        }
    }

    /// The rows, with labels numbered in alphabetical order.
    mutating func finish() throws(TrainingError) -> (
        dataset: Dataset, labels: [String], coverage: CoverageBitmap, validationStart: Int?
    ) {
        try flush()
        try collect()
        try dataset.seal()
        let sorted = labelNames.sorted()
        let numbers = labelNames.map { name in Int32(sorted.firstIndex(of: name) ?? 0) }
        dataset.labels = dataset.labels.map { numbers[Int($0)] }
        dataset.alternatives = dataset.alternatives.map { $0 < 0 ? -1 : numbers[Int($0)] }
        return (dataset, sorted, coverage, validationStart)
    }
}
