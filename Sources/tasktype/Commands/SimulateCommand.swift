import ArgumentParser
import Evaluation
import JSONCoding
import ModelFormat
import Routing
import RoutingEvaluation
import RoutingPolicyFile
import Samples

struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Work out what traffic costs under a policy, and what quality it gets.",
        discussion: """
            The traffic is CSV with the columns task_type, input_tokens and output_tokens, a line for each request, or with \
            requests for many alike; predicted, confidence, uncertain, mode, user, project, feature, user_tier, session, \
            new_request, timestamp, tools, images, tags and text are used where they are there. \
            Quality and latency come from the policy's catalogue. See docs/savings.md.
            """)

    @Option(help: ArgumentHelp("Requests in CSV, perhaps .gz; - for standard input.", valueName: "file"))
    var traffic: String

    @Option(help: ArgumentHelp("Policy in YAML or JSON.", valueName: "file"))
    var policy: String

    @Option(help: ArgumentHelp("Second policy, for the same requests.", valueName: "file"))
    var against: String?

    @OptionGroup(title: "Assumptions") var assumptions: SimulationOptions

    @Option(
        help: ArgumentHelp(
            "Recommend models for the mode: the cheapest that keep this share of the best quality, such as 0.95.",
            valueName: "share"))
    var recommend: Double?

    @OptionGroup var report: PageOptions

    func validate() throws {
        if let recommend, !(0.0...1).contains(recommend) { throw ValidationError("--recommend must be 0 to 1.") }
    }

    func run() throws {
        do {
            let file = try PolicyFile(reading: policy)
            let compiled = try assumptions.measured(file.compiled())
            let other = try against.map { path in
                (policy: try assumptions.measured(PolicyFile(reading: path).compiled()), name: Self.fileName(path))
            }
            let log = try assumptions.traffic(traffic)
            if !log.unusedColumns.isEmpty {
                StandardError.write(
                    "tasktype: columns not used: \(log.unusedColumns.map { quoted($0) }.joined(separator: ", "))\n")
            }
            for policy in [compiled.policy] + [other?.policy.policy].compactMap(\.self) {
                try check(log, against: policy)
            }
            let settings = try assumptions.settings(for: compiled.policy)
            let simulation = Simulation(
                log, policy: compiled, name: Self.fileName(policy), against: other, settings: settings,
                qualityKept: recommend)
            let made = SimulationReport(simulation, traffic: traffic)
            try report.write(text: made.text, json: made.json, html: made.html)
        } catch let error as SampleError {
            throw Failure("\(error)")
        } catch let error as ModelFileError {
            throw Failure("\(error)")
        }
    }

    /// What a file is called in the report, whose columns are narrow.
    private static func fileName(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    /// Names that the policy does not have would silently be sent where unknown requests go.
    private func check(_ log: TrafficLog, against policy: Policy) throws {
        let tasks = policy.table.map(\.taskType)
        for task in log.taskTypes where !tasks.contains(task) {
            throw unknown("task type", task, tasks)
        }
        for mode in Set(log.rows.compactMap(\.request.mode)).sorted() where !policy.modes.contains(mode) {
            throw unknown("mode", mode, policy.modes)
        }
        for task in Set(log.rows.compactMap(\.predicted)).sorted() where !tasks.contains(task) {
            throw unknown("task type", task, tasks)
        }
    }

    private func unknown(_ kind: String, _ name: String, _ known: [String]) -> Failure {
        let hint =
            nearestName(to: name, among: known).map { "did you mean \(quoted($0))?" }
            ?? "it has " + known.map { quoted($0) }.joined(separator: ", ")
        return Failure("\(traffic): the policy has no \(kind) \(quoted(name)); \(hint)")
    }
}
