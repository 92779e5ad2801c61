import ArgumentParser
import Evaluation
import ModelFormat
import Samples
import TaskType

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

    @Option(help: "Form of the report: text, json or md.")
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

    @Flag(help: "Count and list bad rows instead of stopping at the first.")
    var skipBadRows = false

    func validate() throws {
        if !(0...100_000).contains(bootstrap) { throw ValidationError("--bootstrap must be 0 to 100000.") }
    }

    func run() throws {
        do {
            let bars = try failUnder.map { try Bar.parse($0) } ?? []
            let classifier = try modelOption.load()
            let samples = try read(classifier)
            let resampling = try Bootstrap(resamples: bootstrap, seed: seed)
            let scored = try score(samples, classifier)
            let evaluation = Evaluation(scored, bootstrap: resampling)
            let identity = ReportHeader.Model(name: classifier.name, revision: classifier.revision)
            var header = ReportHeader(model: identity, data: data)
            var report = evaluation.report(format, header: header)
            if let against {
                let other = try TaskClassifier(contentsOf: against)
                guard Set(other.labels) == Set(classifier.labels) else {
                    throw Failure(
                        "\(against) knows the labels \(other.labels.joined(separator: ", ")), not \(classifier.labels.joined(separator: ", ")); compare models of the same labels"
                    )
                }
                header = ReportHeader(
                    model: identity, reference: .init(name: other.name, revision: other.revision), data: data)
                let comparison = try Comparison(
                    of: scored, against: try score(samples, other), bootstrap: resampling)
                report = Self.join(report, comparison.report(format, header: header), format)
            }
            if let output {
                try AtomicFile.write(Array(report.utf8), to: output)
            } else {
                StandardOutput.write(report)
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
        }
    }

    /// Two JSON objects become one, with the comparison under its own key; other forms follow each other.
    private static func join(_ report: String, _ comparison: String, _ format: ReportFormat) -> String {
        guard format == .json else { return report + "\n" + comparison }
        var text = report
        while let last = text.last, last.isWhitespace { text.removeLast() }
        text.removeLast()
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text + ",\n\"comparison\": " + comparison.trimmed + "\n}\n"
    }

    private func read(_ classifier: TaskClassifier) throws -> [Sample] {
        var options = SampleReader.Options()
        options.knownLabels = Set(classifier.labels)
        options.skipsBadRows = skipBadRows
        if data == ["-"] { options.format = .csv }
        var reader = try SampleReader(paths: data, options: options)
        let samples = try reader.readAll()
        reportSkippedRows(reader.skippedRows, count: reader.skippedRowCount)
        for column in slice where !samples.contains(where: { $0.value(of: column) != nil }) {
            let columns = Set(samples.flatMap(\.extra.keys)).sorted()
            throw Failure(
                "no row has a column \(column) to slice by; there are \(columns.isEmpty ? "none but the standard ones" : columns.joined(separator: ", "))"
            )
        }
        return samples
    }

    /// Predictions of all rows in the label order of the first model; one thread, so that latencies mean something.
    private func score(_ samples: [Sample], _ classifier: TaskClassifier) throws -> ScoredRows {
        let labels = classifier.labels.sorted()
        let order = labels.map { classifier.labels.firstIndex(of: $0) ?? 0 }
        let indices = Dictionary(uniqueKeysWithValues: labels.enumerated().map { ($1, $0) })
        let clock = ContinuousClock()
        var probabilities: [Float] = []
        var uncertain: [Bool] = []
        var latencies: [Double] = []
        probabilities.reserveCapacity(samples.count * labels.count)
        for sample in samples {
            var prediction: Prediction?
            let duration = clock.measure { prediction = classifier.classify(sample.request) }
            guard let prediction else { continue }
            latencies.append(duration / .microseconds(1))
            probabilities += order.map { prediction.probabilities[$0] }
            uncertain.append(prediction.isUncertain)
        }
        return try ScoredRows(
            labels: labels, truth: samples.map { indices[$0.label ?? ""] ?? 0 },
            alternative: samples.map { $0.alternativeLabel.flatMap { indices[$0] } }, probabilities: probabilities,
            weights: samples.map(\.weight), uncertain: uncertain,
            slices: slice.map { column in .init(name: column, values: samples.map { $0.value(of: column) ?? "" }) },
            latencies: latencies)
    }
}

extension ReportFormat: ExpressibleByArgument {}

extension Sample {
    /// What the row has in a column, whose name is compared without case as in the files.
    fileprivate func value(of column: String) -> String? {
        if let value = extra[column] { return value }
        let name = column.lowercased()
        switch name {
        case "id": return id
        case "group": return group
        case "label", "task_type": return label
        case "alt_label": return alternativeLabel
        default: return extra.first { $0.key.lowercased() == name }?.value
        }
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = self
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text
    }
}
