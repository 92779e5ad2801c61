import ArgumentParser
import DataCare
import JSONCoding
import Samples
import Training

struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data",
        abstract: "Look after samples: check, deduplicate, divide, audit labels, select, have labelled.",
        subcommands: [
            DataCheckCommand.self, DataDedupeCommand.self, DataSplitCommand.self, DataAuditCommand.self,
            DataSelectCommand.self, DataLabelCommand.self,
        ])
}

/// What the commands that read samples have in common.
struct DataOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Threads; all processors where this is left out.", valueName: "n"))
    var threads: Int?

    @Flag(help: "No progress and no summary.")
    var quiet = false

    func validate() throws {
        if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads must be 1 to 1024.") }
    }

    var threadCount: Int { threads ?? processorCount }
}

/// Runs `body` and makes sentences for the person who ran the program of the errors that data can cause.
func reportingDataErrors<Result>(_ progress: ProgressLine? = nil, _ body: () throws -> Result) throws -> Result {
    do {
        return try body()
    } catch let error as DataCareError {
        progress?.finishStage()
        throw Failure(error.message)
    } catch let error as SampleError {
        progress?.finishStage()
        throw Failure("\(error)")
    } catch let error as TrainingError {
        progress?.finishStage()
        throw Failure(error.message, status: error.code == .interrupted ? 130 : 2)
    }
}

/// Refuses a threshold that no Jaccard similarity can reach, or that all do.
func checkThreshold(_ threshold: Double, option: String = "--threshold") throws {
    if !(threshold >= 0.5 && threshold <= 1) {
        throw ValidationError("\(option) must be 0.5 to 1 (1 for exact duplicates only).")
    }
}

/// Refuses standard input where it would be read twice.
func checkStandardInput(_ paths: [String]) throws {
    if paths.count(where: { $0 == "-" }) > 1 { throw ValidationError("Standard input can be read once only.") }
}

/// Reads all rows of `paths` with what their files have of them.
func readRows(
    _ paths: [String], requiresLabel: Bool, allowsEmptyText: Bool = false, skipsBadRows: Bool,
    standardInput: SampleFormat = .csv, _ options: DataOptions, _ progress: ProgressLine,
    visit: (Sample) throws -> Void = { _ in }
) throws -> RowTable {
    var reading = RowTableReader.Options()
    reading.threads = options.threadCount
    reading.keepsRecords = true
    reading.reading.requiresLabel = requiresLabel
    reading.reading.allowsEmptyText = allowsEmptyText
    if allowsEmptyText { reading.reading.invalidUnicode = .repair }
    reading.reading.skipsBadRows = skipsBadRows
    if paths == ["-"] { reading.reading.format = standardInput }
    var reader = try RowTableReader(options: reading)
    try reader.read(
        paths, progress: { progress.update(stage: "reading", rows: $0, fraction: nil) }, visit: visit)
    reportSkippedRows(reader.badRows.listed, count: reader.badRows.count)
    guard reader.table.count > 0 else {
        throw DataCareError("there are no rows; check that the files have rows below their header")
    }
    return reader.table
}
