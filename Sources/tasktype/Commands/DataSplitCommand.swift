import ArgumentParser
import DataCare

struct DataSplitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "split",
        abstract: "Divide samples into files for training, validation and test, without leaks.",
        discussion: """
            Each side is a file and the share of the rows that goes there, as in --test test.csv=0.2; one side may leave \
            its share out and gets the rest. Rows of one group, and nearly equal texts, never fall on two sides. All \
            columns are kept. The same rows and seed give the same files.
            """)

    @Argument(
        help: ArgumentHelp("Samples: .csv or .jsonl, perhaps .gz; - for standard input (CSV).", valueName: "data"))
    var data: [String]

    @Option(help: ArgumentHelp("Rows to train on.", valueName: "file[=share]"))
    var train: String?

    @Option(help: ArgumentHelp("Rows to choose settings on.", valueName: "file[=share]"))
    var validation: String?

    @Option(help: ArgumentHelp("Rows to judge the model by.", valueName: "file[=share]"))
    var test: String?

    @Option(
        help:
            "What decides: label (every side has its share of each label) or time (train is oldest, test newest, by the column timestamp)."
    )
    var by: DataSplit.Order = .label

    @Option(
        help: ArgumentHelp("Jaccard similarity from which texts stay together; 1 for equal texts only.", valueName: "j")
    )
    var threshold = 0.8

    @Option(help: ArgumentHelp("Source of all randomness.", valueName: "n"))
    var seed: UInt64 = 1

    @Option(help: "How to print the summary: text or json.")
    var format: InspectionFormat = .text

    @Flag(help: "Count and list bad rows instead of stopping at the first.")
    var skipBadRows = false

    @OptionGroup var options: DataOptions

    func validate() throws {
        try checkThreshold(threshold)
        try checkStandardInput(data)
        _ = try sides()
    }

    /// The sides that were given, with their files.
    private func sides() throws -> [(path: String, side: DataSplit.Side)] {
        var sides: [(path: String, name: String, share: Double?)] = []
        for (name, value) in [("train", train), ("validation", validation), ("test", test)] {
            guard let value else { continue }
            guard let sign = value.lastIndex(of: "=") else {
                sides.append((value, name, nil))
                continue
            }
            let number = value[value.index(after: sign)...]
            guard let share = Double(number), share > 0, share < 1 else {
                throw ValidationError(
                    "--\(name): the share `\(number)` is no number between 0 and 1; write \(name).csv=0.2.")
            }
            sides.append((String(value[..<sign]), name, share))
        }
        guard sides.count >= 2 else {
            throw ValidationError(
                "Give at least two of --train, --validation and --test, such as --train train.csv --test test.csv=0.2.")
        }
        guard Set(sides.map(\.path)).count == sides.count else {
            throw ValidationError("Two sides name the same file; give each its own.")
        }
        let open = sides.count { $0.share == nil }
        let given = sides.compactMap(\.share).reduce(0, +)
        guard open <= 1 else { throw ValidationError("Only one side may leave its share out; it gets the rest.") }
        if open == 1, given >= 1 {
            throw ValidationError("The shares sum to \(given), so that nothing is left for the other side.")
        }
        if open == 0, abs(given - 1) > 1e-6 {
            throw ValidationError("The shares sum to \(given), not to 1; leave one of them out.")
        }
        return sides.map { ($0.path, DataSplit.Side(name: $0.name, share: $0.share ?? 1 - given)) }
    }

    func run() throws {
        let progress = ProgressLine(isQuiet: options.quiet)
        let sides = try sides()
        try reportingDataErrors(progress) {
            for (path, _) in sides { _ = try RecordWriter.format(of: path) }
            try OutputFiles.check(sides.map(\.path), inputs: data)
            let table = try readRows(data, requiresLabel: false, skipsBadRows: skipBadRows, options, progress)
            progress.update(stage: "looking for duplicates", rows: 0, fraction: nil)
            let index = try DuplicateIndex(table, threshold: threshold, threads: options.threadCount)
            let split = try DataSplit(table, index, sides: sides.map(\.side), by: by, seed: seed)
            // All files are complete before the first is put in place.
            var writers = try sides.map { try RecordWriter($0.path, rowsOf: table) }
            for row in 0..<table.count { writers[split.assignments[row]].append(try table.record(row)) }
            for writer in writers { try writer.finish() }
            progress.finishStage()
            let paths = sides.map(\.path)
            switch format {
            case .text: StandardOutput.write(split.text(table, paths: paths))
            case .json: StandardOutput.write(split.json(table, paths: paths))
            }
        }
    }
}

extension DataSplit.Order: ExpressibleByArgument {}
