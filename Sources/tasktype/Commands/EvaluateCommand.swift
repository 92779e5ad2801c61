import ArgumentParser
import DataCare
import Evaluation
import ModelFormat
import Samples
import TaskType
import Training

struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Measure a model on labelled samples that it was not trained on.",
        discussion: "What each figure means: docs/evaluation.md.")

    @Argument(
        help: ArgumentHelp(
            "Labelled samples: .csv or .jsonl, perhaps .gz; - for standard input (CSV).", valueName: "data"))
    var data: [String]

    @OptionGroup var modelOption: ModelOption

    @Option(help: ArgumentHelp("Second weights file, compared on the same rows.", valueName: "file"))
    var against: String?

    @Option(
        help: ArgumentHelp(
            "Column whose values are reported one by one; may be given several times.", valueName: "column"))
    var slice: [String] = []

    @Option(help: "Form of the report: text, json, md or html (one page with plots that needs nothing else).")
    var format: ReportFormat = .text

    @Option(help: ArgumentHelp("Write the report here instead of to standard output.", valueName: "file"))
    var output: String?

    @Option(
        help: ArgumentHelp(
            "Bars such as accuracy=0.9,macro_f1=0.8; exit status 1 where one is not met.", valueName: "bars"))
    var failUnder: String?

    @Option(help: ArgumentHelp("Resamples behind the 95 % intervals; 0 for none.", valueName: "n"))
    var bootstrap = 1000

    @Option(help: ArgumentHelp("Source of the resamples' randomness.", valueName: "n"))
    var seed: UInt64 = 0

    @Option(
        help: ArgumentHelp(
            "What wrong answers cost: CSV with the columns truth,predicted,cost; * stands for any label.",
            valueName: "file"))
    var costs: String?

    @Option(
        help: ArgumentHelp(
            "All labels from lowest to highest, such as simple,code,reasoning,complex: tells adjacent errors from others.",
            valueName: "labels"))
    var labelOrder: String?

    @Option(
        help: ArgumentHelp(
            "Training data, to find rows of the evaluation among them; may be given several times.", valueName: "file"))
    var training: [String] = []

    @Option(
        help: ArgumentHelp("Read only such rows of the training data; as --where.", valueName: "condition"),
        transform: RowOptions.condition)
    var trainingWhere: [SampleCondition] = []

    @Option(
        help: ArgumentHelp(
            "Jaccard similarity of shingles from which a row counts as nearly the same as one of --training; 1 looks for equal ones only.",
            valueName: "j"))
    var leakThreshold = 0.8

    @Flag(
        help:
            "Train on growing parts of --training, to tell whether more data is worth it; takes about six times as long as training."
    )
    var learningCurve = false

    @Flag(help: "Show texts, and words of them, in the report; it then holds what people wrote.")
    var showTexts = false

    @Flag(help: "Leave latency out, so that the same input gives the same bytes.")
    var noLatency = false

    @OptionGroup var rows: RowOptions

    func validate() throws {
        try checkThreshold(leakThreshold, option: "--leak-threshold")
        if learningCurve, training.isEmpty { throw ValidationError("--learning-curve needs --training.") }
        if learningCurve, training.contains("-") {
            throw ValidationError("--learning-curve reads --training twice, and standard input can be read once only.")
        }
        if !(0...100_000).contains(bootstrap) { throw ValidationError("--bootstrap must be 0 to 100000.") }
    }

    func run() throws {
        if learningCurve { try pinLinearAlgebra() }
        do {
            let bars = try failUnder.map { try Bar.parse($0) } ?? []
            if let output {
                let others = [modelOption.model, against, costs].compactMap(\.self)
                try OutputFiles.check([output], inputs: data + training + others)
            }
            let classifier = try modelOption.load()
            let samples = try read(classifier)
            let resampling = try Bootstrap(resamples: bootstrap, seed: seed)
            let labels = classifier.labels.sorted()
            let costMatrix = try costs.map { try CostMatrix(parsing: Self.text(of: $0), labels: labels) }
            let order = try labelOrder.map {
                try LabelOrder($0.split(separator: ",").map { String($0).trimmed }, labels: labels)
            }
            let scored = try ModelScoring.score(
                samples, classifier, slices: slices(of: samples), measuresLatency: !noLatency)
            let evaluation = Evaluation(scored, bootstrap: resampling, costs: costMatrix, order: order)
            var report = EvaluationReport(
                header: ReportHeader(model: Self.identity(of: classifier), data: data), evaluation: evaluation)
            if let against {
                let other = try TaskClassifier(contentsOf: against)
                guard Set(other.labels) == Set(classifier.labels) else {
                    throw Failure(
                        "\(against) knows the labels \(other.labels.joined(separator: ", ")), not \(classifier.labels.joined(separator: ", ")); compare models of the same labels"
                    )
                }
                report.header = ReportHeader(
                    model: Self.identity(of: classifier), reference: Self.identity(of: other), data: data)
                report.comparison = try Comparison(
                    of: scored, against: try ModelScoring.score(samples, other), bootstrap: resampling,
                    costs: costMatrix)
            }
            if !training.isEmpty { report.leaks = try leaks(of: samples, scored) }
            if learningCurve {
                report.learningCurve = try LearningCurveRun(
                    training: training, conditions: trainingWhere, skipsBadRows: rows.skipBadRows,
                    threads: processorCount
                ).figures(of: samples, classifier, bootstrap: resampling)
            }
            report.rows = RowReview(samples: samples, showsTexts: showTexts).details(for: report, classifier)
            let text = report.rendered(format)
            if let output {
                try AtomicFile.write(Array(text.utf8), to: output)
            } else {
                StandardOutput.write(text)
            }
            let unmet = evaluation.unmet(bars)
            for bar in unmet { StandardError.write("tasktype: not met: \(bar)\n") }
            if !unmet.isEmpty { throw ExitCode(1) }
        } catch let error as SampleError {
            throw Failure("\(error)")
        } catch let error as EvaluationError {
            throw Failure(error.message)
        } catch let error as ModelFileError {
            throw Failure("\(error)")
        } catch let error as DataCareError {
            throw Failure(error.message)
        } catch let error as TrainingError {
            throw Failure(error.message, status: error.code == .interrupted ? 130 : 2)
        }
    }

    private static func identity(of classifier: TaskClassifier) -> ReportHeader.Model {
        ReportHeader.Model(name: classifier.name, revision: classifier.revision)
    }

    /// A text file as it stands, each line where it was.
    private static func text(of path: String) throws -> String {
        var options = SampleReader.Options()
        options.format = .plainText
        options.requiresLabel = false
        options.allowsEmptyText = true
        var reader = try SampleReader(paths: [path], options: options)
        var text = ""
        var line = 1
        try reader.forEach { sample in
            guard case .text(let content) = sample.request else { return }
            while line < sample.location.line {
                text += "\n"
                line += 1
            }
            text += content
        }
        return text
    }

    /// The columns asked for, then what every request has; a column of the data goes before one of these of its name.
    private func slices(of samples: [Sample]) -> [ScoredRows.SliceColumn] {
        let given = slice.map { column in
            ScoredRows.SliceColumn(name: column, values: samples.map { $0.value(of: column) ?? "" })
        }
        let names = Set(slice.map { $0.lowercased() })
        return given + RequestTraits.columns(of: samples.map(\.request)).filter { !names.contains($0.name) }
    }

    /// Rows that the training data hold as well.
    private func leaks(of samples: [Sample], _ scored: ScoredRows) throws -> LeakFigures {
        let leaks = try TrainingLeaks(
            of: samples, in: training, where: trainingWhere, threshold: leakThreshold, threads: processorCount,
            skipsBadRows: rows.skipBadRows)
        return try LeakFigures(
            scored, matches: leaks.matches, trainingFiles: training, trainingRows: leaks.trainingRows,
            nearThreshold: leakThreshold < 1 ? leakThreshold : nil)
    }

    private func read(_ classifier: TaskClassifier) throws -> [Sample] {
        var options = SampleReader.Options()
        options.knownLabels = Set(classifier.labels)
        rows.apply(to: &options)
        if data == ["-"] { options.format = .csv }
        let watch = FileWatch(data)
        var reader = try SampleReader(paths: data, options: options)
        let samples = try reader.readAll()
        try reportingDataErrors { try watch.check() }
        try rows.checkMatch(of: reader)
        reportSkippedRows(reader.skippedRows, count: reader.skippedRowCount)
        for column in slice where !samples.contains(where: { $0.value(of: column) != nil }) {
            let columns = Set(samples.flatMap(\.extra.keys)).sorted()
            throw Failure(
                "no row has a column \(column) to slice by; there are \(columns.isEmpty ? "none but the standard ones" : columns.joined(separator: ", "))"
            )
        }
        return samples
    }
}

extension ReportFormat: ExpressibleByArgument {}

extension String {
    fileprivate var trimmed: String {
        var text = self
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text.drop { $0.isWhitespace })
    }
}
