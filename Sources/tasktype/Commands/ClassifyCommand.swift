import ArgumentParser
import Samples

struct ClassifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "classify",
        abstract: "Classify texts from arguments, files or standard input.",
        discussion: """
            Without texts and without --input, standard input is read: one request a line, or as --input-format says. \
            Answers come in the order of the requests. With a missing or broken model the answer is the default label, \
            marked as such, and the reason goes to standard error; --strict makes it an error.
            """)

    @Argument(help: "Texts to classify, each an argument of its own.")
    var texts: [String] = []

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

    @OptionGroup var askRuleOption: AskRuleOption

    @Option(help: "How to print: text, json, jsonl or csv.")
    var format = Classification().format

    @Flag(help: "Show what was taken as asked and what was left out, and what each feature adds to the label's logit.")
    var explain = false

    @Option(help: ArgumentHelp("Features shown by --explain; the others are summed.", valueName: "n"))
    var explainTop = Classification().explainTop

    @Flag(help: "Show the time that each request took.")
    var time = false

    @Flag(help: "Make a missing or broken model an error instead of answering the default label.")
    var strict = false

    @Option(help: ArgumentHelp("Label answered where there is no model.", valueName: "label"))
    var defaultLabel = Classification().defaultLabel

    @Flag(help: "Count and list bad rows of the input instead of stopping at the first.")
    var skipBadRows = false

    @Option(help: ArgumentHelp("Threads; all processors where this is left out.", valueName: "n"))
    var threads: Int?

    func validate() throws {
        if !texts.isEmpty && !input.isEmpty {
            throw ValidationError("Texts and --input exclude each other: give one of them.")
        }
        if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads must be 1 to 1024.") }
        if explainTop < 0 { throw ValidationError("--explain-top must not be negative.") }
    }

    func run() throws {
        var classification = Classification()
        classification.texts = texts
        classification.input = input
        classification.inputFormat = inputFormat
        classification.model = modelOption.model
        classification.askRules = askRuleOption.askRules
        classification.format = format
        classification.explain = explain
        classification.explainTop = explainTop
        classification.time = time
        classification.strict = strict
        classification.defaultLabel = defaultLabel
        classification.skipBadRows = skipBadRows
        classification.threads = threads
        try classification.run()
    }
}

extension SampleFormat: ExpressibleByArgument {}
extension PredictionFormat: ExpressibleByArgument {}
