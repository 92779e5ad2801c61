import ModelFormat
import TaskType

/// All models by name, and the rules by which files replace them.
///
/// One task at a time works on it.
struct ModelCatalog: Sendable {
    /// The name of the model that is compiled in.
    static let embeddedName = "default"

    let directory: ModelDirectory?
    private let file: String?
    let defaultName: String
    private let defaultLabel: String
    let onEvent: @Sendable (ModelEvent) -> Void
    private let publication: ModelPublication

    var records: [String: ModelRecord] = [:]
    /// Whether the set of models is another than the published one.
    var hasChanged = true
    private var directoryProblem: String?
    /// Whether it was said that the folder cannot be written.
    private var hasSaidReadOnly = false

    init(
        _ settings: ServiceConfiguration.Models, defaultLabel: String, publication: ModelPublication,
        onEvent: @escaping @Sendable (ModelEvent) -> Void
    ) throws(ModelStoreError) {
        guard settings.directory == nil || settings.file == nil else {
            throw ModelStoreError(.configuration, "models.directory and models.file are both set; remove one")
        }
        guard ModelName.isValid(settings.default) else {
            throw ModelStoreError(
                .configuration,
                "models.default cannot be the name of a model; use 1 to 64 letters, digits, dots, hyphens and "
                    + "underscores, and no dot at the start")
        }
        directory = settings.directory.map { ModelDirectory($0) }
        file = settings.file
        defaultName = settings.default
        self.defaultLabel = defaultLabel
        self.publication = publication
        self.onEvent = onEvent
        look(.start)
    }

    // MARK: Looking

    /// Looks at every file once.
    ///
    /// The watcher takes a file only when it was the same at two looks in a row, since
    /// somebody may be writing it; other causes take it as it is.
    mutating func look(_ cause: ModelEvent.Cause) {
        for name in namesToLookAt() {
            if records[name] == nil { records[name] = ModelRecord(name: name, path: path(of: name)) }
            look(at: name, cause)
        }
        addEmbedded()
        publish()
    }

    private mutating func namesToLookAt() -> [String] {
        var names = Set(records.keys).union([defaultName])
        if let directory {
            do throws(ModelDirectoryError) {
                names.formUnion(try directory.list())
                directoryProblem = nil
            } catch {
                if directoryProblem != error.message { onEvent(.directoryUnreadable(message: error.message)) }
                directoryProblem = error.message
            }
        }
        return names.sorted()
    }

    private func path(of name: String) -> String? {
        if let directory { return try? directory.activePath(name) }
        return name == defaultName ? file : nil
    }

    private mutating func look(at name: String, _ cause: ModelEvent.Cause) {
        guard var record = records[name], let path = record.path else { return }
        guard let identity = FileIdentity(of: path) else { return lookAtMissing(record, path, cause) }
        record.isPendingMissing = false
        record.isFileMissing = false
        let isStable = cause != .watch || record.pending == identity
        record.pending = identity == record.identity ? nil : identity
        records[name] = record
        // What was read last is read again when somebody asks: a change within the clock's grain shows nowhere.
        guard isStable, cause != .watch || identity != record.identity else { return }
        _ = take(name, path, cause)
    }

    private mutating func lookAtMissing(_ record: ModelRecord, _ path: String, _ cause: ModelEvent.Cause) {
        var record = record
        record.pending = nil
        record.identity = nil
        let isCertain = cause != .watch || record.isPendingMissing
        record.isPendingMissing = true
        defer { records[record.name] = record }
        guard isCertain, directoryProblem == nil || record.served == nil else { return }
        switch record.served?.source {
        case .embedded: break
        case .file where record.isFileMissing: break
        case .file:
            record.isFileMissing = true
            onEvent(.fileMissing(name: record.name, path: path))
        case nil where record.name == defaultName && (file != nil || record.name != Self.embeddedName):
            let message =
                "there is no file \(path) for the default model; put it there, until then "
                + "\(defaultLabel) is answered"
            fail(&record, message, revision: nil)
        case nil:
            // Never served, and gone: `addEmbedded` forgets the name, or gives it to the embedded model.
            record.failure = nil
            record.settled = nil
        }
    }

    /// The model that is compiled in has its name wherever nobody else claims it.
    private mutating func addEmbedded() {
        for (name, record) in records where record.served == nil && name != defaultName && record.path != nil {
            if record.isPendingMissing, record.failure == nil { records[name] = nil }
        }
        let name = Self.embeddedName
        if name == defaultName, file != nil { return }
        var record = records[name] ?? ModelRecord(name: name, path: path(of: name))
        let hasFile = record.path.map { FileIdentity(of: $0) != nil } ?? false
        guard record.served == nil, !hasFile else { return }
        do throws(ModelFileError) {
            let bytes = try TaskClassifier().bytes
            let model = try ModelCheck.load(bytes, name: name, source: .embedded)
            record.failure = nil
            records[name] = record
            serve(model, isRecorded: true)
            onEvent(.activated(name: name, revision: model.revision, previous: nil, cause: .start))
        } catch {
            fail(&record, error.message, revision: nil)
            records[name] = record
        }
    }

    // MARK: Taking a file

    /// Reads the file of `name`, checks it and lets it serve.
    ///
    /// - Parameter insists: tries a revision again that was refused or rolled back.
    /// - Returns: why what served before goes on.
    mutating func take(
        _ name: String, _ path: String, _ cause: ModelEvent.Cause, insists: Bool = false
    ) -> ModelStoreError? {
        guard var record = records[name] else { return nil }
        defer { refreshRevisions(name) }
        // Before reading: what is written afterwards gives another identity, and is read at the next look.
        let identity = FileIdentity(of: path)
        let bytes: ModelBytes
        do throws(ModelFileError) {
            bytes = try ModelBytes(reading: path)
        } catch {
            record.identity = nil
            fail(&record, error.message, revision: nil)
            records[name] = record
            return ModelStoreError(.invalidModel, error.message)
        }
        let revision = bytes.revision()
        // Only a file that was stable for a while is certain to show its next change in its times.
        record.identity = cause == .watch ? identity : nil
        record.pending = nil
        defer { records[name]?.identity = cause == .watch ? identity : nil }
        if record.settled == revision, !insists {
            // An error without a digest, such as a file that could not be read, is over.
            if record.failure?.revision == nil { record.failure = nil }
            records[name] = record
            return nil
        }
        record.settled = revision
        guard revision != record.served?.revision else {
            record.failure = nil
            records[name] = record
            return nil
        }
        do throws(ModelFileError) {
            let model = try ModelCheck.load(bytes, name: name, revision: revision)
            record.failure = nil
            let previous = record.served
            records[name] = record
            let isRecorded = recordOnDisk(bytes, name, revision, after: previous?.classifier.bytes, cause)
            serve(model, isRecorded: isRecorded)
            onEvent(.activated(name: name, revision: revision, previous: previous?.revision, cause: cause))
            return nil
        } catch {
            fail(&record, error.message, revision: revision)
            records[name] = record
            // For whoever reads the history; the refusal itself does not hang on it.
            try? directory?.reject(name, revision: revision, reason: error.message, by: cause.author)
            return ModelStoreError(.invalidModel, error.message)
        }
    }

    private mutating func recordOnDisk(
        _ bytes: ModelBytes, _ name: String, _ revision: String, after predecessor: ModelBytes?,
        _ cause: ModelEvent.Cause
    ) -> Bool {
        guard let directory else { return false }
        do throws(ModelDirectoryError) {
            try directory.record(bytes, as: name, after: predecessor, by: cause.author)
            return true
        } catch {
            if error.code != .notWritable || !hasSaidReadOnly {
                onEvent(.notRecorded(name: name, revision: revision, message: error.message))
            }
            if error.code == .notWritable { hasSaidReadOnly = true }
            return false
        }
    }

    /// Puts `model` in service.
    ///
    /// - Parameter isRecorded: whether the disk knows what served before, so that memory need not.
    mutating func serve(_ model: ServedModel, isRecorded: Bool) {
        guard var record = records[model.name] else { return }
        record.previous = isRecorded ? nil : record.served
        record.served = model
        records[model.name] = record
        hasChanged = true
        if !model.labels.contains(defaultLabel) {
            onEvent(.lacksDefaultLabel(name: model.name, label: defaultLabel))
        }
    }

    /// Remembers why a file was refused, and says so once.
    func fail(_ record: inout ModelRecord, _ message: String, revision: String?) {
        if let last = record.failure, last.message == message, last.revision == revision { return }
        record.failure = ModelStatus.Failure(message: message, time: .now(), revision: revision)
        onEvent(.rejected(name: record.name, revision: revision, message: message))
    }

    // MARK: Telling

    mutating func refreshRevisions(_ name: String) {
        guard let directory else { return }
        records[name]?.previousRevisions = (try? directory.previousRevisions(name)) ?? []
        records[name]?.keptRevisions = (try? directory.keptRevisions(name)) ?? []
    }

    /// Lets everybody see what has changed.
    mutating func publish() {
        let status = records.values.sorted { $0.name < $1.name }.map { $0.status(isDefault: $0.name == defaultName) }
        let known = Set(records.keys).union([defaultName])
        if known != publication.snapshot.knownNames { hasChanged = true }
        guard hasChanged else { return publication.publish(status) }
        hasChanged = false
        var snapshot = ModelSnapshot()
        snapshot.models = records.compactMapValues(\.served)
        snapshot.defaultName = defaultName
        snapshot.knownNames = known
        publication.publish(snapshot, status)
    }
}

extension ModelEvent.Cause {
    /// Who is named in the history.
    var author: String { "tasktype serve (\(rawValue))" }
}
