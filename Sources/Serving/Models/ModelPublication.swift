import Synchronization

/// Where the models in service are put for everybody to see, in one step.
final class ModelPublication: Sendable {
    private struct Content: Sendable {
        var snapshot = ModelSnapshot()
        var status: [ModelStatus] = []
    }

    private let content = Mutex(Content())
    private let latest = Atomic<Int>(0)

    /// Version of the snapshot that `snapshot` gives, or of an earlier one.
    var version: Int { latest.load(ordering: .acquiring) }

    var snapshot: ModelSnapshot { content.withLock { $0.snapshot } }

    var status: [ModelStatus] { content.withLock { $0.status } }

    /// Puts the next snapshot in place of the last one.
    func publish(_ snapshot: ModelSnapshot, _ status: [ModelStatus]) {
        // The last snapshot, and with it perhaps a model, is freed here, after the lock was given back.
        let old = content.withLock { content in
            let old = content
            content = Content(snapshot: snapshot, status: status)
            content.snapshot.version = old.snapshot.version + 1
            latest.store(content.snapshot.version, ordering: .releasing)
            return old
        }
        _ = old
    }

    /// Renews what administrators are told; the models are the same.
    func publish(_ status: [ModelStatus]) { content.withLock { $0.status = status } }
}
