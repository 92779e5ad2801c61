import ArgumentParser
import JSONCoding
import ModelFormat
import Routing
import RoutingEvaluation
import RoutingPolicyFile
import Samples

struct PolicyCalibrateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate", abstract: "Fill a policy's table from measured quality.",
        discussion: """
            The benchmark is CSV with the columns task_type, model and quality (0 to 1, or up to --scale), a line for each \
            judged answer, or with requests for several; input_tokens and output_tokens are used where they are there. \
            A goal is for a mode, or for a cell as TASK/MODE; cells without one stay. What counts is the lower end of the \
            95 % interval. Without --output nothing is written. Exit status 1 where a goal cannot be met. \
            See docs/savings.md.
            """)

    @Argument(help: ArgumentHelp("Policy in YAML or JSON.", valueName: "policy"))
    var path: String

    @Option(help: ArgumentHelp("Measured qualities in CSV, perhaps .gz; - for standard input.", valueName: "file"))
    var benchmark: String

    @Option(
        help: ArgumentHelp(
            "The cheapest model of at least this quality, such as balanced=0.9 or code/eco=0.8.",
            valueName: "cells=quality"))
    var minQuality: [String] = []

    @Option(
        help: ArgumentHelp("The best model that costs at most this a request.", valueName: "cells=amount"))
    var maxCost: [String] = []

    @Option(
        help: ArgumentHelp(
            "The cheapest model with at least this share of the best model's quality, such as balanced=0.95.",
            valueName: "cells=share"))
    var shareOfBest: [String] = []

    @Option(help: ArgumentHelp("The best mark, by which qualities are divided.", valueName: "mark"))
    var scale = 1.0

    @Option(help: ArgumentHelp("Input tokens of a typical request, where the benchmark does not say.", valueName: "n"))
    var inputTokens = 500

    @Option(
        help: ArgumentHelp("Write the policy with the new table here; may be the policy itself.", valueName: "file"))
    var output: String?

    @Option(help: "How to print what changed: text or json.")
    var format: InspectionFormat = .text

    func validate() throws {
        if minQuality.isEmpty, maxCost.isEmpty, shareOfBest.isEmpty {
            throw ValidationError("Give a goal: --min-quality, --max-cost or --share-of-best.")
        }
        if !(scale > 0 && scale.isFinite) { throw ValidationError("--scale must be a number above 0.") }
        if inputTokens < 0 { throw ValidationError("--input-tokens must not be negative.") }
        _ = try targets()
    }

    private func targets() throws -> [TableCalibration.Target] {
        func read(
            _ texts: [String], _ option: String, _ limit: Double, _ goal: (Double) -> TableCalibration.Goal
        ) throws -> [TableCalibration.Target] {
            try texts.map { text in
                guard let sign = text.lastIndex(of: "="), let value = Double(text[text.index(after: sign)...]),
                    value >= 0, value <= limit
                else {
                    let range = limit == 1 ? "from 0 to 1" : "of 0 or more"
                    throw ValidationError(
                        "\(option) \(text): write MODE=NUMBER or TASK/MODE=NUMBER, the number \(range).")
                }
                let cells = text[..<sign].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
                return .init(
                    taskType: cells.count == 2 ? String(cells[0]) : nil, mode: String(cells[cells.count - 1]),
                    goal: goal(value))
            }
        }
        return try read(minQuality, "--min-quality", 1) { .minimum($0) }
            + read(maxCost, "--max-cost", .greatestFiniteMagnitude) { .cost($0) }
            + read(shareOfBest, "--share-of-best", 1) { .shareOfBest($0) }
    }

    func run() throws {
        do {
            let bytes = Array(try readText(path, limit: PolicyFile.sizeLimit).utf8)
            let file = PolicyFile(bytes: bytes, name: path)
            let compiled = try file.compiled()
            let results = try BenchmarkResults(path: benchmark, scale: scale)
            let calibration = try TableCalibration(
                compiled.policy, results: results, targets: targets(), inputTokens: inputTokens)
            let edits = calibration.cells.filter(\.isChanged).map { cell in
                PolicyTableEditor.Edit(taskType: cell.taskType, mode: cell.mode, models: cell.new)
            }
            let edited = PolicyTableEditor.edited(bytes, edits)
            switch format {
            case .text: StandardOutput.write(text(calibration, edits))
            case .json: StandardOutput.write(json(calibration))
            }
            if let output {
                guard let edited else {
                    throw Failure(
                        "\(path) is laid out in a way that cannot be edited without harm, so nothing was written; put these "
                            + "lines into its table:\n" + Self.lines(edits))
                }
                try AtomicFile.write(edited, to: output)
            }
            if calibration.cells.contains(where: { $0.chosen == nil }) { throw ExitCode(1) }
        } catch let failure as TableCalibration.Failure {
            throw Failure(failure.message)
        } catch let error as SampleError {
            throw Failure("\(error)")
        } catch let error as ModelFileError {
            throw Failure("\(error)")
        }
    }

    private func text(_ calibration: TableCalibration, _ edits: [PolicyTableEditor.Edit]) -> String {
        var text = ""
        for cell in calibration.cells {
            let old = cell.old.first ?? "nothing"
            let change =
                switch cell.chosen {
                case nil: "\(old) stays, the goal is not met"
                case old: "\(old) stays"
                case let new?: "\(old) → \(new)"
                }
            text += "\(cell.taskType), \(cell.mode): \(change)\n    \(cell.reason)\n"
        }
        if edits.isEmpty { return text + "The table stays as it is.\n" }
        if output == nil {
            text += "Lines for the table (--output FILE writes the whole policy):\n" + Self.lines(edits)
        }
        return text
    }

    private static func lines(_ edits: [PolicyTableEditor.Edit]) -> String {
        var text = ""
        var task: String?
        for edit in edits {
            if edit.taskType != task { text += "  \(PolicyTableEditor.word(edit.taskType)):\n" }
            task = edit.taskType
            let names = edit.models.map(PolicyTableEditor.word)
            let value = names.count == 1 ? names[0] : "[" + names.joined(separator: ", ") + "]"
            text += "    \(PolicyTableEditor.word(edit.mode)): \(value)\n"
        }
        return text
    }

    private func json(_ calibration: TableCalibration) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.key("cells")
            json.array { json in
                for cell in calibration.cells {
                    json.object { json in
                        for (key, value) in [("task_type", cell.taskType), ("mode", cell.mode)] {
                            json.key(key)
                            json.value(value)
                        }
                        for (key, models) in [("old", cell.old), ("new", cell.new)] {
                            json.key(key)
                            json.array { json in for model in models { json.value(model) } }
                        }
                        json.key("changed")
                        json.value(cell.isChanged)
                        json.key("met")
                        json.value(cell.chosen != nil)
                        json.key("reason")
                        json.value(cell.reason)
                    }
                }
            }
        }
        json.lineBreak()
        return json.bytes
    }
}
