import ArgumentParser
import Dispatch
import JSONCoding
import Samples
import Synchronization
import TaskType

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
    var format: PredictionFormat = .text

    @Flag(help: "Show what was taken as asked and what was left out, and what each feature adds to the label's logit.")
    var explain = false

    @Option(help: ArgumentHelp("Features shown by --explain; the others are summed.", valueName: "n"))
    var explainTop = 12

    @Flag(help: "Show the time that each request took.")
    var time = false

    @Flag(help: "Make a missing or broken model an error instead of answering the default label.")
    var strict = false

    @Option(help: ArgumentHelp("Label answered where there is no model.", valueName: "label"))
    var defaultLabel = "complex"

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
        var classifier: TaskClassifier?
        do {
            classifier = try modelOption.load()
            try askRuleOption.apply(to: &classifier)
        } catch let failure as AskRuleFailure {
            throw Failure(failure.message)
        } catch let failure as Failure {
            if strict { throw failure }
            StandardError.write("tasktype: \(failure.message)\ntasktype: answering \(defaultLabel) for every request\n")
        }
        // The first request pays for touching the tables; times are of a program that runs.
        if time, let classifier { for _ in 0..<3 { _ = classifier.classify("Warm up the tables, please.") } }
        var writer = PredictionWriter(format: format, classifier: classifier, explainTop: explainTop, showsTime: time)
        writer.begin()
        if texts.isEmpty {
            try classifyInput(classifier, &writer)
        } else {
            let requests = texts.enumerated().map { (id: "\($0 + 1)", request: Request.text($1)) }
            writer.write(classifyAll(requests, classifier))
        }
        writer.end()
    }

    private func classifyInput(_ classifier: TaskClassifier?, _ writer: inout PredictionWriter) throws {
        var options = SampleReader.Options.requests
        options.format = inputFormat
        options.skipsBadRows = skipBadRows
        let paths = input.isEmpty ? ["-"] : input
        if paths.contains("-"), inputFormat == nil { options.format = paths.count == 1 ? .plainText : nil }
        var count = 0
        do {
            var reader = try SampleReader(paths: paths, options: options)
            var batch: [(id: String, request: Request)] = []
            var isOpen = true
            while isOpen {
                batch.removeAll(keepingCapacity: true)
                // A batch is bounded in bytes too, so that long requests do not fill the memory.
                var bytes = 0
                while batch.count < 4096, bytes < 16 << 20 {
                    guard let sample = try reader.next() else {
                        isOpen = false
                        break
                    }
                    count += 1
                    bytes += sample.request.byteCount
                    batch.append((sample.id ?? "\(count)", sample.request))
                }
                writer.write(classifyAll(batch, classifier))
            }
            reportSkippedRows(reader.skippedRows, count: reader.skippedRowCount)
        } catch {
            writer.end()
            throw Failure("\(error)")
        }
    }

    /// Classifies requests on all threads; the answers are in the order of the requests.
    private func classifyAll(
        _ requests: [(id: String, request: Request)], _ classifier: TaskClassifier?
    ) -> [ClassifiedRequest] {
        let chunk = 64
        let chunks = (requests.count + chunk - 1) / chunk
        let results = Mutex<[[ClassifiedRequest]]>(Array(repeating: [], count: chunks))
        let next = Atomic<Int>(0)
        // Times of single requests mean most without others beside them.
        let workers = time ? 1 : min(threads ?? processorCount, chunks)
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                if index >= chunks { return }
                let answers = requests[index * chunk..<min((index + 1) * chunk, requests.count)].map {
                    answer($0.id, $0.request, classifier)
                }
                results.withLock { $0[index] = answers }
            }
        }
        return results.withLock { $0.flatMap(\.self) }
    }

    private func answer(_ id: String, _ request: Request, _ classifier: TaskClassifier?) -> ClassifiedRequest {
        let clock = ContinuousClock()
        var prediction = Prediction.unclassified(as: defaultLabel, bytes: request.byteCount)
        var duration = Duration.zero
        if let classifier { duration = clock.measure { prediction = classifier.classify(request) } }
        return ClassifiedRequest(
            id: id, prediction: prediction, explanation: explain ? classifier?.explain(request) : nil,
            ask: explain ? classifier?.askTrace(of: request) : nil,
            seconds: time ? duration / .seconds(1) : nil, snippet: format == .text ? request.snippet : "")
    }
}

extension SampleFormat: ExpressibleByArgument {}
extension PredictionFormat: ExpressibleByArgument {}

/// Prints predictions in one of the formats.
struct PredictionWriter {
    let format: PredictionFormat
    let identity: ModelIdentity?
    let explainTop: Int
    let showsTime: Bool
    private let labels: [String]
    private var isFirst = true

    init(format: PredictionFormat, classifier: TaskClassifier?, explainTop: Int, showsTime: Bool) {
        self.format = format
        self.explainTop = explainTop
        self.showsTime = showsTime
        labels = classifier?.labels ?? []
        // The digest is worth its milliseconds only where it is printed.
        let printsModel = format == .json || format == .jsonl
        identity = printsModel ? classifier.map { ModelIdentity(name: $0.name, revision: $0.revision) } : nil
    }

    mutating func begin() {
        if format == .json { StandardOutput.write("[") }
        if format == .csv {
            let columns =
                ["id", "task_type", "confidence", "source", "uncertain", "candidates"] + labels.map { "p_" + $0 }
            StandardOutput.write(columns.map(csvField).joined(separator: ",") + (showsTime ? ",seconds" : "") + "\n")
        }
    }

    mutating func write(_ answers: [ClassifiedRequest]) {
        var bytes: [UInt8] = []
        for answer in answers {
            switch format {
            case .text: bytes += answer.text(features: explainTop, showsTime: showsTime).utf8
            case .json, .jsonl:
                if format == .json { bytes += (isFirst ? "\n" : ",\n").utf8 }
                var json = JSONWriter()
                answer.write(to: &json, model: identity, explained: explainTop)
                if format == .jsonl { json.lineBreak() }
                bytes += json.bytes
            case .csv: bytes += csvLine(answer).utf8
            }
            isFirst = false
        }
        StandardOutput.write(bytes)
    }

    mutating func end() {
        if format == .json { StandardOutput.write("\n]\n") }
    }

    private func csvLine(_ answer: ClassifiedRequest) -> String {
        let prediction = answer.prediction
        var fields = [
            csvField(answer.id), csvField(prediction.taskType), "\(prediction.confidence)", prediction.source.rawValue,
            "\(prediction.isUncertain)", csvField(prediction.candidates.joined(separator: " ")),
        ]
        fields += labels.map { prediction[$0].map { "\($0)" } ?? "" }
        if showsTime { fields.append(answer.seconds.map { "\($0)" } ?? "") }
        return fields.joined(separator: ",") + "\n"
    }

    private func csvField(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }) else { return text }
        var quoted = "\""
        for character in text.unicodeScalars {
            if character == "\"" { quoted += "\"" }
            quoted.unicodeScalars.append(character)
        }
        return quoted + "\""
    }
}

extension Request {
    /// Length of all texts.
    var byteCount: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .conversation(let messages, _): messages.reduce(0) { $0 + $1.text.utf8.count }
        }
    }

    /// Beginning of the text, or of the last message, on one line.
    var snippet: String {
        let text: String
        switch self {
        case .text(let whole): text = whole
        case .conversation(let messages, _):
            text = messages.last { $0.role == .user }?.text ?? messages.last?.text ?? ""
        }
        let scalars = text.unicodeScalars.prefix(73)
        var start = String.UnicodeScalarView(scalars.prefix(72))
        if scalars.count > 72 { start.append("…") }
        return String(start).onOneLine
    }
}
