/// What happened to the models, for the log and the metrics.
enum ModelEvent: Sendable, Equatable {
    /// What set off a change.
    enum Cause: String, Sendable {
        /// The service started.
        case start
        /// The watcher found another file.
        case watch
        /// All files were looked at on request.
        case reload
        /// An administrator named the model.
        case admin
    }

    /// A model took over; `previous` served before.
    case activated(name: String, revision: String, previous: String?, cause: Cause)
    /// The model that served before took over again.
    case rolledBack(name: String, revision: String, from: String?)
    /// A file was refused; what served before goes on.
    case rejected(name: String, revision: String?, message: String)
    /// A model's file is gone; the model goes on serving.
    case fileMissing(name: String, path: String)
    /// The revision serves, but could not be kept or recorded in the folder.
    case notRecorded(name: String, revision: String, message: String)
    /// The folder cannot be read; what served before goes on.
    case directoryUnreadable(message: String)
    /// The configured default label is none that the model knows: answers without a model look different.
    case lacksDefaultLabel(name: String, label: String)

    /// A word for metrics, from a fixed set.
    var kind: String {
        switch self {
        case .activated: "activated"
        case .rolledBack: "rolled_back"
        case .rejected: "rejected"
        case .fileMissing: "file_missing"
        case .notRecorded: "not_recorded"
        case .directoryUnreadable: "directory_unreadable"
        case .lacksDefaultLabel: "lacks_default_label"
        }
    }

    /// Whether somebody should look into it.
    var isProblem: Bool {
        switch self {
        case .activated, .rolledBack: false
        default: true
        }
    }

    /// One sentence for the log.
    var message: String {
        switch self {
        case .activated(let name, let revision, let previous, let cause):
            "model \(name) is now \(revision) (\(cause.rawValue))" + (previous.map { ", before it was \($0)" } ?? "")
        case .rolledBack(let name, let revision, let from):
            "model \(name) was rolled back to \(revision)" + (from.map { " from \($0)" } ?? "")
        case .rejected(let name, _, let message):
            "a new file for model \(name) was refused, what served before goes on: \(message)"
        case .fileMissing(let name, let path):
            "the file of model \(name) is gone, the model goes on serving; put \(path) back or restart without it"
        case .notRecorded(let name, let revision, let message):
            "model \(name) serves \(revision), but it could not be kept for a rollback on disk: \(message)"
        case .directoryUnreadable(let message): message
        case .lacksDefaultLabel(let name, let label):
            "model \(name) has no label \(label), which is answered where there is no model; set "
                + "classification.default_label to one of its labels"
        }
    }
}
