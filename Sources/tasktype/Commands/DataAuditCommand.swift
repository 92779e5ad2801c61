import ArgumentParser
import DataCare
import Samples
import Training

struct DataAuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "List the rows that are most likely mislabelled, and why.",
        discussion: """
            Confident learning (Northcutt et al. 2021): every row is judged by a model that was trained without it, without \
            its group and without nearly equal texts. A row for which the model would give its alt_label counts as right. \
            Texts are held in memory.
            """)

    @Argument(
        help: ArgumentHelp(
            "Labelled samples: .csv or .jsonl, perhaps .gz; - for standard input (CSV).", valueName: "data"))
    var data: [String]

    @Option(
        name: [.long, .short],
        help: ArgumentHelp(
            "Write the doubtful rows here, the most doubtful first, all columns and the audit's: .csv or .jsonl.",
            valueName: "file"))
    var output: String?

    @Option(
        help: ArgumentHelp(
            "List as many of the most doubtful rows instead of those that are probably mislabelled.", valueName: "n"))
    var count: Int?

    @Option(help: "How rows are ranked: normalized-margin or self-confidence.")
    var rank: ConfidentLearning.Ranking = .normalizedMargin

    @Option(help: ArgumentHelp("Rows listed as text; JSON and --output have all.", valueName: "n"))
    var list = 20

    @Option(help: ArgumentHelp("Parts that the rows are divided into.", valueName: "n"))
    var folds = 5

    @Option(help: ArgumentHelp("Jaccard similarity from which texts share a part.", valueName: "j"))
    var threshold = 0.8

    @Option(help: ArgumentHelp("Inverse regularisation C of the models.", valueName: "c"))
    var c = OutOfFold.Settings().inverseRegularization

    @Option(help: ArgumentHelp("Source of all randomness.", valueName: "n"))
    var seed: UInt64 = 1

    @Option(help: "How to print: text or json.")
    var format: InspectionFormat = .text

    @Flag(help: "Count and list bad rows instead of stopping at the first.")
    var skipBadRows = false

    @OptionGroup var options: DataOptions

    func validate() throws {
        try checkThreshold(threshold)
        try checkStandardInput(data)
        if !(2...100).contains(folds) { throw ValidationError("--folds must be 2 to 100.") }
        if !(c > 0 && c.isFinite) { throw ValidationError("--c must be a positive number.") }
        if let count, count < 1 { throw ValidationError("--count must be at least 1.") }
        if list < 0 { throw ValidationError("--list must not be negative.") }
    }

    func run() throws {
        try pinLinearAlgebra()
        Interruption.watch()
        let progress = ProgressLine(isQuiet: options.quiet)
        try reportingDataErrors(progress) {
            if let output {
                _ = try RecordWriter.format(of: output)
                try OutputFiles.check([output], inputs: data)
            }
            var rows: [LabelAudit.Row] = []
            let table = try Interruption.endingAtOnce {
                try readRows(data, requiresLabel: true, skipsBadRows: skipBadRows, options, progress) {
                    rows.append(LabelAudit.Row($0))
                }
            }
            var writer = try output.map { try RecordWriter($0, rowsOf: table, extraColumns: LabelAudit.columns) }
            var settings = LabelAudit.Options()
            settings.models.folds = folds
            settings.models.inverseRegularization = c
            settings.models.seed = seed
            settings.models.threads = options.threadCount
            settings.ranking = rank
            settings.threshold = threshold
            settings.count = count
            let audit = try LabelAudit(table, rows: rows, options: settings) { now in
                progress.update(stage: now.stage, rows: now.rows, fraction: now.fraction)
                return !Interruption.isRequested
            }
            progress.finishStage()
            if Interruption.isRequested { throw Failure("stopped; nothing was written", status: 130) }
            for doubt in audit.doubts {
                writer?.append(try table.record(doubt.row), extra: LabelAudit.cells(doubt))
            }
            try writer?.finish()
            switch format {
            case .text: StandardOutput.write(audit.text(table, list: list))
            case .json: StandardOutput.write(audit.json(table))
            }
        }
    }
}

extension ConfidentLearning.Ranking: ExpressibleByArgument {}
