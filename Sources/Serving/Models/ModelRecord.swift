import ModelFormat
import TaskType

/// What is known of one name: the model that serves, and the file that it may be replaced from.
struct ModelRecord: Sendable {
    let name: String
    /// Where its file is, or would be.
    let path: String?
    /// The model that answers; nil where there was never a good one.
    var served: ServedModel?
    /// What served before, where only memory knows it.
    var previous: ServedModel?
    /// The file as it was when it was last read; nil where it must be looked at again.
    var identity: FileIdentity?
    /// The file at the last look, where it was not read yet since somebody may still be writing it.
    var pending: FileIdentity?
    /// Whether the file was gone at the last look.
    var isPendingMissing = false
    /// The revision in the file that was dealt with: taken, refused or rolled back; it is not tried again.
    var settled: String?
    var failure: ModelStatus.Failure?
    var isFileMissing = false
    /// Revisions on disk, as of the last change.
    var previousRevisions: [String] = []
    var keptRevisions: [String] = []

    init(name: String, path: String?) {
        self.name = name
        self.path = path
    }

    func status(isDefault: Bool) -> ModelStatus {
        var status = ModelStatus(name: name, isDefault: isDefault)
        if let served {
            status.revision = served.revision
            status.source = served.source
            status.labels = served.labels
            status.kind = served.classifier.model.kind
            status.byteCount = served.classifier.bytes.count
            status.loaded = served.loaded
        }
        if served?.source != .embedded { status.path = path }
        status.previousRevisions = previousRevisions
        if let previous, !previousRevisions.contains(previous.revision) {
            status.previousRevisions.insert(previous.revision, at: 0)
        }
        status.keptRevisions = keptRevisions
        status.isFileMissing = isFileMissing
        if !isFileMissing, let settled, settled != served?.revision { status.refusedRevision = settled }
        status.lastFailure = failure
        return status
    }
}
