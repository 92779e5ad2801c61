import ArgumentParser
import DataCare
import FeatureExtraction
import ModelFormat
import Samples
import TaskType
import Training

struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train a model from labelled samples.",
        discussion: """
            Reads CSV or JSON Lines with the columns text (or messages) and label; see docs/data.md. Settings are chosen \
            and probabilities calibrated on rows that are not trained on. The same data, options and seed give the same \
            bytes, whatever the number of threads.
            """)

    @Argument(
        help: ArgumentHelp("Labelled samples: .csv or .jsonl, perhaps .gz; - for standard input.", valueName: "data"))
    var data: [String]

    @Option(name: [.long, .short], help: ArgumentHelp("Where the weights are written.", valueName: "model"))
    var output: String

    @Option(help: ArgumentHelp("Samples to choose settings and to calibrate on; not trained on.", valueName: "file"))
    var validation: [String] = []

    @Option(
        help: ArgumentHelp("Read only such rows of the validation files; as --where.", valueName: "condition"),
        transform: RowOptions.condition)
    var validationWhere: [SampleCondition] = []

    @Option(help: ArgumentHelp("Hold out this share of the rows instead.", valueName: "share"))
    var holdout: Double?

    @Option(
        help: ArgumentHelp("Hold out each row once, in this many parts; train on all rows in the end.", valueName: "n"))
    var folds: Int?

    @Option(help: "Kind of model: logistic, mlp or auto (both and their average; the best is kept).")
    var kind: TrainingOptions.Kind = .logistic

    @Option(
        help: ArgumentHelp("Losses tried for the linear model: softmax, logistic, squared-hinge.", valueName: "loss"))
    var loss: [LinearLoss] = []

    @Option(help: ArgumentHelp("Inverse regularisations C tried, ascending, separated by commas.", valueName: "list"))
    var c: String?

    @OptionGroup(title: "Imbalance and shift (docs/shift.md)")
    var shift: TrainShiftOptions

    @OptionGroup(title: "Noise (docs/noise.md)")
    var noise: NoiseOptions

    @Option(help: "How weights are stored: int8, int4 or float32; with --max-size the most precise form that is tried.")
    var precision: WeightPrecision = .int8

    @OptionGroup var size: SizeOptions

    @Option(help: ArgumentHelp("Binary logarithm of the buckets for words and characters.", valueName: "bits"))
    var hashBits: Int?

    @Option(help: ArgumentHelp("Longest word n-gram, 1 to 3.", valueName: "n"))
    var wordNgrams: Int?

    @Option(
        help: ArgumentHelp(
            "Lengths of feature families, such as words=1,structure=0.5; 0 leaves a family out.", valueName: "list"))
    var familyWeights: String?

    @Option(help: ArgumentHelp("Units of the perceptron's hidden layer.", valueName: "n"))
    var hiddenUnits = 32

    @Option(
        help: ArgumentHelp(
            "Label for requests with nothing to classify; the most frequent one where left out.", valueName: "label"))
    var defaultLabel: String?

    @OptionGroup(title: "Calibration and abstention (docs/calibration.md)")
    var decisions: DecisionOptions

    @OptionGroup(title: "Search for settings")
    var tuning: TuneOptions

    @Option(help: ArgumentHelp("Source of all randomness.", valueName: "n"))
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp(
            "Threads; all processors where this is left out. Changes the time, never the result.", valueName: "n"))
    var threads: Int?

    @Option(help: ArgumentHelp("Write what was tried and how good it is, as JSON.", valueName: "file"))
    var report: String?

    @OptionGroup var rows: RowOptions

    @OptionGroup var storage: StorageOptions

    @Flag(help: "No progress and no summary.")
    var quiet = false

    func validate() throws {
        if [!validation.isEmpty, holdout != nil, folds != nil].count(where: { $0 }) > 1 {
            throw ValidationError("--validation, --holdout and --folds exclude each other: give one of them.")
        }
        if let holdout, !(holdout > 0 && holdout < 1) { throw ValidationError("--holdout must lie between 0 and 1.") }
        if let folds, !(2...100).contains(folds) { throw ValidationError("--folds must be 2 to 100.") }
        if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads must be 1 to 1024.") }
        if let hashBits, !(8...22).contains(hashBits) { throw ValidationError("--hash-bits must be 8 to 22.") }
        if let wordNgrams, !(1...3).contains(wordNgrams) { throw ValidationError("--word-ngrams must be 1 to 3.") }
        if !(1...1024).contains(hiddenUnits) { throw ValidationError("--hidden-units must be 1 to 1024.") }
        if (data + validation + shift.mix.traffic).count(where: { $0 == "-" }) > 1 {
            throw ValidationError("Standard input can be read once only.")
        }
        if tuning.isRequested, (data + validation).contains("-") {
            throw ValidationError("--tune reads its samples more than once; give files in place of standard input.")
        }
        if tuning.isRequested { try checkTunable() }
        _ = try inverseRegularizations()
        _ = try parsedFamilyWeights()
        if shift.warmStart != nil, hashBits != nil || wordNgrams != nil || familyWeights != nil {
            throw ValidationError(
                "--warm-start uses the features of its model: leave out --hash-bits, --word-ngrams and --family-weights."
            )
        }
    }

    func inverseRegularizations() throws -> [Double]? {
        guard let c else { return nil }
        let values = c.split(separator: ",").map { Double($0) }
        let numbers = values.compactMap(\.self)
        guard !numbers.isEmpty, numbers.count == values.count, numbers.allSatisfy({ $0 > 0 && $0.isFinite }) else {
            throw ValidationError("--c takes positive numbers separated by commas, such as 0.3,1,3.")
        }
        return numbers.sorted()
    }

    private func parsedFamilyWeights() throws -> [(family: FeatureFamily, weight: Float)] {
        let names = FeatureFamily.allCases.map(\.name).joined(separator: ", ")
        return try (familyWeights ?? "").split(separator: ",").map { entry in
            let parts = entry.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let family = FeatureFamily.allCases.first(where: { $0.name == parts[0] }) else {
                throw ValidationError("--family-weights takes name=number pairs with the names \(names).")
            }
            guard let weight = Float(parts[1]), weight.isFinite, weight >= 0 else {
                throw ValidationError("--family-weights: \(parts[1]) is not a number of 0 or more.")
            }
            return (family, weight)
        }
    }

    func run() throws {
        try pinLinearAlgebra()
        Interruption.watch()
        let start = ContinuousClock().now
        let progress = ProgressLine(isQuiet: quiet)
        try checkOutputs()
        let watch = FileWatch(data + validation)
        do {
            let (result, count) = try tuning.isRequested ? tune(watch, progress) : train(watch, progress)
            progress.finishStage()
            if Interruption.isRequested { throw Failure("stopped; nothing was written", status: 130) }
            try write(result)
            if let warning = result.report.size_search?.warning { StandardError.write("warning: \(warning)\n") }
            if !quiet { summarize(result, rows: count, seconds: (ContinuousClock().now - start) / .seconds(1)) }
        } catch let error as TrainingError {
            progress.finishStage()
            throw Failure(error.message, status: error.code == .interrupted ? 130 : 2)
        } catch let error as SampleError {
            progress.finishStage()
            throw Failure("\(error)")
        } catch let error as ModelFileError {
            progress.finishStage()
            throw Failure("\(error)")
        }
    }

    /// Refuses before the work what could not be written after it; the model to begin with may be replaced by its heir.
    private func checkOutputs() throws {
        let read = data + validation + shift.mix.traffic
        try OutputFiles.check([output] + [report].compactMap(\.self), inputs: read)
        if let report { try OutputFiles.check([report], inputs: [shift.warmStart].compactMap(\.self)) }
    }

    func options() throws -> TrainingOptions {
        var options = TrainingOptions()
        options.kind = kind
        options.precision = precision
        options.maximumBytes = size.maxSize?.bytes
        options.hiddenUnits = hiddenUnits
        options.defaultLabel = defaultLabel
        options.seed = seed
        options.threads = threads ?? processorCount
        options.noise = try noise.trainingNoise()
        if let holdout { options.validation = .holdout(holdout) }
        if let folds { options.validation = .folds(folds) }
        if !loss.isEmpty { options.losses = loss }
        if let values = try inverseRegularizations() { options.inverseRegularizations = values }
        try decisions.apply(to: &options)
        try shift.apply(to: &options, tellsRegularization: c != nil, tellsLoss: !loss.isEmpty)
        return options
    }

    /// The features: by the number of labels, which a first look at the files tells.
    func features(_ trainer: Trainer) throws -> FeatureSettings {
        var labels: Set<String> = []
        // What comes out of a pipe can be read once only.
        if hashBits == nil, data.allSatisfy({ $0 != "-" && isRegularFile($0) }) {
            var reader = try SampleReader(paths: data, options: readerOptions())
            // The number of labels shows early, and only whether it is large matters.
            while labels.count <= 16, reader.sampleCount < 20_000, let sample = try reader.next() {
                if let label = sample.label { labels.insert(label) }
            }
        }
        var features = trainer.features(labelCount: labels.isEmpty ? nil : labels.count)
        if let hashBits { features.bucketBits[0] = hashBits; features.bucketBits[1] = hashBits }
        for (family, weight) in try parsedFamilyWeights() { features.familyWeights[family.rawValue] = weight }
        if let wordNgrams { features.maximumWordOrder = wordNgrams }
        return features
    }

    private func readerOptions() -> SampleReader.Options {
        var options = SampleReader.Options()
        rows.apply(to: &options)
        return options
    }

    @discardableResult
    func read(
        _ paths: [String], where conditions: [SampleCondition], into builder: inout DatasetBuilder,
        decay: inout TimeDecay?, stage: String, _ progress: ProgressLine, reportsSkipped: Bool = true
    ) throws -> Int {
        var options = readerOptions()
        options.conditions = conditions
        if paths.contains("-") { options.format = paths.count == 1 ? .csv : nil }
        var reader = try SampleReader(paths: paths, options: options)
        var future = FutureTimestamps()
        try Interruption.endingAtOnce {
            while let sample = try reader.next() {
                try builder.append(sample)
                try decay?.append(sample)
                future.note(sample)
                if reader.sampleCount % 512 == 0 {
                    progress.update(stage: stage, rows: reader.sampleCount, fraction: nil)
                }
            }
        }
        try rows.checkMatch(of: reader)
        if reportsSkipped {
            reportSkippedRows(reader.skippedRows, count: reader.skippedRowCount)
            future.report()
        }
        return reader.sampleCount
    }

    /// Digests of the data, so that a model tells what it was made of.
    func origin(_ trainer: Trainer) throws -> Provenance.Origin {
        func digests(_ paths: [String]) throws -> [String] {
            // What is no file has no digest.
            try paths.filter { $0 != "-" && isRegularFile($0) }.map {
                try FileDigest.sha256(ofFileAt: $0)
            }
        }
        return .init(
            program: "tasktype \(programVersion)", data: try digests(data), validation: try digests(validation),
            traffic: try digests(shift.mix.traffic), parent: trainer.options.warmStart?.revision,
            conditions: rows.conditions.map(\.description), validationConditions: validationWhere.map(\.description))
    }

    private func write(_ result: Trainer.Result) throws {
        // The report first: where it cannot be written, the old model is still in its place.
        if let report { try AtomicFile.write(Array((try result.report.json() + "\n").utf8), to: report) }
        try AtomicFile.write(result.bytes, to: output)
        let written = try TaskClassifier(contentsOf: output)
        let intended = ModelBytes(copying: result.bytes, origin: output).revision()
        guard written.revision == intended else {
            throw Failure("\(output) does not read back as it was written; check the disk and train again")
        }
    }

    private func summarize(_ result: Trainer.Result, rows: Int, seconds: Double) {
        let report = result.report
        var lines = ["trained on \(report.rows) rows, judged on \(report.held_out_rows) (\(report.validation))"]
        if let noise = report.noise { lines.append(noise.summary) }
        if let tuning = report.tuning { lines += tuning.lines() }
        for trial in report.trials where report.tuning == nil || trial.kind.hasPrefix("mlp") {
            var name = trial.kind
            if let loss = trial.loss { name += " \(loss)" }
            if let c = trial.inverse_regularization { name += " C=\(c)" }
            if let epochs = trial.epochs { name += " \(epochs) epochs" }
            lines.append(
                "  \(name.padded(to: 30)) accuracy \(decimal(trial.accuracy, places: 4))  macro-F1 "
                    + "\(decimal(trial.macro_f1, places: 4))  log loss \(decimal(trial.log_loss, places: 4))")
        }
        let chosen = report.chosen
        lines.append(
            "kept \([chosen.kind, chosen.loss, chosen.inverse_regularization.map { "C=\($0)" }].compactMap(\.self).joined(separator: " ")), calibrated by \(report.calibration)"
        )
        lines += decisionLines(report)
        let stored = report.size_search?.chosen.precision ?? precision.rawValue
        if let search = report.size_search { lines += search.table() }
        if stored != WeightPrecision.float32.rawValue {
            lines.append(
                "rounding to \(stored) weights costs "
                    + "\(decimal(100 * (report.float_accuracy - report.stored_accuracy), places: 2)) points of accuracy"
            )
        }
        lines.append(
            "wrote \(output), \(report.file_bytes) bytes, in \(decimal(seconds, places: 1)) s "
                + "(\(Int(Double(rows) / max(seconds, 1e-9))) rows/s), peak memory \(peakMemory >> 20) MiB")
        if report.size_search == nil, report.float_accuracy - report.stored_accuracy > 0.001 {
            lines.append(
                "\(stored) weights lose more than 0.1 points here; --precision float32 keeps them, at \(precision == .int4 ? "eight" : "four") times the size"
            )
        }
        lines += TrainingNotes.lines(report)
        StandardError.write(lines.joined(separator: "\n") + "\n")
    }
}

extension TrainCommand {
    /// What thresholds and candidates promise, and what was made of ages and traffic.
    private func decisionLines(_ report: TrainingReport) -> [String] {
        var lines: [String] = []
        if let decay = report.decay {
            lines.append(
                "rows fade from \(decay.newest) (oldest \(decay.oldest)): worth \(Int(decay.effective_rows.rounded())) rows of equal weight"
            )
        }
        if let traffic = report.traffic { lines += LabelMixOptions.summary(traffic) }
        guard let figures = report.decisions else { return lines }
        func percent(_ share: Double) -> String { "\(decimal(100 * share, places: 1)) %" }
        var certain = "on held-out rows \(percent(figures.certain_share)) of the answers are certain"
        if let accuracy = figures.certain_accuracy { certain += ", \(percent(accuracy)) of them right" }
        lines.append(
            certain
                + "; candidates hold the truth for \(percent(figures.candidate_coverage)) (\(percent(figures.candidate_target)) asked for, \(figures.candidate_sets)), \(decimal(figures.mean_candidates, places: 2)) of them on average"
        )
        if !figures.candidate_fallbacks.isEmpty {
            let shown = figures.candidate_fallbacks.prefix(5).joined(separator: ", ")
            let more = figures.candidate_fallbacks.count > 5 ? " and \(figures.candidate_fallbacks.count - 5) more" : ""
            lines.append("  too few rows for a candidate threshold of their own: \(shown)\(more)")
        }
        return lines
    }
}

extension TrainingOptions.Kind: ExpressibleByArgument {}
extension LinearLoss: ExpressibleByArgument {}
extension WeightPrecision: ExpressibleByArgument {}
