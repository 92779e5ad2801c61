import ArgumentParser
import DataCare
import Evaluation
import ModelFormat
import Samples
import TaskType

struct ModelsPromoteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promote",
        abstract: "Put a model in service, unless it is worse than the one that is.",
        discussion: """
            Both models answer the same labelled rows, which neither was trained on. The candidate is refused (exit status 1) \
            where it is worse overall or for a label beyond a margin and chance does not explain it, where the rows are too \
            few to tell, and where it was trained on them. The ledger keeps the figures. docs/promotion.md says what exactly \
            is asked.
            """)

    @Argument(help: ArgumentHelp("The candidate: a weights file.", valueName: "model"))
    var model: String

    @Option(help: ArgumentHelp("Where it is to serve: DIR/NAME, or NAME with --directory.", valueName: "model"))
    var to: String?

    @OptionGroup var folder: DirectoryOption

    @Option(help: ArgumentHelp("The model's name in --directory; as --to NAME.", valueName: "name"))
    var name: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Labelled rows to judge by: .csv or .jsonl, perhaps .gz.", valueName: "file"))
    var data: [String] = []

    @OptionGroup(title: "The rule") var rule: PromotionRuleOptions
    @OptionGroup(title: "Leaks") var leaks: PromotionLeakOptions

    @Flag(help: "Allow a candidate that knows other labels; rows whose label one model lacks are not compared.")
    var allowLabelChanges = false

    @Option(help: ArgumentHelp("Promote in spite of everything; the ledger keeps the reason.", valueName: "reason"))
    var force: String?

    @Flag(help: "Only say what would happen.")
    var dryRun = false

    @Option(help: ArgumentHelp("Resamples behind the intervals.", valueName: "n"))
    var bootstrap = 2000

    @Option(help: ArgumentHelp("Source of the resamples' randomness.", valueName: "n"))
    var seed: UInt64 = 0

    @OptionGroup var rows: RowOptions

    @Option(help: "How to print: text or json.")
    var format: InspectionFormat = .text

    func validate() throws {
        if (to == nil) == (name == nil) { throw ValidationError("Say where the model is to serve: --to DIR/NAME.") }
        if !(200...100_000).contains(bootstrap) { throw ValidationError("--bootstrap must be 200 to 100000.") }
        if data.contains("-") {
            throw ValidationError("--data takes files, since their digests go into the ledger; - is none.")
        }
        if let force, force.allSatisfy(\.isWhitespace) {
            throw ValidationError("--force needs a reason, which goes into the ledger.")
        }
        if let problem = rule.rule.problem { throw ValidationError("\(problem).") }
    }

    func run() throws {
        try reportingModelErrors {
            try reportingDataErrors {
                do {
                    try promote()
                } catch let error as EvaluationError {
                    throw Failure(error.message)
                }
            }
        }
    }

    private func promote() throws {
        let (directory, name) = try folder.target(to ?? self.name ?? "")
        // Read, not mapped: what is judged is what is installed, whatever happens to the file meanwhile.
        let bytes = try ModelBytes(reading: model)
        let candidate = try checkModel(bytes, name: name)
        let revision = bytes.revision()
        let active = try activeModel(directory, name)
        var report = PromotionReport(
            name: name, candidate: revision, reference: active?.revision, outcome: .unchanged, data: try dataFiles(),
            rule: rule.rule)
        report.conditions = rows.conditions.map { "\($0.column)\($0.isEquality ? "=" : "!=")\($0.value)" }
        if let active, active.revision == revision {
            return try print(report)
        }
        if active != nil, data.isEmpty, force == nil {
            throw Failure(
                "\(name) is in service already: give labelled rows to compare with (--data FILE), or --force REASON")
        }
        if !data.isEmpty { try judge(candidate, active, &report) }
        if let force { report.forceReason = force }
        let isAccepted = !report.isRefused || force != nil
        if dryRun {
            report.outcome = isAccepted ? .wouldPromote : .wouldRefuse
        } else if isAccepted {
            _ = try directory.install(
                bytes, as: name, action: .promoted, replacing: .exactly(active?.revision), reason: report.reason,
                by: Self.author, evidence: report.ledgerEvidence)
            report.outcome = force == nil ? .promoted : .forced
        } else {
            report.outcome = .refused
            do throws(ModelDirectoryError) {
                try directory.refuse(
                    name, revision: revision, reason: report.reason, by: Self.author, evidence: report.ledgerEvidence)
            } catch {
                StandardError.write("tasktype: the refusal is not in the ledger: \(error.message)\n")
            }
        }
        try print(report)
        if !isAccepted {
            StandardError.write("tasktype: refused: \(report.reason)\n")
            throw ExitCode(1)
        }
    }

    private static let author = "tasktype models promote"

    private func print(_ report: PromotionReport) throws {
        StandardOutput.write(format == .text ? report.text : report.json)
    }

    private struct ActiveModel {
        var revision: String
        /// Nil where the file is no sound model and the promotion is forced.
        var classifier: TaskClassifier?
    }

    private func activeModel(_ directory: ModelDirectory, _ name: String) throws -> ActiveModel? {
        let bytes: ModelBytes
        do throws(ModelDirectoryError) {
            bytes = try directory.active(name)
        } catch {
            if error.code == .unknownModel { return nil }
            throw error
        }
        do throws(ModelFileError) {
            return ActiveModel(revision: bytes.revision(), classifier: try TaskClassifier(bytes, name: name))
        } catch {
            guard force != nil else {
                throw Failure(
                    "the model in service cannot be compared with: \(error.message); roll back first, or give --force REASON"
                )
            }
            return ActiveModel(revision: bytes.revision())
        }
    }

    private func dataFiles() throws -> [PromotionReport.DataFile] {
        try data.map { path in
            PromotionReport.DataFile(
                path: path, digest: try ModelBytes(mapping: path, maximumByteCount: .max).revision())
        }
    }
}

/// By what a candidate is judged.
struct PromotionRuleOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Accuracy that may be lost; 0.005 is half a point.", valueName: "share"))
    var margin = PromotionRule().margin

    @Option(help: ArgumentHelp("What each label's figure may lose.", valueName: "share"))
    var labelMargin = PromotionRule().labelMargin

    @Option(help: ArgumentHelp("What the calibration error may gain.", valueName: "share"))
    var calibrationMargin = PromotionRule().calibrationMargin

    @Option(
        help: ArgumentHelp(
            "The largest loss of accuracy that the rows may leave possible; beyond it they are too few.",
            valueName: "share"))
    var possibleLoss = PromotionRule().possibleLoss

    @Option(help: ArgumentHelp("Rows that each label needs.", valueName: "n"))
    var labelRows = PromotionRule().labelRows

    @Option(help: "By what labels are judged: f1 or recall.")
    var labelFigure = PromotionRule().labelFigure

    @Flag(help: "Refuse unless the rows exclude a loss beyond the margins.")
    var strict = false

    var rule: PromotionRule {
        var rule = PromotionRule()
        rule.margin = margin
        rule.labelMargin = labelMargin
        rule.calibrationMargin = calibrationMargin
        rule.possibleLoss = possibleLoss
        rule.labelRows = labelRows
        rule.labelFigure = labelFigure
        rule.isStrict = strict
        return rule
    }
}

/// How rows are found that the candidate knows from training.
struct PromotionLeakOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What the candidate was trained on, to find rows of --data there; may be given several times.",
            valueName: "file"))
    var training: [String] = []

    @Option(
        help: ArgumentHelp("Read only such rows of the training data; as --where.", valueName: "condition"),
        transform: RowOptions.condition)
    var trainingWhere: [SampleCondition] = []

    @Option(
        help: ArgumentHelp(
            "Jaccard similarity of shingles from which texts are nearly the same; 1 looks for equal ones only.",
            valueName: "j"))
    var leakThreshold = 0.8

    @Flag(help: "Leave rows that are in --training out of the comparison instead of refusing.")
    var dropLeaks = false

    func validate() throws {
        try checkThreshold(leakThreshold, option: "--leak-threshold")
        if dropLeaks, training.isEmpty { throw ValidationError("--drop-leaks needs --training.") }
    }
}

extension PromotionRule.LabelFigure: ExpressibleByArgument {}

// Judging.
extension ModelsPromoteCommand {
    private func judge(
        _ candidate: TaskClassifier, _ active: ActiveModel?, _ report: inout PromotionReport
    ) throws {
        let reference = active?.classifier
        let labels = Set(candidate.labels)
        let former = Set(reference?.labels ?? candidate.labels)
        report.addedLabels = labels.subtracting(former).sorted()
        report.removedLabels = former.subtracting(labels).sorted()
        report.findings += digestLeaks(candidate, report)
        if let reference, rows.conditions.isEmpty {
            let known = ModelFacts(reference).trainingDigests
            report.findings += report.data.filter { known.contains($0.digest) }.map {
                PromotionFinding(
                    .referenceLeak,
                    "the model in service was trained on \($0.path), which makes it look better than it is")
            }
        }
        let shared = labels.intersection(former)
        if shared.count < 2 || !report.addedLabels.isEmpty || !report.removedLabels.isEmpty, !allowLabelChanges {
            report.findings.append(
                PromotionFinding(
                    .labels,
                    "it knows other labels (new: \(Self.list(report.addedLabels)); gone: "
                        + "\(Self.list(report.removedLabels))); --allow-label-changes lets that pass"))
        }
        var samples = try read(knownLabels: labels.union(former))
        let all = samples.count
        samples.removeAll { !shared.contains($0.label ?? "") }
        report.rowsLeftOut = all - samples.count
        try findLeaks(&samples, &report)
        guard !samples.isEmpty else {
            report.findings.append(PromotionFinding(.tooFewRows, "no row is left to compare the models on"))
            return
        }
        let names = labels.union(former).sorted()
        let resampling = try Bootstrap(resamples: bootstrap, seed: seed)
        let scored = try ModelScoring.score(samples, candidate, labels: names)
        guard let reference else {
            report.firstAccuracy = Evaluation(scored, bootstrap: resampling).accuracy
            return
        }
        let evidence = try PromotionEvidence(
            scored, try ModelScoring.score(samples, reference, labels: names), judged: shared, bootstrap: resampling)
        report.evidence = evidence
        report.findings += PromotionGate.findings(evidence, report.rule)
        report.findings = report.findings.filter(\.refuses) + report.findings.filter { !$0.refuses }
    }

    private static func list(_ labels: [String]) -> String { labels.isEmpty ? "none" : labels.joined(separator: ", ") }

    /// Files of the evaluation that the candidate's provenance names.
    private func digestLeaks(_ candidate: TaskClassifier, _ report: PromotionReport) -> [PromotionFinding] {
        // One file can hold the rows to train on and those to judge by; then rows are compared with rows.
        if !rows.conditions.isEmpty, !leaks.training.isEmpty { return [] }
        let remedy =
            rows.conditions.isEmpty
            ? "give rows that it has not seen (tasktype data split)"
            : "if it has only seen other rows of it, show that with --training and --training-where"
        let facts = ModelFacts(candidate)
        return report.data.compactMap { file in
            if facts.trainingDigests.contains(file.digest) {
                return PromotionFinding(
                    .leak, "it was trained on \(file.path); \(remedy)")
            }
            guard facts.validationDigests.contains(file.digest) else { return nil }
            return PromotionFinding(
                .leak,
                "its settings were chosen and its probabilities calibrated on \(file.path); \(remedy)"
            )
        }
    }

    private func read(knownLabels: Set<String>) throws -> [Sample] {
        var options = SampleReader.Options()
        options.knownLabels = knownLabels
        rows.apply(to: &options)
        var reader = try SampleReader(paths: data, options: options)
        let samples = try reader.readAll()
        try rows.checkMatch(of: reader)
        reportSkippedRows(reader.skippedRows, count: reader.skippedRowCount)
        return samples
    }

    /// Looks for rows that are in the training data; leaves them out, or says so.
    private func findLeaks(_ samples: inout [Sample], _ report: inout PromotionReport) throws {
        guard !leaks.training.isEmpty else { return }
        let matches = try TrainingLeaks(
            of: samples, in: leaks.training, where: leaks.trainingWhere, threshold: leaks.leakThreshold,
            threads: processorCount,
            skipsBadRows: rows.skipBadRows
        ).matches
        let found = PromotionReport.Leaks(
            trainingFiles: leaks.training, exact: matches.count { $0 == .exact },
            normalized: matches.count { $0 == .normalized }, near: matches.count { $0 == .near },
            areLeftOut: leaks.dropLeaks)
        report.leaks = found
        guard found.count > 0 else { return }
        guard leaks.dropLeaks else {
            report.findings.append(
                PromotionFinding(
                    .leak,
                    "\(found.count) of \(samples.count) rows are in the training data (\(found.exact) letter by letter, "
                        + "\(found.normalized) apart from case and punctuation, \(found.near) nearly); --drop-leaks judges "
                        + "by the others"))
            return
        }
        samples = zip(samples, matches).compactMap { $1 == nil ? $0 : nil }
    }
}
