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

    @Flag(help: "Show texts, and words of them, in the report; it then holds what people wrote.")
    var showTexts = false

    @Flag(help: "Leave latency out, so that the same input gives the same bytes.")
    var noLatency = false

    @OptionGroup var rows: RowOptions

    func validate() throws {
        if !(0...100_000).contains(bootstrap) { throw ValidationError("--bootstrap must be 0 to 100000.") }
    }

    func run() throws {
        do {
            let bars = try failUnder.map { try Bar.parse($0) } ?? []
            let classifier = try modelOption.load()
            let samples = try read(classifier)
            let resampling = try Bootstrap(resamples: bootstrap, seed: seed)
            let labels = classifier.labels.sorted()
            let costMatrix = try costs.map { try CostMatrix(parsing: Self.text(of: $0), labels: labels) }
            let order = try labelOrder.map {
                try LabelOrder($0.split(separator: ",").map { String($0).trimmed }, labels: labels)
            }
            let scored = try score(samples, classifier, slices: slices(of: samples))
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
                    of: scored, against: try score(samples, other), bootstrap: resampling, costs: costMatrix)
            }
            if !training.isEmpty { report.leaks = try leaks(of: samples, scored) }
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
        var options = SampleReader.Options()
        options.requiresLabel = false
        options.skipsBadRows = rows.skipBadRows
        var finder = LeakFinder(texts: samples.map(\.request.wholeText))
        var reader = try SampleReader(paths: training, options: options)
        while let sample = try reader.next() { finder.see(sample.request.wholeText) }
        reportSkippedRows(reader.skippedRows, count: reader.skippedRowCount)
        return try LeakFigures(
            scored, matches: finder.matches, trainingFiles: training, trainingRows: finder.trainingRows)
    }

    private func read(_ classifier: TaskClassifier) throws -> [Sample] {
        var options = SampleReader.Options()
        options.knownLabels = Set(classifier.labels)
        rows.apply(to: &options)
        if data == ["-"] { options.format = .csv }
        var reader = try SampleReader(paths: data, options: options)
        let samples = try reader.readAll()
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

    /// Predictions of all rows in the label order of the first model; one thread, so that latencies mean something.
    private func score(
        _ samples: [Sample], _ classifier: TaskClassifier, slices: [ScoredRows.SliceColumn] = []
    ) throws -> ScoredRows {
        let labels = classifier.labels.sorted()
        let order = labels.map { classifier.labels.firstIndex(of: $0) ?? 0 }
        let indices = Dictionary(uniqueKeysWithValues: labels.enumerated().map { ($1, $0) })
        let clock = ContinuousClock()
        var probabilities: [Float] = []
        var uncertain: [Bool] = []
        var isCandidate: [Bool] = []
        var latencies: [Double] = []
        probabilities.reserveCapacity(samples.count * labels.count)
        for sample in samples {
            var prediction: Prediction?
            let duration = clock.measure { prediction = classifier.classify(sample.request) }
            guard let prediction else { continue }
            latencies.append(duration / .microseconds(1))
            probabilities += order.map { prediction.probabilities[$0] }
            uncertain.append(prediction.isUncertain)
            let candidates = Set(prediction.candidates)
            isCandidate += labels.map { candidates.contains($0) }
        }
        return try ScoredRows(
            labels: labels, truth: samples.map { indices[$0.label ?? ""] ?? 0 },
            alternative: samples.map { $0.alternativeLabel.flatMap { indices[$0] } }, probabilities: probabilities,
            weights: samples.map(\.weight), uncertain: uncertain,
            candidates: CandidateSetTable(
                isCandidate: isCandidate, target: Double(String(classifier.model.candidateCoverage))),
            slices: slices, latencies: noLatency ? [] : latencies)
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
