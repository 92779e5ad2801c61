import ArgumentParser
import Conversation
import DataCare
import JSONCoding
import Routing
import RoutingPolicyFile
import Samples
import TaskType

struct RouteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "route", abstract: "Say which model a policy picks for a request, why, and at what cost.",
        discussion: """
            A dry run: nothing is called and nothing is spent. Without texts, standard input or --input is read: one \
            request a line, or as --input-format says. See docs/routing.md.
            """)

    @Argument(help: "Requests, each an argument of its own.")
    var texts: [String] = []

    @Option(help: ArgumentHelp("Policy in YAML or JSON.", valueName: "file"))
    var policy: String

    @OptionGroup(title: "The request") var options: RouteOptions

    @Option(
        help: ArgumentHelp(
            "File of requests: .csv, .jsonl or .txt (a line each), perhaps .gz; - for standard input.",
            valueName: "file"))
    var input: [String] = []

    @Option(
        help: ArgumentHelp(
            "Format of the input where its name does not say it: csv, jsonl or txt.", valueName: "format"))
    var inputFormat: SampleFormat?

    @OptionGroup var modelOption: ModelOption

    @Option(help: "How to print: text, json (an array) or jsonl (a decision a line).")
    var format: DecisionFormat = .text

    @Flag(help: "Make a missing or broken model an error instead of deciding without the classifier.")
    var strict = false

    func validate() throws {
        if !texts.isEmpty && !input.isEmpty {
            throw ValidationError("Texts and --input exclude each other: give one of them.")
        }
    }

    func run() throws {
        let compiled = try PolicyFile(reading: policy).compiled()
        try options.check(against: compiled.policy)
        var classifier: TaskClassifier?
        do {
            classifier = try modelOption.load()
        } catch let failure as Failure {
            if strict { throw failure }
            StandardError.write("tasktype: \(failure.message)\ntasktype: deciding without the classifier\n")
        }
        let router = DryRouter(
            policy: compiled, classifier: classifier, revision: classifier?.revision, options: options,
            state: options.state(compiled.policy, now: Double(currentTime)), format: format)
        var count = 0
        router.begin()
        for text in texts {
            count += 1
            router.write(.text(text), id: "\(count)")
        }
        if texts.isEmpty { try readInput(router) }
        router.end()
    }

    private func readInput(_ router: DryRouter) throws {
        var reading = SampleReader.Options.requests
        reading.format = inputFormat
        let paths = input.isEmpty ? ["-"] : input
        if paths.contains("-"), inputFormat == nil { reading.format = paths.count == 1 ? .plainText : nil }
        do {
            var reader = try SampleReader(paths: paths, options: reading)
            var count = 0
            while let sample = try reader.next() {
                count += 1
                router.write(sample.request, id: sample.id ?? "\(count)")
            }
        } catch {
            router.end()
            throw Failure("\(error)")
        }
    }
}

/// How decisions are printed.
enum DecisionFormat: String, CaseIterable, ExpressibleByArgument { case text, json, jsonl }

/// Decides and prints.
final class DryRouter {
    private let policy: CompiledPolicy
    private let classifier: TaskClassifier?
    private let revision: String?
    private let options: RouteOptions
    private let state: RoutingState
    private let format: DecisionFormat
    private var isFirst = true

    init(
        policy: CompiledPolicy, classifier: TaskClassifier?, revision: String?, options: RouteOptions,
        state: RoutingState, format: DecisionFormat
    ) {
        self.policy = policy
        self.classifier = classifier
        self.revision = revision
        self.options = options
        self.state = state
        self.format = format
    }

    func begin() { if format == .json { StandardOutput.write("[") } }
    func end() { if format == .json { StandardOutput.write("\n]\n") } }

    func write(_ request: Request, id: String) {
        var routed = RoutingRequest(request, ask: Ask(request))
        routed.id = id
        options.apply(to: &routed)
        let match = policy.match(routed)
        let prediction = match.skipsClassifier ? nil : classifier?.classify(request)
        let decision = policy.decide(
            routed, prediction: prediction, state: state, match: match, modelRevision: revision)
        switch format {
        case .text: StandardOutput.write((isFirst ? "" : "\n") + decision.text(snippet: request.snippet))
        case .json: StandardOutput.write((isFirst ? "\n" : ",\n") + decision.json)
        case .jsonl: StandardOutput.write(decision.json + "\n")
        }
        isFirst = false
    }
}

extension Decision {
    /// The decision for people, on several lines.
    fileprivate func text(snippet: String) -> String {
        var lines = ["\(snippet)"]
        func add(_ name: String, _ value: String) {
            lines.append("  " + name + String(repeating: " ", count: max(1, 11 - name.utf8.count)) + value)
        }
        add("model", model ?? "none: the budget \(refusal?.budget ?? "") is spent")
        if !fallbacks.isEmpty { add("fallbacks", fallbacks.joined(separator: ", ")) }
        if !hedge.isEmpty { add("hedge", hedge.joined(separator: ", ")) }
        if !cascade.isEmpty { add("cascade", cascade.joined(separator: ", ")) }
        add("task type", "\(taskType), mode \(mode), by \(cause.rawValue)")
        for step in steps {
            var line = "\(step.kind.rawValue): \(step.outcome)"
            if let confidence = step.confidence { line += " (\((confidence * 1000).rounded() / 1000))" }
            if let by = step.by { line += ", by \(by)" }
            add("", line)
        }
        if let judge { add("judge", "\(judge.model): \(judge.prompt.onOneLine)") }
        let cost = estimatedCost
        add("cost", "\(cost.chosen.shown) \(cost.currency), baseline \(cost.baseline.shown)")
        add("tokens", "\(inputTokens) in, about \(outputTokens) out")
        return lines.joined(separator: "\n") + "\n"
    }
}

extension Double {
    /// With six digits after the point, and no exponent.
    fileprivate var shown: String {
        guard abs(self) < 1e9 else { return "\(self)" }
        let millionths = Int((self * 1_000_000).rounded())
        let digits = String(abs(millionths) % 1_000_000)
        let zeros = String(repeating: "0", count: 6 - digits.utf8.count)
        return (millionths < 0 ? "-" : "") + "\(abs(millionths) / 1_000_000)." + zeros + digits
    }
}
