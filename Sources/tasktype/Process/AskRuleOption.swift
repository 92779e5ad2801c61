import ArgumentParser
import Conversation
import Serving
import TaskType

/// `--ask-rules`, shared by the commands that classify.
struct AskRuleOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "YAML file with further rules about what surrounds a request; see docs/ask.md.", valueName: "file"))
    var askRules: String?

    /// Lets `classifier` go by the file's rules too.
    func apply(to classifier: inout TaskClassifier?) throws { try applyAskRules(askRules, to: &classifier) }
}

/// Lets `classifier` go by the rules in the file at `path` too, if there is one.
func applyAskRules(_ path: String?, to classifier: inout TaskClassifier?) throws {
    guard let path else { return }
    do {
        classifier?.askExtractor = try AskRuleFile(path: path).extractor()
    } catch {
        throw AskRuleFailure(message: "\(error)")
    }
}

/// A file of rules that cannot be used; unlike a missing model it is never passed over.
struct AskRuleFailure: Error {
    let message: String
}
