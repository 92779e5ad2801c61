import ArgumentParser
import Evaluation
import JSONCoding
import ModelFormat
import RoutingEvaluation
import Samples
import TaskType

struct EvaluateRoutingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate-routing",
        abstract: "Measure routers between a weak and a strong model on prompts that both answered.",
        discussion: """
            The outcomes are CSV: a line for each prompt, a column for each model with the quality of its answer, and the \
            prompt in a column prompt or text. The classifier's score of a prompt is the probability of the labels that \
            should go to the strong model; routing at random and an oracle are measured beside it. \
            APGR and CPT are those of RouteLLM; see docs/routing-evaluation.md.
            """)

    @Argument(help: ArgumentHelp("Outcomes in CSV, perhaps .gz; - for standard input.", valueName: "outcomes"))
    var data: String

    @Option(help: ArgumentHelp("Column of the weak model.", valueName: "column"))
    var weak = "weak"

    @Option(help: ArgumentHelp("Column of the strong model.", valueName: "column"))
    var strong = "strong"

    @Option(
        help: ArgumentHelp(
            "Column with a router's score: the higher, the rather the strong model. May be given several times.",
            valueName: "column"))
    var score: [String] = []

    @Option(
        help: ArgumentHelp(
            "Column with the model that a router chose, named as its column. May be given several times.",
            valueName: "column"))
    var choice: [String] = []

    @Option(
        help: ArgumentHelp(
            "Cost of an answer of a model, where the file has no column MODEL.cost. May be given several times.",
            valueName: "model=amount"))
    var cost: [String] = []

    @OptionGroup var modelOption: ModelOption

    @Option(help: ArgumentHelp("Labels that should go to the strong model.", valueName: "labels"))
    var strongLabels = "reasoning,complex"

    @Flag(help: "Leave the classifier out, and measure the columns only.")
    var noClassifier = false

    @Option(help: ArgumentHelp("Resamples behind the 95 % intervals; 0 for none.", valueName: "n"))
    var bootstrap = 1000

    @Option(help: ArgumentHelp("Source of the resamples' randomness.", valueName: "n"))
    var seed: UInt64 = 0

    @OptionGroup var report: PageOptions

    func validate() throws {
        if !(0...100_000).contains(bootstrap) { throw ValidationError("--bootstrap must be 0 to 100000.") }
        for pair in cost where price(pair) == nil {
            throw ValidationError("--cost \(pair): write it like gpt-4o=0.0125, the amount 0 or more.")
        }
    }

    private func price(_ pair: String) -> (model: String, amount: Double)? {
        guard let sign = pair.lastIndex(of: "="), let amount = Double(pair[pair.index(after: sign)...]),
            amount >= 0, amount.isFinite
        else { return nil }
        return (String(pair[..<sign]), amount)
    }

    func run() throws {
        do {
            var columns = RoutingOutcomes.Columns()
            (columns.weak, columns.strong, columns.scores, columns.choices) = (weak, strong, score, choice)
            for pair in cost { if let (model, amount) = price(pair) { columns.costs[model] = amount } }
            let outcomes = try RoutingOutcomes(path: data, columns: columns)
            let benchmark = RoutingBenchmark(
                outcomes, scores: try scores(of: outcomes), bootstrap: try Bootstrap(resamples: bootstrap, seed: seed))
            let made = RoutingBenchmarkReport(benchmark, data: data)
            try report.write(text: made.text, json: made.json, html: made.html)
        } catch let error as SampleError {
            throw Failure("\(error)")
        } catch let error as EvaluationError {
            throw Failure(error.message)
        } catch let error as ModelFileError {
            throw Failure("\(error)")
        }
    }

    /// What the classifier makes of the prompts, and what their mere length would.
    private func scores(of outcomes: RoutingOutcomes) throws -> [(name: String, values: [Double])] {
        guard !noClassifier else { return [] }
        guard !outcomes.prompts.isEmpty else {
            throw Failure(
                "\(data) has no column prompt or text for the classifier to read; add one, or give --no-classifier")
        }
        let classifier = try modelOption.load()
        let labels = strongLabels.split(separator: ",").map { String($0.drop { $0 == " " }) }
        for label in labels where !classifier.labels.contains(label) {
            throw Failure(
                "--strong-labels: the model has no label \(quoted(label)); its labels are "
                    + classifier.labels.joined(separator: ", "))
        }
        guard !labels.isEmpty else { throw Failure("--strong-labels is empty; name a label at least") }
        let values = outcomes.prompts.map { prompt in
            let prediction = classifier.classify(prompt)
            return labels.reduce(0.0) { $0 + Double(prediction[$1] ?? 0) }
        }
        return [("classifier", values), ("length", outcomes.prompts.map { Double($0.utf8.count) })]
    }
}
