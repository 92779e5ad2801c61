import ArgumentParser
import ModelFormat
import Samples
import TaskType
import Training

/// `tasktype models shrink`: a smaller file of the same model.
struct ModelsShrinkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shrink",
        abstract: "Make a model smaller, judged on labelled samples.",
        discussion: """
            Leaves out rows of little effect and stores the others in fewer bits until the file fits. Paired tests on the \
            samples tell what that costs; give samples that the model was not trained on. See docs/model-size.md.
            """)

    @Argument(help: ArgumentHelp("Weights file, or - for the embedded model.", valueName: "model"))
    var path: String

    @Option(
        help: ArgumentHelp("Labelled samples to judge on: .csv or .jsonl, perhaps .gz. Repeatable.", valueName: "file"))
    var data: [String]

    @OptionGroup var size: SizeOptions

    @Option(name: [.long, .short], help: ArgumentHelp("Where the smaller model is written.", valueName: "model"))
    var output: String

    @Option(help: "The most precise form that is tried: float32, int8 or int4.")
    var precision: WeightPrecision = .int8

    @Option(help: ArgumentHelp("Source of all randomness.", valueName: "n"))
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp(
            "Threads; all processors where this is left out. Changes the time, never the result.", valueName: "n"))
    var threads: Int?

    @Option(help: ArgumentHelp("Write what was tried and what it costs, as JSON.", valueName: "file"))
    var report: String?

    @Flag(help: "Count and list bad rows instead of stopping at the first.")
    var skipBadRows = false

    @Flag(help: "No progress and no summary.")
    var quiet = false

    func validate() throws {
        if size.maxSize == nil { throw ValidationError("--max-size is needed, such as --max-size 512KiB.") }
        if data.isEmpty { throw ValidationError("--data is needed: samples to judge the smaller model on.") }
        if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads must be 1 to 1024.") }
    }

    func run() throws {
        try pinLinearAlgebra()
        Interruption.watch()
        let progress = ProgressLine(isQuiet: quiet)
        try OutputFiles.check([output] + [report].compactMap(\.self), inputs: data)
        if let report { try OutputFiles.check([report], inputs: [path]) }
        do {
            let classifier = try ModelOption(path == "-" ? nil : path).load()
            var shrinker = ModelShrinker(classifier, maximumBytes: size.maxSize?.bytes ?? 0)
            shrinker.precision = precision
            shrinker.seed = seed
            shrinker.threads = threads ?? processorCount
            var builder = DatasetBuilder(features: classifier.model.features, threads: shrinker.threads)
            try read(into: &builder, progress)
            let origin = Provenance.Origin(program: "tasktype \(programVersion)", data: try digests())
            let result = try shrinker.shrink(&builder, origin: origin) { now in
                progress.update(stage: now.stage, rows: now.rows, fraction: now.fraction)
                return !Interruption.isRequested
            }
            progress.finishStage()
            if let report { try AtomicFile.write(Array((try result.report.json() + "\n").utf8), to: report) }
            try AtomicFile.write(result.bytes, to: output)
            summarize(result, from: classifier.bytes.count)
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

    private func read(into builder: inout DatasetBuilder, _ progress: ProgressLine) throws {
        var options = SampleReader.Options()
        options.skipsBadRows = skipBadRows
        var reader = try SampleReader(paths: data, options: options)
        try Interruption.endingAtOnce {
            while let sample = try reader.next() {
                try builder.append(sample)
                if reader.sampleCount % 512 == 0 {
                    progress.update(stage: "reading and extracting", rows: reader.sampleCount, fraction: nil)
                }
            }
        }
        reportSkippedRows(reader.skippedRows, count: reader.skippedRowCount)
    }

    private func digests() throws -> [String] {
        try data.filter(isRegularFile).map { try ModelBytes(mapping: $0, maximumByteCount: .max).revision() }
    }

    private func summarize(_ result: ModelShrinker.Result, from before: Int) {
        if !quiet {
            let lines = result.report.table() + ["wrote \(output), \(result.bytes.count) bytes, before \(before)"]
            StandardError.write(lines.joined(separator: "\n") + "\n")
        }
        if let warning = result.report.warning { StandardError.write("warning: \(warning)\n") }
    }
}
