internal import FeatureExtraction
internal import ModelFormat
internal import TaskType

/// A float model and rows that it has not learnt from.
struct JudgedModel: Sendable {
    let model: PrunableModel
    /// What the float model makes of the rows.
    let reference: HeldOutLogits
}

/// Tries smaller and smaller forms of a model until paired tests object, and picks the most accurate that fits a size.
///
/// What is judged is the way of packing: it is applied to models that have not seen the rows they are judged on, with
/// document frequencies that do not come from those rows either, and in the end to the model that is written.
struct SizeSearch {
    let scoring: PackedScoring
    /// The model that is to be written.
    let final: PrunableModel
    let judged: [JudgedModel]
    let maximumBytes: Int
    /// The most precise form that is tried; all smaller ones are.
    let precision: WeightPrecision
    /// Length of what the file will say of its origin, which counts too.
    let provenanceBytes: Int
    /// Told of each trial; false stops the search.
    let progress: (_ trial: String) -> Bool

    /// What was found.
    struct Found {
        var recipe: CompressionRecipe
        var report: SizeSearchReport
        /// What the recipe's models make of the judged rows: what calibration is to be fitted on.
        var heldOut: HeldOutLogits
    }

    /// Shares of the rows that are tried beside the one that just fits.
    private static let shares = [1, 0.5, 0.25, 0.125, 0.0625, 0.03125]
    /// Bytes that the report of a trial takes in the file, and tensors' offsets with more digits.
    private static let bytesPerTrial = 330
    private static let slack = 1536

    func run() throws(TrainingError) -> Found {
        let reference = HeldOutLogits(joining: judged.map(\.reference))
        var trials: [(recipe: CompressionRecipe, trial: SizeSearchReport.Trial, heldOut: HeldOutLogits)] = []
        for precision in Self.precisions(upTo: precision) {
            let fixed = try fixedBytes(precision)
            for share in shares(precision, fixed: fixed) {
                let recipe = CompressionRecipe(precision: precision, keptShare: share)
                let kept = final.keptRows(share)
                guard progress("\(precision.rawValue), \(kept) of \(final.rowCount) rows") else {
                    throw TrainingError(.interrupted, "stopped; nothing was written")
                }
                let heldOut = try heldOut(recipe)
                let judgement = PairedJudgement(of: heldOut, against: reference)
                let bytes = fixed + final.tableBytes(recipe)
                trials.append((recipe, .init(recipe, kept, bytes, judgement), heldOut))
                if judgement.isWorse, bytes <= maximumBytes { break }
            }
        }
        let fitting = trials.filter { $0.trial.file_bytes <= maximumBytes }
        let sound = fitting.filter { !$0.trial.is_worse }
        let candidates = sound.isEmpty ? fitting : sound
        guard let best = HeldOutScore.best(candidates.map { HeldOutScore($0.heldOut) }) else {
            let least = try fixedBytes(.int4)
            throw TrainingError(
                .badOption,
                "no model of these labels and features fits \(maximumBytes) bytes: without any weight it takes \(least); allow more, or train with fewer buckets (--hash-bits)"
            )
        }
        let chosen = candidates[best]
        let float = PairedJudgement(of: reference, against: reference)
        return Found(
            recipe: chosen.recipe,
            report: SizeSearchReport(
                maximum_bytes: maximumBytes, judged_rows: reference.truths.count, rows: final.rowCount,
                float_accuracy: float.accuracy, float_log_loss: float.logLoss,
                float_bytes: try encode(final.model, .float32).count + provenanceBytes,
                trials: trials.map(\.trial), chosen: chosen.trial),
            heldOut: chosen.heldOut)
    }

    private static func precisions(upTo first: WeightPrecision) -> [WeightPrecision] {
        let all: [WeightPrecision] = [.float32, .int8, .int4]
        return Array(all.drop { $0 != first })
    }

    /// The shares to try, largest first: fixed ones, and the largest that fits.
    private func shares(_ precision: WeightPrecision, fixed: Int) -> [Double] {
        let fits = { (share: Double) in
            fixed + final.tableBytes(CompressionRecipe(precision: precision, keptShare: share)) <= maximumBytes
        }
        guard !fits(1) else { return Self.shares }
        let rows = final.rowCount
        var (low, high) = (0, rows)
        while high - low > 1 {
            let middle = (low + high) / 2
            if fits(Double(middle) / Double(rows)) { low = middle } else { high = middle }
        }
        guard low > 0, fits(Double(low) / Double(rows)) else { return [] }
        return (Self.shares + [Double(low) / Double(rows)]).sorted(by: >)
    }

    /// Bytes of a file whose tables keep no row: header, bitmaps, biases, filter.
    private func fixedBytes(_ precision: WeightPrecision) throws(TrainingError) -> Int {
        let trials = Self.bytesPerTrial * (Self.shares.count + 1) * Self.precisions(upTo: self.precision).count
        return try encode(final.pruned(keeping: 0), precision).count + provenanceBytes + trials + Self.slack
    }

    private func encode(_ model: TaskModel, _ precision: WeightPrecision) throws(TrainingError) -> [UInt8] {
        do {
            return try model.encoded(precision: precision, leavesOutZeroRows: true, provenance: "{}")
        } catch {
            throw TrainingError(.failed, "the smaller model cannot be packed: \(error)")
        }
    }

    /// The judged rows under the recipe, scored by the kernels that will answer requests.
    private func heldOut(_ recipe: CompressionRecipe) throws(TrainingError) -> HeldOutLogits {
        var parts: [HeldOutLogits] = []
        for part in judged {
            let bytes = try encode(part.model.pruned(keeping: recipe.keptShare), recipe.precision)
            let packed: TaskModel
            do {
                packed = try TaskModel(
                    SafetensorsFile(parsing: ModelBytes(copying: bytes, origin: "the smaller model")))
            } catch {
                throw TrainingError(.failed, "the smaller model does not read back: \(error)")
            }
            parts.append(scoring.heldOut(part.reference.rows, of: packed))
        }
        return HeldOutLogits(joining: parts)
    }
}

extension HeldOutLogits {
    /// Parts of the same number of labels, one after the other.
    init(joining parts: [HeldOutLogits]) {
        self.init(
            rows: parts.flatMap(\.rows), logits: parts.flatMap(\.logits), truths: parts.flatMap(\.truths),
            weights: parts.flatMap(\.weights), labelCount: parts.first?.labelCount ?? 0)
    }
}

extension SizeSearchReport.Trial {
    init(_ recipe: CompressionRecipe, _ keptRows: Int, _ bytes: Int, _ judgement: PairedJudgement) {
        self.init(
            precision: recipe.precision.rawValue, kept_rows: keptRows, file_bytes: bytes,
            accuracy: judgement.accuracy, log_loss: judgement.logLoss, accuracy_lost: judgement.lost,
            accuracy_lost_ci95: [judgement.lostInterval.lowerBound, judgement.lostInterval.upperBound],
            log_loss_added: judgement.logLossAdded, mcnemar_p: judgement.mcNemarP, is_worse: judgement.isWorse)
    }
}
