internal import CDefaultModel
public import Conversation
internal import FeatureExtraction
internal import Inference
public import ModelFormat

/// Tells what kind of work a request asks for.
///
/// ```swift
/// import TaskType
/// let classifier = try TaskClassifier()
/// print(classifier.classify("Why does this loop never end?").taskType)
/// ```
///
/// A value of constants, shared freely between threads. `classify` borrows working memory from a lock-free pool;
/// code that counts every microsecond keeps a `ClassificationScratch` a thread and calls `score`.
public struct TaskClassifier: Sendable {
    /// The model that answers.
    public let model: TaskModel
    /// A name for people: `default`, or the file's name.
    public let name: String
    /// The weights that the model was read from.
    public let bytes: ModelBytes
    /// The metadata of the weights file, provenance included.
    public let metadata: [String: String]

    /// Finds what is asked in a request; by default with the rules that come with the program.
    public var askExtractor = AskExtractor.standard

    private let extractor: FeatureExtractor
    private let pool: ScratchPool

    /// The model that is compiled in.
    ///
    /// - Throws: Where the program was built without one.
    public init() throws(ModelFileError) {
        var count = 0
        guard let base = tasktype_default_model(&count), count > 0 else {
            throw ModelFileError(
                .unreadable, "this program was built without models/default.safetensors; name a model with --model")
        }
        try self.init(ModelBytes(permanent: base, count: count, origin: "the embedded model"), name: "default")
    }

    /// The model in a weights file, which is mapped, not copied.
    public init(contentsOf path: String) throws(ModelFileError) {
        let fileName = path.split(separator: "/").last.map(String.init) ?? path
        let name = fileName.hasSuffix(".safetensors") ? String(fileName.dropLast(12)) : fileName
        try self.init(ModelBytes(mapping: path), name: name)
    }

    /// The model in `bytes`.
    public init(_ bytes: ModelBytes, name: String) throws(ModelFileError) {
        let file = try SafetensorsFile(parsing: bytes)
        model = try TaskModel(file)
        metadata = file.metadata
        self.bytes = bytes
        self.name = name
        extractor = FeatureExtractor(settings: model.features, leavesOutUnused: true)
        pool = ScratchPool()
    }

    /// Names of the task types.
    public var labels: [String] { model.labels }

    /// `sha256:` and the digest of the weights file; computed at each call, in milliseconds.
    public var revision: String { bytes.revision() }

    /// Working memory for `score`, one a thread.
    public func makeScratch() -> ClassificationScratch { ClassificationScratch(model: model) }

    /// Scores a plain text, without allocating where all of it is asked; the probabilities stay in `scratch`.
    ///
    /// `text` is UTF-8; ill-formed parts count as U+FFFD. `scratch` must come from this classifier.
    public func score(_ text: UnsafeBufferPointer<UInt8>, scratch: inout ClassificationScratch) -> Score {
        if askExtractor.mayDivide(text.span) {
            return score(askExtractor.ask(of: .text(String(decoding: text, as: UTF8.self))), scratch: &scratch)
        }
        return scoreWhole(asked(text), scratch: &scratch)
    }

    /// A text without greetings and thanks, if nothing else divides it.
    private func asked(_ text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: text[askExtractor.askedRange(of: text.span)])
    }

    /// Scores a text all of which is asked.
    func scoreWhole(_ text: UnsafeBufferPointer<UInt8>, scratch: inout ClassificationScratch) -> Score {
        extractor.extract(ask: text, into: &scratch.features)
        return model.score(&scratch, isEmpty: scratch.features.tokenCount == 0)
    }

    /// Scores a plain text; see the variant for buffers.
    public func score(_ text: String, scratch: inout ClassificationScratch) -> Score {
        var text = text
        return text.withUTF8 { score($0, scratch: &scratch) }
    }

    /// Scores the ask of a conversation.
    public func score(_ ask: Ask, scratch: inout ClassificationScratch) -> Score {
        extractor.extract(ask, into: &scratch.features)
        return model.score(&scratch, isEmpty: scratch.features.tokenCount == 0)
    }

    /// Classifies a plain text.
    public func classify(_ text: String) -> Prediction { classify(.text(text)) }

    /// Classifies a request.
    public func classify(_ request: Request) -> Prediction {
        pool.withScratch(for: model) { scratch in classify(request, &scratch) }
    }

    /// Classifies a request and gives its logits before calibration, in the order of the labels.
    ///
    /// - Returns: No logits where the answer is not the model's but the default.
    public func classifyWithLogits(_ request: Request) -> (prediction: Prediction, logits: [Float]?) {
        pool.withScratch(for: model) { scratch in
            let prediction = classify(request, &scratch)
            guard prediction.source == .model else { return (prediction, nil) }
            // Calibration happens in place, so the logits are computed once more, from the features that are there.
            model.computeLogits(&scratch)
            return (prediction, Array(scratch.logits))
        }
    }

    private func classify(_ request: Request, _ scratch: inout ClassificationScratch) -> Prediction {
        if case .text(var text) = request {
            let whole: (score: Score, bytes: Int)? = text.withUTF8 { text in
                guard !askExtractor.mayDivide(text.span) else { return nil }
                let asked = asked(text)
                return (scoreWhole(asked, scratch: &scratch), asked.count)
            }
            if let whole { return prediction(whole.score, bytes: whole.bytes, scratch) }
        }
        let ask = askExtractor.ask(of: request)
        let score = score(ask, scratch: &scratch)
        return prediction(score, bytes: ask.text.utf8.count, scratch)
    }

    /// What is asked in a request, and what became of its other parts.
    public func askTrace(of request: Request) -> AskTrace { askExtractor.trace(request) }

    /// Explains the logit of `label`, or of the predicted label.
    ///
    /// - Returns: nil where the model does not know the label, or where there is nothing to classify.
    public func explain(_ request: Request, label: String? = nil) -> Explanation? {
        pool.withScratch(for: model) { scratch in
            let ask = askExtractor.ask(of: request)
            let score = score(ask, scratch: &scratch)
            guard !score.isDefault else { return nil }
            var index = score.label
            if let label {
                guard let known = model.labels.firstIndex(of: label) else { return nil }
                index = known
            }
            let named = extractor.describe(ask, into: &scratch.features)
            return model.explain(named, label: index, &scratch)
        }
    }

    private func prediction(_ score: Score, bytes: Int, _ scratch: borrowing ClassificationScratch) -> Prediction {
        let probabilities = Array(scratch.logits)
        let ranked = probabilities.indices.sorted { probabilities[$0] > probabilities[$1] }
        let candidates = ranked.filter {
            probabilities[$0] >= model.candidateThreshold(ofLabel: $0) || $0 == score.label
        }
        return Prediction(
            taskType: model.labels[score.label], confidence: score.confidence, labels: model.labels,
            probabilities: probabilities, source: score.isDefault ? .default : .model,
            isUncertain: score.isUncertain,
            candidates: score.isDefault ? [model.labels[score.label]] : candidates.map { model.labels[$0] },
            input: .init(
                bytes: bytes, tokens: score.tokens, isTruncated: score.isTruncated, coverage: score.coverage))
    }
}
