import Conversation
import Samples
import TaskType

/// What `tasktype classify` does; its options and their defaults.
struct Classification {
    /// Texts to classify; where there are none, `input` or standard input is read.
    var texts: [String] = []
    var input: [String] = []
    var inputFormat: SampleFormat?
    /// Weights file; the embedded model where there is none.
    var model: String?
    var askRules: String?
    var format = PredictionFormat.text
    var explain = false
    var explainTop = 12
    var time = false
    var strict = false
    var defaultLabel = "complex"
    var skipBadRows = false
    var threads: Int?

    func run() throws {
        var classifier: TaskClassifier?
        do {
            classifier = try loadClassifier(model)
            try applyAskRules(askRules, to: &classifier)
        } catch let failure as AskRuleFailure {
            throw Failure(failure.message)
        } catch let failure as Failure {
            if strict { throw failure }
            StandardError.write("tasktype: \(failure.message)\ntasktype: answering \(defaultLabel) for every request\n")
        }
        // The first request pays for touching the tables; times are of a program that runs.
        if time, let classifier { for _ in 0..<3 { _ = classifier.classify("Warm up the tables, please.") } }
        let writer = PredictionWriter(format: format, classifier: classifier, explainTop: explainTop, showsTime: time)
        writer.begin()
        if texts.isEmpty {
            try classifyInput(classifier, writer)
        } else {
            let requests = texts.enumerated().map { (id: "\($0 + 1)", request: Request.text($1)) }
            // Threads would cost more than a few short texts.
            let bytes = texts.reduce(0) { $0 + $1.utf8.count }
            classify(classifier, writer, threads: bytes < 1 << 16 ? 1 : workers) { add in
                for start in stride(from: 0, to: requests.count, by: Self.pieceCount) {
                    add(Array(requests[start..<min(start + Self.pieceCount, requests.count)]))
                }
            }
        }
        writer.end()
    }

    /// A request and what its answer is called.
    private typealias NamedRequest = (id: String, request: Request)

    /// Requests that are classified and printed together, at most.
    private static let pieceCount = 256

    /// Threads that classify; times of single requests mean most without others beside them.
    private var workers: Int { time ? 1 : threads ?? processorCount }

    private func classifyInput(_ classifier: TaskClassifier?, _ writer: PredictionWriter) throws {
        var options = SampleReader.Options.requests
        options.format = inputFormat
        options.skipsBadRows = skipBadRows
        let paths = input.isEmpty ? ["-"] : input
        if paths.contains("-"), inputFormat == nil { options.format = paths.count == 1 ? .plainText : nil }
        do {
            var reader = try SampleReader(paths: paths, options: options)
            try classify(classifier, writer, threads: workers) { add in
                var count = 0
                var piece: [NamedRequest] = []
                // What was read before an error is answered.
                defer { add(piece) }
                // A piece is bounded in bytes too, so that long requests do not fill the memory.
                var bytes = 0
                while let sample = try reader.next() {
                    count += 1
                    bytes += sample.request.byteCount
                    piece.append((sample.id ?? "\(count)", sample.request))
                    if piece.count == Self.pieceCount || bytes > 1 << 20 {
                        add(piece)
                        piece.removeAll()
                        bytes = 0
                    }
                }
            }
            reportSkippedRows(reader.skippedRows, count: reader.skippedRowCount)
        } catch {
            writer.end()
            throw Failure("\(error)")
        }
    }

    /// Classifies and prints the requests that `read` hands over, which goes on reading meanwhile; answers come in the
    /// order of the requests.
    private func classify(
        _ classifier: TaskClassifier?, _ writer: PredictionWriter, threads: Int,
        _ read: ((_ piece: [NamedRequest]) -> Void) throws -> Void
    ) rethrows {
        let work = OrderedWork<[UInt8]>(threads: threads) { StandardOutput.write($0) }
        defer { work.finish() }
        var isFirst = true
        let settings = AnswerSettings(
            defaultLabel: defaultLabel, explains: explain, measures: time, showsSnippet: format == .text)
        try read { piece in
            guard !piece.isEmpty else { return }
            let begins = isFirst
            isFirst = false
            work.add {
                let answers = piece.map { settings.answer($0.id, $0.request, classifier) }
                return writer.bytes(of: answers, isFirst: begins)
            }
        }
    }
}

/// How a request is answered: what of the options its answer depends on.
private struct AnswerSettings: Sendable {
    let defaultLabel: String
    let explains: Bool
    let measures: Bool
    let showsSnippet: Bool

    func answer(_ id: String, _ request: Request, _ classifier: TaskClassifier?) -> ClassifiedRequest {
        var prediction = Prediction.unclassified(as: defaultLabel, bytes: request.byteCount)
        var duration = Duration.zero
        if let classifier {
            if measures {
                duration = ContinuousClock().measure { prediction = classifier.classify(request) }
            } else {
                prediction = classifier.classify(request)
            }
        }
        return ClassifiedRequest(
            id: id, prediction: prediction, explanation: explains ? classifier?.explain(request) : nil,
            ask: explains ? classifier?.askTrace(of: request) : nil,
            seconds: measures ? duration / .seconds(1) : nil, snippet: showsSnippet ? request.snippet : "")
    }
}

extension Classification {
    /// What the arguments after `classify` ask for, where they are texts and perhaps `--strict` and `--model FILE`; nil
    /// for everything else, which ArgumentParser reads.
    ///
    /// So the commonest call starts in half the time: reading options by reflection takes longer than to load the model
    /// and answer.
    init?(plain arguments: ArraySlice<String>) {
        self.init()
        var rest = arguments
        while let argument = rest.popFirst() {
            if argument == "--strict", !strict {
                strict = true
            } else if argument == "--model", model == nil, let path = rest.popFirst(), !path.hasPrefix("-") {
                model = path
            } else if argument.hasPrefix("-") {
                return nil
            } else {
                texts.append(argument)
            }
        }
        if texts.isEmpty { return nil }
    }
}
