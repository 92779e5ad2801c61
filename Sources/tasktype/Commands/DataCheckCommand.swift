import ArgumentParser
import DataCare
import Samples

struct DataCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Look for what is wrong with labelled samples.",
        discussion: """
            Counts bad rows, labels, lengths and scripts; finds duplicates, contradictory labels, texts on both sides of a \
            split (a column `split`, or --against), and rows that nothing can be learnt from. See docs/data-care.md.
            """)

    @Argument(
        help: ArgumentHelp(
            "Labelled samples: .csv or .jsonl, perhaps .gz; - for standard input (CSV).", valueName: "data"))
    var data: [String]

    @Option(help: ArgumentHelp("Samples that must have no text in common with the data.", valueName: "file"))
    var against: [String] = []

    @Option(
        help: ArgumentHelp(
            "Findings that must not be there, such as duplicates,conflicts=10,leaks, or all; exit status 1 where there are more.",
            valueName: "bars"))
    var failOn: String?

    @Option(
        help: ArgumentHelp("Jaccard similarity from which texts are nearly the same; 1 for exact only.", valueName: "j")
    )
    var threshold = 0.8

    @Option(help: ArgumentHelp("Rows that each label should have.", valueName: "n"))
    var minimumRows = 10

    @Option(help: ArgumentHelp("Bad rows, and examples of each finding, that are listed.", valueName: "n"))
    var list = 5

    @Option(help: "How to print: text or json.")
    var format: InspectionFormat = .text

    @OptionGroup var options: DataOptions

    func validate() throws {
        try checkThreshold(threshold)
        try checkStandardInput(data + against)
        if !(0...100_000).contains(list) { throw ValidationError("--list must be 0 to 100000.") }
        if minimumRows < 0 { throw ValidationError("--minimum-rows must not be negative.") }
    }

    func run() throws {
        let progress = ProgressLine(isQuiet: options.quiet)
        try reportingDataErrors(progress) {
            let bars = try failOn.map { try FindingBar.parse($0) } ?? []
            var reading = RowTableReader.Options()
            reading.threads = options.threadCount
            reading.reading.skipsBadRows = true
            reading.reading.keptErrorLimit = list
            if data + against == ["-"] { reading.reading.format = .csv }
            var reader = try RowTableReader(options: reading)
            func report(_ rows: Int) { progress.update(stage: "reading", rows: rows, fraction: nil) }
            try reader.read(data, progress: report)
            if !against.isEmpty { try reader.read(against, side: .against, progress: report) }
            progress.update(stage: "looking for duplicates", rows: 0, fraction: nil)
            var settings = DataCheck.Options()
            settings.threshold = threshold
            settings.minimumRows = minimumRows
            settings.examples = list
            settings.now = currentTime
            settings.threads = options.threadCount
            let check = try DataCheck(reader.table, badRows: reader.badRows, options: settings)
            progress.finishStage()
            let unmet = check.unmet(bars)
            switch format {
            case .text: StandardOutput.write(check.text())
            case .json: StandardOutput.write(check.json(unmet: unmet))
            }
            for (bar, count) in unmet {
                StandardError.write(
                    "tasktype: not met: \(bar.kind.rawValue) is \(count), above the bar of \(bar.allowed)\n")
            }
            if !unmet.isEmpty { throw ExitCode(1) }
        }
    }
}
