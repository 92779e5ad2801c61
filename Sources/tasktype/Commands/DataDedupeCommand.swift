import ArgumentParser
import DataCare
import Samples

struct DataDedupeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dedupe",
        abstract: "Write samples without rows whose text, or nearly the same, occurs before.",
        discussion: """
            All columns are kept. Of rows with the same text the first stays that has the label most of them accept; rows \
            with the same text and contradictory labels are dealt with as --conflicts says. Rows that are nearly the same \
            as an earlier one are left out where their labels agree.
            """)

    @Argument(
        help: ArgumentHelp("Samples: .csv or .jsonl, perhaps .gz; - for standard input (CSV).", valueName: "data"))
    var data: [String]

    @Option(
        name: [.long, .short], help: ArgumentHelp("Where the rows are written: .csv or .jsonl.", valueName: "file"))
    var output: String

    @Option(help: "Contradictory labels of one text: drop all rows, keep one of each label, or keep the majority's.")
    var conflicts: Deduplication.Conflicts = .drop

    @Option(
        help: ArgumentHelp("Jaccard similarity from which texts are nearly the same; 1 for exact only.", valueName: "j")
    )
    var threshold = 0.8

    @Option(help: ArgumentHelp("Contradictory texts that are listed.", valueName: "n"))
    var list = 5

    @Option(help: "How to print the summary: text or json.")
    var format: InspectionFormat = .text

    @Flag(help: "Count and list bad rows instead of stopping at the first.")
    var skipBadRows = false

    @OptionGroup var options: DataOptions

    func validate() throws {
        try checkThreshold(threshold)
        try checkStandardInput(data)
        if list < 0 { throw ValidationError("--list must not be negative.") }
    }

    func run() throws {
        let progress = ProgressLine(isQuiet: options.quiet)
        try reportingDataErrors(progress) {
            _ = try RecordWriter.format(of: output)
            try OutputFiles.check([output], inputs: data)
            let table = try readRows(data, requiresLabel: false, skipsBadRows: skipBadRows, options, progress)
            progress.update(stage: "looking for duplicates", rows: 0, fraction: nil)
            let index = try DuplicateIndex(table, threshold: threshold, threads: options.threadCount)
            let result = try Deduplication(table, index, conflicts: conflicts)
            guard !result.kept.isEmpty else {
                throw DataCareError(
                    "no row would be left, since the labels of every text are contradictory; correct them, or say which to keep by --conflicts majority or keep"
                )
            }
            var writer = try RecordWriter(output, rowsOf: table)
            for row in result.kept { writer.append(try table.record(row)) }
            try writer.finish()
            progress.finishStage()
            switch format {
            case .text: StandardOutput.write(result.text(table, output: output, list: list))
            case .json: StandardOutput.write(result.json(table, output: output, list: list))
            }
        }
    }
}

extension Deduplication.Conflicts: ExpressibleByArgument {}
