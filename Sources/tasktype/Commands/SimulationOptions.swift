import ArgumentParser
import FoundationEssentials
import JSONCoding
import Routing
import RoutingEvaluation
import Samples
import TaskType

/// What a simulation takes to be true beside traffic and policy.
struct SimulationOptions: ParsableArguments {
    @Option(help: "Mode of requests that name none; the policy's default where this is left out.")
    var mode: String?

    @Option(
        help: ArgumentHelp(
            "Other proportions for the same requests, such as simple=0.7,code=0.2,complex=0.1.", valueName: "shares"))
    var mix: String?

    @Option(
        help: ArgumentHelp(
            "How often the classifier is wrong: the JSON of `tasktype evaluate --format json`, or CSV with truth, predicted, count.",
            valueName: "file"))
    var confusion: String?

    @Option(
        help: ArgumentHelp(
            "Share of requests that the classifier recognises, its errors spread evenly; instead of --confusion.",
            valueName: "share"))
    var accuracy: Double?

    @Flag(
        help: """
            Classify the traffic's column text: predictions, where it has none, and task types and input tokens, where it has \
            none of these.
            """)
    var classify = false

    @OptionGroup var modelOption: ModelOption

    @Option(help: ArgumentHelp("What a classification costs.", valueName: "amount"))
    var classifierCost = 0.0

    @Option(help: ArgumentHelp("Seconds that a classification takes.", valueName: "seconds"))
    var classifierSeconds = 0.0

    @Option(
        help: ArgumentHelp(
            "Measured qualities, in place of the catalogue's: CSV with task_type, model, quality.", valueName: "file"))
    var benchmark: String?

    @Option(help: ArgumentHelp("Source of what is drawn for sessions.", valueName: "n"))
    var seed: UInt64 = 0

    func validate() throws {
        if confusion != nil, accuracy != nil {
            throw ValidationError("--confusion and --accuracy exclude each other: give one of them.")
        }
        if let accuracy, !(0.0...1).contains(accuracy) { throw ValidationError("--accuracy must be 0 to 1.") }
        for (name, value) in [("--classifier-cost", classifierCost), ("--classifier-seconds", classifierSeconds)] {
            if !(value >= 0 && value.isFinite) { throw ValidationError("\(name) must be a number, 0 or more.") }
        }
    }

    /// The settings for a policy.
    func settings(for policy: Policy) throws -> Simulator.Settings {
        if let mode, !policy.modes.contains(mode) {
            throw Failure(
                "the policy has no mode \(quoted(mode)); its modes are \(policy.modes.joined(separator: ", "))")
        }
        var settings = Simulator.Settings()
        settings.mode = mode
        settings.classifierCost = classifierCost
        settings.classifierSeconds = classifierSeconds
        settings.seed = seed
        if let accuracy {
            settings.misclassification = .init(labels: policy.table.map(\.taskType), accuracy: accuracy)
        } else if let confusion {
            settings.misclassification = try Self.misclassification(confusion)
        }
        return settings
    }

    /// The traffic, in the proportions that are asked for.
    func traffic(_ path: String) throws -> TrafficLog {
        guard classify else { return try reweighted(TrafficLog(path: path), name: path) }
        let classifier = try modelOption.load()
        let log = try TrafficLog(path: path) { text in
            let prediction = classifier.classify(text)
            return (prediction.taskType, Double(prediction.confidence), prediction.isUncertain)
        }
        return try reweighted(log, name: path)
    }

    /// The policy, with measured qualities where such are given.
    func measured(_ policy: CompiledPolicy) throws -> CompiledPolicy {
        guard let benchmark else { return policy }
        do {
            return try CompiledPolicy(
                policy.policy.measured(by: BenchmarkResults(path: benchmark)), digest: policy.digest)
        } catch let error as PolicyIssue {
            throw Failure("\(error)")
        }
    }

    private func reweighted(_ log: TrafficLog, name: String) throws -> TrafficLog {
        guard let mix else { return log }
        var shares: [String: Double] = [:]
        for part in mix.split(separator: ",") {
            let pair = part.split(separator: "=", maxSplits: 1).map { String($0.drop { $0 == " " }) }
            guard pair.count == 2, let share = Double(pair[1]), share >= 0, share.isFinite else {
                throw Failure("--mix \(quoted(String(part))) is no share; write it like simple=0.7,code=0.3")
            }
            guard shares.updateValue(share, forKey: pair[0]) == nil else {
                throw Failure("--mix names \(quoted(pair[0])) twice; keep one of them")
            }
        }
        guard let reweighted = log.reweighted(to: shares) else {
            throw Failure(
                "--mix asks for task types that \(name) has no requests of, or for none at all; it has "
                    + log.taskTypes.map { quoted($0) }.joined(separator: ", "))
        }
        return reweighted
    }

    private static func misclassification(_ path: String) throws -> Misclassification {
        struct Report: Decodable {
            struct Confusion: Decodable {
                var labels: [String]
                var matrix: [[Double]]
            }
            var confusion: Confusion
        }
        do {
            if path.lowercased().hasSuffix(".csv") { return try Misclassification(csv: path) }
            let text = try readText(path, limit: 64 << 20)
            guard let report = try? JSONDecoder().decode(Report.self, from: Data(text.utf8)) else {
                throw Failure(
                    "\(path) has no confusion matrix; make it by `tasktype evaluate --format json --output FILE`")
            }
            return try Misclassification(labels: report.confusion.labels, counts: report.confusion.matrix)
        } catch let error as Misclassification.Failure {
            throw Failure("\(path): \(error.message)")
        } catch let error as SampleError {
            throw Failure("\(error)")
        }
    }
}
