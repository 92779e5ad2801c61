import ArgumentParser
import DataCare
import Dispatch
import JSONCoding
import Labelling
import Samples
import Synchronization

struct DataLabelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "label",
        abstract: "Have a language model label rows, beside the labels of people, and measure how far they agree.",
        discussion: """
            Every answer goes into a journal (the output's name and .journal, or --cache) before it counts: a run that was \
            stopped or killed goes on where it was when it is started again, and nothing is asked twice. The texts are sent \
            to the endpoint; what they say appears in no message of this program. See docs/labelling.md.
            """)

    @Argument(
        help: ArgumentHelp(
            "Requests, with or without labels: .csv, .jsonl or .txt (a line each), perhaps .gz; - for standard input (CSV).",
            valueName: "data"))
    var data: [String]

    @Option(
        name: [.long, .short], help: ArgumentHelp("Where all rows are written: .csv or .jsonl.", valueName: "file"))
    var output: String

    @OptionGroup(title: "Endpoint") var endpoint: LabelEndpointOptions
    @OptionGroup(title: "Labels") var guide: LabelGuideOptions
    @OptionGroup(title: "Pace and budget") var pace: LabelPaceOptions

    @Option(
        help: ArgumentHelp(
            "Journal of answers, which may be shared by runs that do not overlap; OUTPUT.journal where this is left out.",
            valueName: "file"))
    var cache: String?

    @Flag(help: "Ask again for rows to which the journal has no label.")
    var askEmptyAgain = false

    @Flag(help: "Ask only for rows without a label of their own.")
    var unlabelledOnly = false

    @Flag(help: "Put the model's label into empty `label` cells, and its name into `origin` there.")
    var fill = false

    @Option(help: ArgumentHelp("How the names of the new columns begin.", valueName: "name"))
    var columnPrefix = "llm"

    @Option(help: ArgumentHelp("Rows of each kind that are listed as text.", valueName: "n"))
    var list = 20

    @Option(help: "How to print the report: text or json.")
    var format: InspectionFormat = .text

    @Flag(help: "Count and list bad rows instead of stopping at the first.")
    var skipBadRows = false

    @OptionGroup var options: DataOptions

    func validate() throws {
        try checkStandardInput(data)
        if list < 0 { throw ValidationError("--list must not be negative.") }
        let isName = columnPrefix.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x5F
        }
        if columnPrefix.isEmpty || !isName {
            throw ValidationError("--column-prefix must be letters, digits and underscores.")
        }
        if endpoint.model.isEmpty { throw ValidationError("--model must not be empty.") }
    }

    func run() throws {
        let progress = ProgressLine(isQuiet: options.quiet)
        Interruption.watch()
        do {
            try reportingDataErrors(progress) { try label(progress) }
        } catch let error as LabellingError {
            progress.finishStage()
            throw Failure(error.message)
        }
    }

    private func label(_ progress: ProgressLine) throws {
        _ = try RecordWriter.format(of: output)
        let journalPath = cache ?? output + ".journal"
        // A journal that is no journal is refused where it is opened.
        try OutputFiles.check([output], inputs: data)
        try OutputFiles.check([output, journalPath], inputs: [self.guide.guide].compactMap(\.self))
        let address = try endpoint.address()
        let guide = try guide.labelGuide()
        let prompt = Prompt(
            guide, window: self.guide.window, model: endpoint.model, parameters: endpoint.parameters ?? "")
        let request = try ChatRequest(
            model: endpoint.model, instructions: prompt.instructions, parameters: endpoint.parameters ?? "")

        let questions = try Questions(prompt)
        let table = try Interruption.endingAtOnce {
            try readRows(
                data, requiresLabel: false, allowsEmptyText: true, skipsBadRows: skipBadRows, options, progress
            ) { try questions.add($0, isAsked: !unlabelledOnly || $0.label == nil) }
        }
        try questions.finish()
        if let stranger = table.labelNames.first(where: { !guide.labels.contains($0) }) {
            throw LabellingError(
                "the data have the label \(quoted(stranger)), which the guide does not know; name all labels in --labels and describe them in --guide"
            )
        }
        var writer = try RecordWriter(
            output, rowsOf: table,
            extraColumns: ["label", "alt_label", "confidence", "model"].map { "\(columnPrefix)_\($0)" },
            filledColumns: fill ? ["label", "alt_label", "origin"] : [])

        var settings = pace.settings
        settings.asksEmptyAgain = askEmptyAgain
        let labeller = Labeller(
            address, guide, request, settings, journal: try Journal(journalPath),
            isStopped: { Interruption.isRequested })
        let summary = wait(for: labeller, questions, progress)
        progress.finishStage()
        let kept = "\(summary.answers.count) answers are in \(journalPath), and the same command goes on from there"
        switch summary.end {
        case .stopped: throw Failure("stopped; \(output) was not written; \(kept)", status: 130)
        case .failed(let sentence): throw Failure("\(sentence); \(output) was not written; \(kept)")
        case .complete, .budget: break
        }

        let agreement = Agreement(questions.compared(table, summary), labels: guide.labels)
        var report = LabellingReport(
            summary, agreement, model: endpoint.model, output: output, journal: journalPath)
        if fill { report.filled = 0 }
        for row in 0..<table.count {
            let record = try table.record(row)
            let answer = questions.keys[row].flatMap { summary.answers[$0] }
            note(row, answer, questions, table, in: &report)
            let cells = [
                answer?.label ?? "", answer?.alternative ?? "", answer?.confidence.map { "\($0)" } ?? "",
                answer == nil ? "" : endpoint.model,
            ]
            var filling: [(column: String, value: String)] = []
            if fill, table.labels[row] < 0, let answer {
                report.filled? += 1
                filling = [("label", answer.label), ("origin", "llm:\(endpoint.model)")]
                if table.alternatives[row] < 0, let alternative = answer.alternative {
                    filling.append(("alt_label", alternative))
                }
            }
            writer.append(record, extra: cells, filling: filling)
        }
        if report.labelled == 0, report.rows > 0, summary.end == .complete {
            throw Failure(
                "no row got a label: \(report.empty.first?.empty.reason ?? "nothing was asked"); \(output) was not written"
            )
        }
        try writer.finish()
        switch format {
        case .text: StandardOutput.write(report.text(list: list))
        case .json: StandardOutput.write(report.json())
        }
        if case .budget(let limit) = summary.end {
            throw Failure(
                "the budget of \(limit.rawValue) is spent: \(report.labelled) of \(report.rows) rows are labelled in \(output); the same command goes on with the others",
                status: 1)
        }
    }

    /// Adds a row to the counts of the report.
    private func note(
        _ row: Int, _ answer: LabelAnswer?, _ questions: Questions, _ table: RowTable, in report: inout LabellingReport
    ) {
        guard questions.isWanted[row] else { return }
        report.rows += 1
        if answer != nil {
            report.labelled += 1
        } else if let key = questions.keys[row], report.summary.empty[key] == nil {
            report.unasked += 1
        } else {
            let empty = questions.keys[row].flatMap { report.summary.empty[$0] }
            report.empty.append(
                .init(
                    place: table.location(row),
                    empty: empty ?? Labeller.Empty(kind: "no_text", reason: "the request is empty")))
        }
    }

    /// Runs the labeller, showing how far it is; this thread waits.
    private func wait(for labeller: Labeller, _ questions: Questions, _ progress: ProgressLine) -> Labeller.Summary {
        let state = LabellingState()
        let ended = DispatchSemaphore(value: 0)
        let asked = questions.asked
        let message = questions.messages
        Task {
            let summary = await labeller.run(
                asked.map(\.key), message: { try message(asked[$0].row) },
                progress: { done, total in state.value.withLock { $0.done = (done, total) } })
            state.value.withLock { $0.summary = summary }
            ended.signal()
        }
        var hasSaid = false
        while true {
            _ = ended.wait(timeout: .now() + .milliseconds(50))
            let ((done, total), summary) = state.value.withLock { ($0.done, $0.summary) }
            if let summary { return summary }
            progress.update(stage: "labelling", rows: done, fraction: total > 0 ? Double(done) / Double(total) : nil)
            if Interruption.isRequested, !hasSaid {
                hasSaid = true
                progress.finishStage()
                StandardError.write("stopping when the requests in flight are answered; Ctrl-C again ends at once\n")
            }
        }
    }
}

/// What the labeller and the waiting thread share.
private final class LabellingState: Sendable {
    struct Value: Sendable {
        var done = (0, 0)
        var summary: Labeller.Summary?
    }

    let value = Mutex(Value())
}
