import JSONCoding

/// The models in service: everybody reads them, one task at a time changes them.
///
/// Reading takes one atomic load where nothing has changed: keep a snapshot, compare its `version` with that of the
/// store, and take a new snapshot where they differ.
final class ModelStore: Sendable {
    private let publication = ModelPublication()
    private let keeper: Keeper

    /// Loads all models there are.
    ///
    /// A model that is missing or broken is no error here: the others serve, and `status` tells what is wrong.
    /// - Parameters:
    ///   - defaultLabel: the label that is answered where there is no model; models that do not know it are noted.
    ///   - onEvent: called with all that happens, in order; must not wait, since changes wait for it.
    /// - Throws: `configuration`, where the settings contradict each other.
    init(
        _ settings: ServiceConfiguration.Models, defaultLabel: String,
        onEvent: @escaping @Sendable (ModelEvent) -> Void = { _ in }
    ) throws(ModelStoreError) {
        keeper = Keeper(
            try ModelCatalog(settings, defaultLabel: defaultLabel, publication: publication, onEvent: onEvent))
    }

    /// The models at this moment.
    func snapshot() -> ModelSnapshot { publication.snapshot }

    /// Version of the present snapshot; another one than a kept snapshot's means that there is a newer snapshot.
    var version: Int { publication.version }

    /// What administrators are told of each model, by name.
    func status() -> [ModelStatus] { publication.status }

    /// Writes the status as the answer to `GET /v1/models`.
    func writeStatus(to json: inout JSONWriter) {
        status().write(default: snapshot().defaultName, to: &json)
    }

    /// Looks at all files at once, and takes those that have changed (SIGHUP).
    func reload() async { await keeper.look(.reload) }

    /// Looks at all files; those that have changed are taken once they were the same at two looks in a row.
    func watch() async { await keeper.look(.watch) }

    /// Reads the model's file now, or lets a kept revision serve.
    @discardableResult
    func activate(_ name: String, revision: String? = nil) async throws(ModelStoreError) -> ModelStatus {
        try await keeper.activate(name, revision)
    }

    /// Goes back to the revision that served before; the watcher does not undo it.
    @discardableResult
    func rollback(_ name: String) async throws(ModelStoreError) -> ModelStatus {
        try await keeper.rollback(name)
    }

    /// Lets changes wait for each other; they run outside the event loops.
    private actor Keeper {
        private var catalog: ModelCatalog

        init(_ catalog: ModelCatalog) { self.catalog = catalog }

        func look(_ cause: ModelEvent.Cause) { catalog.look(cause) }

        func activate(_ name: String, _ revision: String?) throws(ModelStoreError) -> ModelStatus {
            if let revision { return try catalog.activate(name, revision: revision) }
            return try catalog.activate(name)
        }

        func rollback(_ name: String) throws(ModelStoreError) -> ModelStatus { try catalog.rollback(name) }
    }
}
