import TaskType

/// A model in service; an immutable value shared by all requests that it answers.
final class ServedModel: Sendable {
    /// The name that callers use.
    let name: String
    /// `sha256:` and the digest of the weights file.
    let revision: String
    let classifier: TaskClassifier

    init(name: String, classifier: TaskClassifier) {
        self.name = name
        self.classifier = classifier
        revision = classifier.revision
    }

    /// Task types, in the order of probabilities.
    var labels: [String] { classifier.labels }
}

/// The models at one moment.
struct ModelSnapshot: Sendable {
    /// Those that can answer, by name.
    var models: [String: ServedModel] = [:]
    /// The one that answers where the caller names none.
    var defaultName = "default"
    /// Names that are configured, whether or not their model can answer: others are answered with status 404.
    var knownNames: Set<String> = ["default"]
}
