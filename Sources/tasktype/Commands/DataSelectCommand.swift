import ArgumentParser
import DataCare
import Samples
import TaskType

struct DataSelectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "select",
        abstract: "Choose the requests that are most worth labelling.",
        discussion: """
            Prefers requests that the model is uncertain of or has not seen the like of, and of similar ones takes one. \
            All columns are kept and a column `reason` added. Labels in the data are not looked at; \
            requests like those of --labelled are left out.
            """)

    @Argument(
        help: ArgumentHelp(
            "Requests: .csv, .jsonl or .txt (a line each), perhaps .gz; - for standard input (a line each).",
            valueName: "data"))
    var data: [String]

    @Option(help: ArgumentHelp("Requests to choose.", valueName: "n"))
    var count: Int

    @Option(
        help: ArgumentHelp(
            "Rows that are labelled already, whose like need not be chosen; may be given several times.",
            valueName: "file"))
    var labelled: [String] = []

    @OptionGroup var modelOption: ModelOption

    @Option(name: [.long, .short], help: ArgumentHelp("Where they are written: .csv or .jsonl.", valueName: "file"))
    var output: String

    @Option(help: "How uncertainty is measured: margin or entropy.")
    var uncertainty: SampleSelection.Uncertainty = .margin

    @Option(help: ArgumentHelp("Requests listed as text.", valueName: "n"))
    var list = 10

    @Option(help: "How to print the summary: text or json.")
    var format: InspectionFormat = .text

    @Flag(help: "Count and list bad rows instead of stopping at the first.")
    var skipBadRows = false

    @OptionGroup var options: DataOptions

    func validate() throws {
        try checkStandardInput(data + labelled)
        if !(1...1_000_000).contains(count) { throw ValidationError("--count must be 1 to 1000000.") }
        if list < 0 { throw ValidationError("--list must not be negative.") }
    }

    func run() throws {
        let progress = ProgressLine(isQuiet: options.quiet)
        let classifier = try modelOption.load()
        try reportingDataErrors(progress) {
            _ = try RecordWriter.format(of: output)
            try OutputFiles.check([output], inputs: data + labelled + [modelOption.model].compactMap(\.self))
            var opinions: [SampleSelection.Opinion] = []
            let table = try readRows(
                data, requiresLabel: false, allowsEmptyText: true, skipsBadRows: skipBadRows, standardInput: .plainText,
                options, progress
            ) { opinions.append(.init($0, classifier, uncertainty)) }
            let known =
                labelled.isEmpty
                ? nil
                : try readRows(
                    labelled, requiresLabel: false, allowsEmptyText: true, skipsBadRows: skipBadRows, options, progress)
            progress.update(stage: "choosing", rows: 0, fraction: nil)
            let selection = try SampleSelection(
                table, opinions, labels: classifier.labels, labelled: known, count: count, threads: options.threadCount)
            var writer = try RecordWriter(output, rowsOf: table, extraColumns: SampleSelection.columns)
            for choice in selection.choices { writer.append(try table.record(choice.row), extra: [choice.reason]) }
            try writer.finish()
            progress.finishStage()
            switch format {
            case .text:
                StandardOutput.write(selection.text(table, wanted: count, output: output, list: list))
            case .json: StandardOutput.write(selection.json(table, output: output))
            }
        }
    }
}

extension SampleSelection.Uncertainty: ExpressibleByArgument {}
