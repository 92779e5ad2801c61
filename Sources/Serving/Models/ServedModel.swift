import ModelFormat
import TaskType

/// A model in service; an immutable value shared by all requests that it answers.
///
/// It is freed with its last user: whoever keeps a `ModelSnapshot` keeps its models.
final class ServedModel: Sendable {
    /// Where a model comes from.
    enum Source: String, Sendable {
        case file, embedded
    }

    /// The name that callers use.
    let name: String
    /// `sha256:` and the digest of the weights file.
    let revision: String
    let classifier: TaskClassifier
    let source: Source
    /// When it was taken into service.
    let loaded = UTCTime.now()

    init(name: String, classifier: TaskClassifier, revision: String? = nil, source: Source = .file) {
        self.name = name
        self.classifier = classifier
        self.revision = revision ?? classifier.revision
        self.source = source
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
    /// Ascends with each snapshot; see `ModelStore.version`.
    var version = 0
}
