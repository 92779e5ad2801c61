import Conversation
import ModelFormat
import TaskType

/// What a model must do before it may serve: besides being whole, which reading it has checked, it must classify.
///
/// The same calls warm it: its tables are in memory and a scratch is in its pool when the first request comes.
enum ModelCheck {
    /// Requests of several scripts and lengths that a model must have an opinion on.
    private static let requests: [Request] = [
        .text("What is the capital of France?"),
        .text("def sort(list):\n    return sorted(list)  # why does this fail on None?"),
        .text("Докажите, что корень из двух иррационален."), .text("日本語の文章を英語に翻訳してください。"),
        .text("اكتب رسالة قصيرة إلى صديق"),
        // Longer than the window that is read in full.
        .text(String(repeating: "Summarise the following 2026 report, section by section. ", count: 400)),
        .conversation(
            [
                Message(role: .system, text: "You are a helpful assistant."),
                Message(role: .user, text: "Write a function that reverses a list."),
                Message(role: .assistant, text: "```swift\nlist.reversed()\n```"),
                Message(role: .user, text: "and in Python?"),
            ], toolCount: 2),
    ]

    /// Requests with little or nothing to classify.
    private static let emptyRequests: [Request] = [.text(""), .text("?"), .text("e\u{301}👩‍👩‍👧\u{0}\u{FFFD}")]

    /// Reads `bytes` as the model `name` and classifies with it.
    ///
    /// - Throws: A sentence that names the file and what is wrong with it.
    static func load(
        _ bytes: ModelBytes, name: String, revision: String? = nil, source: ServedModel.Source = .file
    ) throws(ModelFileError) -> ServedModel {
        let classifier = try TaskClassifier(bytes, name: name)
        for request in requests + emptyRequests {
            let probabilities = classifier.classify(request).probabilities
            guard probabilities.count == classifier.labels.count, probabilities.allSatisfy(\.isFinite),
                abs(probabilities.reduce(0, +) - 1) <= 1e-3
            else { throw refusal(of: bytes, "it gives probabilities that are no shares of 1 for a test request") }
        }
        // Where sums of weights overflow, the classifier gives the default answer.
        guard requests.allSatisfy({ classifier.classify($0).source == .model }) else {
            throw refusal(of: bytes, "its weights are so large that their sums overflow for a test request")
        }
        return ServedModel(name: name, classifier: classifier, revision: revision, source: source)
    }

    private static func refusal(of bytes: ModelBytes, _ problem: String) -> ModelFileError {
        ModelFileError(.malformed, "\(bytes.origin) cannot be used: \(problem); train the model again")
    }
}
