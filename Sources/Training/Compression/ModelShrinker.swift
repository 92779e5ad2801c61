internal import FeatureExtraction
internal import FoundationEssentials
internal import Inference
internal import ModelFormat
public import TaskType

/// Makes a trained model smaller, judged on labelled samples that it has not learnt from.
///
/// Rows of the tables are left out by norm and by how often the samples use them, and the rest stored in fewer bits, until
/// the file fits. Which rows matter is counted on four fifths of the samples and judged on the fifth, in turn.
public struct ModelShrinker {
    /// A way in which a model was made smaller, for its provenance.
    public struct Record: Sendable, Equatable, Codable {
        /// Program and version.
        public var program: String
        /// Revision of the model that was made smaller.
        public var model: String
        /// `sha256:` digests of the samples it was judged on.
        public var data: [String]
        /// What was tried.
        public var size_search: SizeSearchReport
    }

    /// What a run brings forth.
    public struct Result: Sendable {
        /// The weights file's bytes.
        public var bytes: [UInt8]
        /// What was tried and what it costs.
        public var report: SizeSearchReport
    }

    /// The model that is made smaller.
    public let classifier: TaskClassifier
    /// The most bytes that the file may have.
    public var maximumBytes: Int
    /// The most precise form that is tried.
    public var precision: WeightPrecision = .int8
    /// Source of the order in which samples are dealt to parts.
    public var seed: UInt64 = 1
    /// Threads that work at the same time; changes the time, never the result.
    public var threads = 1

    /// A shrinker with the defaults.
    public init(_ classifier: TaskClassifier, maximumBytes: Int) {
        self.classifier = classifier
        self.maximumBytes = maximumBytes
    }

    private static let parts = 5

    /// Shrinks the model by what `builder`, made with the model's own features, has read.
    ///
    /// - Parameters:
    ///   - origin: Program and digests of the samples.
    ///   - progress: Told where the run stands; false stops it.
    public func shrink(
        _ builder: inout DatasetBuilder, origin: Provenance.Origin = .init(),
        progress: (TrainingProgress) -> Bool = { _ in true }
    ) throws(TrainingError) -> Result {
        var (dataset, labels, _, _) = try builder.finish()
        try adopt(labels, &dataset)
        let parallel = Parallel(threads: max(1, threads))
        let active = ActiveFeatures(compacting: &dataset, parallel: parallel)
        let scoring = PackedScoring(dataset: dataset, active: active, parallel: parallel)
        var model = classifier.model.dequantized()
        model.coverageFilter = ModelAssembly.filter(
            CoverageBitmap.folded(model.coverageFilter.bytes, within: maximumBytes))
        let splits = Split.splits(of: dataset, plan: .folds(Self.parts), seed: seed)
        let judged = splits.compactMap { split -> JudgedModel? in
            let rows = split.isHeldOut.indices.filter { split.isHeldOut[$0] }
            guard !rows.isEmpty else { return nil }
            let effects = RowEffects(dataset: dataset, active: active, isCounted: { !split.isHeldOut[$0] })
            return JudgedModel(
                model: PrunableModel(model, effects), reference: scoring.heldOut(rows, of: model))
        }
        guard judged.count >= 2 else {
            throw TrainingError(
                .unusableData,
                "the samples are too few or all of one group, so that none are left to judge on; give at least two groups"
            )
        }
        let final = PrunableModel(model, RowEffects(dataset: dataset, active: active, isCounted: { _ in true }))
        // JSON inside JSON: every quotation mark is written with a backslash.
        let text = classifier.metadata["tasktype.provenance"] ?? ""
        let provenanceBytes = text.utf8.count + text.utf8.count { $0 == 0x22 } + 512
        let found = try withoutActuallyEscaping(progress) { progress throws(TrainingError) in
            try SizeSearch(
                scoring: scoring, final: final, judged: judged, maximumBytes: maximumBytes, precision: precision,
                provenanceBytes: provenanceBytes,
                progress: { progress(TrainingProgress(stage: "trying smaller models: \($0)", fraction: nil, rows: 0)) }
            ).run()
        }
        recalibrate(&model, found.heldOut, HeldOutLogits(joining: judged.map(\.reference)))
        var report = found.report
        do {
            let bytes = try SmallerModel(found: found, final: final, maximumBytes: maximumBytes).encode(model) {
                report.chosen.kept_rows = $0
                return try provenance(report, origin)
            }
            _ = try TaskClassifier(ModelBytes(copying: bytes, origin: "the smaller model"), name: "smaller")
            return Result(bytes: bytes, report: report)
        } catch let error as TrainingError {
            throw error
        } catch {
            throw TrainingError(.failed, "the smaller model cannot be packed: \(error)")
        }
    }

    /// Gives the rows' labels the model's numbers.
    private func adopt(_ labels: [String], _ dataset: inout Dataset) throws(TrainingError) {
        guard dataset.rowCount > 0 else {
            throw TrainingError(
                .unusableData, "there are no samples to judge on; check that the files have rows below their header")
        }
        var numbers: [Int32] = []
        for label in labels {
            guard let number = classifier.labels.firstIndex(of: label) else {
                throw TrainingError(
                    .unusableData,
                    "the samples have the label \(label), which the model does not know; it knows \(classifier.labels.joined(separator: ", "))"
                )
            }
            numbers.append(Int32(number))
        }
        dataset.labels = dataset.labels.map { numbers[Int($0)] }
        dataset.alternatives = dataset.alternatives.map { $0 < 0 ? -1 : numbers[Int($0)] }
    }

    /// Makes up for logits that shrank with the rows: one factor for all, so that confidences keep their meaning.
    private func recalibrate(_ model: inout TaskModel, _ smaller: HeldOutLogits, _ reference: HeldOutLogits) {
        let now = CalibrationFitting.fitOne(smaller, isVector: false).scales[0]
        let before = CalibrationFitting.fitOne(reference, isVector: false).scales[0]
        guard now.isFinite, before.isFinite, now > 0, before > 0 else { return }
        for label in model.calibration.scales.indices { model.calibration.scales[label] *= now / before }
    }

    /// The model's own provenance with a record of the run; where that cannot be read, the record alone.
    private func provenance(_ report: SizeSearchReport, _ origin: Provenance.Origin) throws -> String {
        struct Shrunk: Encodable {
            let shrunk: [Record]
        }
        let record = Record(
            program: origin.program, model: classifier.revision, data: origin.data, size_search: report)
        let text = classifier.metadata["tasktype.provenance"] ?? "{}"
        guard var provenance = try? JSONDecoder().decode(Provenance.self, from: Data(text.utf8)) else {
            return try encodeSorted(Shrunk(shrunk: [record]))
        }
        provenance.shrunk = (provenance.shrunk ?? []) + [record]
        return try encodeSorted(provenance)
    }
}
