import ModelFormat

extension ModelCatalog {
    /// Reads the file of `name` now, even if its revision was refused or rolled back before.
    mutating func activate(_ name: String) throws(ModelStoreError) -> ModelStatus {
        let record = try record(name)
        guard let path = record.path, record.served?.source != .embedded || FileIdentity(of: path) != nil else {
            throw ModelStoreError(
                .noFile, "model \(name) is compiled in, so there is no file to read again; name a revision")
        }
        let failure = take(name, path, .admin, insists: true)
        publish()
        if let failure { throw failure }
        return try status(name)
    }

    /// Lets the kept `revision` of `name` serve, and puts it in the place of the file where that may be written.
    mutating func activate(_ name: String, revision: String) throws(ModelStoreError) -> ModelStatus {
        guard ModelName.isRevision(revision) else {
            throw ModelStoreError(
                .invalidRevision, "this is no revision; give \"sha256:\" and 64 lower-case hexadecimal digits")
        }
        if records[name] == nil, let directory, (try? directory.keptRevisions(name))?.isEmpty == false {
            // Its file was removed before the service started, but what was kept is still there.
            records[name] = ModelRecord(name: name, path: try? directory.activePath(name))
        }
        let record = try record(name)
        defer { finish(name) }
        var model: ServedModel?
        do throws(ModelDirectoryError) {
            guard let directory else {
                throw ModelDirectoryError(
                    .unknownRevision,
                    "\(revision) is not kept of model \(name); only a folder of models keeps revisions")
            }
            _ = try directory.activate(name, revision: revision, by: ModelEvent.Cause.admin.author) {
                (bytes) throws(ModelFileError) in
                model = try ModelCheck.load(bytes, name: name, revision: revision)
            }
            records[name]?.settle(revision)
        } catch {
            var other = remembered(record, revision)
            if other == nil { other = try loadKept(name, revision, where: error) }
            guard let model = other else { throw error.storeError }
            if error.code != .unknownRevision {
                onEvent(.notRecorded(name: name, revision: revision, message: error.message))
            }
            records[name]?.failure = nil
            if model.revision == record.served?.revision { return try status(name) }
            serve(model, isRecorded: false)
            onEvent(.activated(name: name, revision: revision, previous: record.served?.revision, cause: .admin))
            return try status(name)
        }
        if let model, revision != record.served?.revision {
            serve(model, isRecorded: true)
            onEvent(.activated(name: name, revision: revision, previous: record.served?.revision, cause: .admin))
        }
        return try status(name)
    }

    /// Goes back to what served before; on disk where the folder may be written, else in memory alone.
    mutating func rollback(_ name: String) throws(ModelStoreError) -> ModelStatus {
        let record = try record(name)
        defer { finish(name) }
        guard let directory else {
            return try rollbackInMemory(
                record,
                ModelDirectoryError(.noPreviousRevision, "model \(name) has no previous revision to go back to"))
        }
        var model: ServedModel?
        do throws(ModelDirectoryError) {
            let change = try directory.rollback(name, by: ModelEvent.Cause.admin.author) {
                (bytes) throws(ModelFileError) in
                model = try ModelCheck.load(bytes, name: name)
            }
            records[name]?.settle(change.revision)
            if let model, model.revision != record.served?.revision { serve(model, isRecorded: true) }
            onEvent(.rolledBack(name: name, revision: change.revision, from: change.previous))
        } catch {
            return try rollbackInMemory(record, error)
        }
        return try status(name)
    }

    private mutating func rollbackInMemory(
        _ record: ModelRecord, _ error: ModelDirectoryError
    ) throws(ModelStoreError) -> ModelStatus {
        guard let previous = record.previous else { throw error.storeError }
        if error.code != .noPreviousRevision {
            onEvent(.notRecorded(name: record.name, revision: previous.revision, message: error.message))
        }
        serve(previous, isRecorded: true)
        onEvent(.rolledBack(name: record.name, revision: previous.revision, from: record.served?.revision))
        return try status(record.name)
    }

    private mutating func finish(_ name: String) {
        refreshRevisions(name)
        publish()
    }

    /// A revision that is in memory.
    private func remembered(_ record: ModelRecord, _ revision: String) -> ServedModel? {
        [record.served, record.previous].compactMap(\.self).first { $0.revision == revision }
    }

    /// A kept revision, where the folder can be read but not written.
    private func loadKept(
        _ name: String, _ revision: String, where error: ModelDirectoryError
    ) throws(ModelStoreError) -> ServedModel? {
        guard error.code == .notWritable, let bytes = try? directory?.keptBytes(name, revision) else { return nil }
        do throws(ModelFileError) {
            return try ModelCheck.load(bytes, name: name, revision: revision)
        } catch {
            throw ModelStoreError(.invalidModel, error.message)
        }
    }

    private func record(_ name: String) throws(ModelStoreError) -> ModelRecord {
        guard let record = records[name] else {
            throw ModelStoreError(
                .unknownModel,
                "there is no model of this name; there are \(records.keys.sorted().joined(separator: ", "))")
        }
        return record
    }

    private mutating func status(_ name: String) throws(ModelStoreError) -> ModelStatus {
        refreshRevisions(name)
        return try record(name).status(isDefault: name == defaultName)
    }
}

extension ModelRecord {
    /// The file in place is `revision`, and it serves.
    mutating func settle(_ revision: String) {
        settled = revision
        identity = nil
        pending = nil
        failure = nil
        isFileMissing = false
        isPendingMissing = false
    }
}

extension ModelDirectoryError {
    var storeError: ModelStoreError {
        switch code {
        case .unknownRevision: ModelStoreError(.unknownRevision, message)
        case .invalidRevision: ModelStoreError(.invalidRevision, message)
        case .unknownModel, .noPreviousRevision: ModelStoreError(.noPreviousRevision, message)
        case .damaged: ModelStoreError(.invalidModel, message)
        case .busy, .changed: ModelStoreError(.busy, message)
        case .invalidName: ModelStoreError(.unknownModel, message)
        case .notWritable, .failed: ModelStoreError(.storage, message)
        }
    }
}
