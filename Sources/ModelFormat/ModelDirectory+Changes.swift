/// What a change of a model folder came to.
public struct ModelDirectoryChange: Hashable, Sendable {
    /// The model that was changed.
    public var name: String
    /// Its active revision now.
    public var revision: String
    /// The one that was active before, if there was one.
    public var previous: String?
}

/// Which revision must be active for a change to be made.
public enum ExpectedRevision: Hashable, Sendable {
    /// Whatever is active.
    case any
    /// This one; nil for none.
    case exactly(String?)
}

/// Called with the bytes of a revision before it is put in place; throws where they are no model that can serve.
public typealias ModelVerification = (ModelBytes) throws(ModelFileError) -> Void

extension ModelDirectory {
    /// Keeps a copy of `bytes` among the revisions of `name`; nothing happens where it is kept already.
    ///
    /// - Returns: the revision.
    @discardableResult
    public func keep(_ bytes: ModelBytes, as name: String) throws(ModelDirectoryError) -> String {
        try ModelName.check(name)
        return try locked { () throws(ChangeFailure) in try keepLocked(bytes, name) }
    }

    /// Makes `bytes` the active revision of `name`; the former one stays among the kept ones.
    ///
    /// - Parameters:
    ///   - replacing: what must be active for the change to be made, such as the revision that was compared with.
    ///   - evidence: a JSON object for the ledger.
    /// - Throws: `changed` where another revision is active than `replacing` says.
    public func install(
        _ bytes: ModelBytes, as name: String, action: ModelLedgerEntry.Action = .activated,
        replacing: ExpectedRevision = .any, reason: String? = nil, by: String? = nil, evidence: String? = nil
    ) throws(ModelDirectoryError) -> ModelDirectoryChange {
        try ModelName.check(name)
        return try locked { () throws(ChangeFailure) in
            let state = try recordWhatIsThere(name)
            if case .exactly(let revision) = replacing, state.revision != revision {
                throw .directory(
                    ModelDirectoryError(
                        .changed,
                        "another revision of \(quoted(name)) became active meanwhile; compare with it and try again"))
            }
            try keepLocked(bytes, name)
            return try put(
                bytes, name, state,
                ModelLedgerEntry(action: action, revision: "", reason: reason, by: by, evidence: evidence))
        }
    }

    /// Notes that `revision` lost a comparison with the active one; nothing else changes.
    public func refuse(
        _ name: String, revision: String, reason: String, by: String? = nil, evidence: String? = nil
    ) throws(ModelDirectoryError) {
        try ModelName.check(name)
        try ModelName.checkRevision(revision)
        try locked { () throws(ChangeFailure) in
            let state = try recordWhatIsThere(name)
            try append(
                ModelLedgerEntry(
                    action: .refused, revision: revision, previous: state.revision ?? state.active.last,
                    reason: reason, by: by, evidence: evidence), name)
        }
    }

    /// Makes a kept revision of `name` the active one.
    ///
    /// - Parameter action: `rolledBack` where it is to count as a way back: later rollbacks then go on from there.
    /// - Throws: `unknownRevision` or `damaged`, besides what `verify` objects to, as `damaged`.
    public func activate(
        _ name: String, revision: String, action: ModelLedgerEntry.Action = .activated, reason: String? = nil,
        by: String? = nil,
        verify: ModelVerification = { (_) throws(ModelFileError) in }
    ) throws(ModelDirectoryError) -> ModelDirectoryChange {
        try ModelName.check(name)
        try ModelName.checkRevision(revision)
        return try locked { () throws(ChangeFailure) in
            let state = try recordWhatIsThere(name)
            let bytes = try kept(name, revision)
            do throws(ModelFileError) {
                try verify(bytes)
            } catch {
                throw .directory(ModelDirectoryError(.damaged, error.message))
            }
            return try put(
                bytes, name, state, ModelLedgerEntry(action: action, revision: revision, reason: reason, by: by))
        }
    }

    /// Makes the revision active that was so before the present one; called again, it goes back further.
    ///
    /// A file in place that was rejected, or that is no model at all, does not count as having been active: the first
    /// rollback then puts the last good revision back. Revisions that are no longer kept, are damaged or that
    /// `verify` objects to are passed over.
    ///
    /// - Throws: `noPreviousRevision` where none is left.
    public func rollback(
        _ name: String, reason: String? = nil, by: String? = nil,
        verify: ModelVerification = { (_) throws(ModelFileError) in }
    ) throws(ModelDirectoryError) -> ModelDirectoryChange {
        try ModelName.check(name)
        return try locked { () throws(ChangeFailure) in
            let state = try recordWhatIsThere(name)
            guard state.revision != nil || !state.active.isEmpty else {
                throw .directory(
                    ModelDirectoryError(
                        .unknownModel,
                        "there is no model \(quoted(name)) in \(path); `tasktype models list` shows those there are"))
            }
            for revision in state.rollbackOrder {
                guard let bytes = try? kept(name, revision), (try? verify(bytes)) != nil else { continue }
                return try put(
                    bytes, name, state,
                    ModelLedgerEntry(action: .rolledBack, revision: revision, reason: reason, by: by))
            }
            throw .directory(
                ModelDirectoryError(
                    .noPreviousRevision,
                    "\(quoted(name)) cannot be rolled back: no revision that was active before is kept; promote a file to replace it"
                ))
        }
    }

    /// Where `rollback` would go, the next revision first; nothing is written.
    ///
    /// These are the revisions that were active before what is in place now, and whose copies are sound.
    ///
    /// Other than `previousRevisions`, this sees a file that the history does not know of yet: one that somebody copied
    /// there, or that a process put there which was killed before it could say so.
    ///
    /// - Complexity: O(bytes of the kept revisions).
    public func rollbackTargets(_ name: String) throws(ModelDirectoryError) -> [String] {
        present(name, try history(name)).state.rollbackOrder.filter { (try? keptBytes(name, $0)) != nil }
    }

    /// Notes that the service took `bytes` into use as `name`: keeps them, and adds to the history what is new.
    ///
    /// - Parameter predecessor: what served before, where it came from elsewhere (the embedded model); it is kept too,
    ///   and a rollback can go back to it.
    public func record(
        _ bytes: ModelBytes, as name: String, after predecessor: ModelBytes? = nil, reason: String? = nil,
        by: String? = nil
    ) throws(ModelDirectoryError) {
        try ModelName.check(name)
        try locked { () throws(ChangeFailure) in
            let active = ModelLedger.activeRevisions(try read(name))
            let revision = try keepLocked(bytes, name)
            guard active.last != revision else { return }
            var previous = active.last
            if previous == nil, let predecessor { previous = try keepLocked(predecessor, name) }
            try append(Self.entry(for: revision, active, previous, reason: reason, by: by), name)
        }
    }

    /// Notes that the service refused `revision`, unless the last entry says so already.
    public func reject(
        _ name: String, revision: String, reason: String, by: String? = nil
    ) throws(ModelDirectoryError) {
        try ModelName.check(name)
        try ModelName.checkRevision(revision)
        try locked { () throws(ChangeFailure) in
            let entries = try read(name)
            if let last = entries.last, last.action == .rejected, last.revision == revision { return }
            try append(
                ModelLedgerEntry(
                    action: .rejected, revision: revision, previous: ModelLedger.activeRevisions(entries).last,
                    reason: reason, by: by), name)
        }
    }
}

// What follows runs under the lock.
extension ModelDirectory {
    /// The state of one model: the file in place and the revisions that were active, the present one last.
    struct State {
        var revision: String?
        var active: [String]

        /// Where a rollback goes, the next revision first.
        var rollbackOrder: [String] {
            let isActive = revision == active.last
            var seen: Set<String> = []
            return active.dropLast(isActive ? 1 : 0).reversed().filter {
                $0 != revision && seen.insert($0).inserted
            }
        }
    }

    /// Compares the file in place with the history, and adds what the history lacks: somebody copied a file there, or
    /// a process was killed between the file and the ledger.
    func recordWhatIsThere(_ name: String) throws(ChangeFailure) -> State {
        let (state, missing) = present(name, try read(name))
        guard let missing else { return state }
        try keepLocked(missing.bytes, name)
        try append(missing.entry, name)
        return state
    }

    /// The state that the file in place and the history make together, and what the history lacks of it; nothing is
    /// written.
    func present(
        _ name: String, _ entries: [ModelLedgerEntry]
    ) -> (state: State, missing: (entry: ModelLedgerEntry, bytes: ModelBytes)?) {
        var state = State(active: ModelLedger.activeRevisions(entries))
        guard let bytes = try? active(name) else { return (state, nil) }
        let revision = bytes.revision()
        state.revision = revision
        let isRejected = entries.last { $0.revision == revision && $0.action != .refused }?.action == .rejected
        guard state.active.last != revision, !isRejected, (try? SafetensorsFile(parsing: bytes)) != nil else {
            return (state, nil)
        }
        let entry = Self.entry(
            for: revision, state.active, state.active.last, reason: "found in place", by: nil)
        state.active = ModelLedger.activeRevisions(entries + [entry])
        return (state, (entry, bytes))
    }

    /// The entry for a file that somebody put in place: the one before the present one is a rollback by hand.
    private static func entry(
        for revision: String, _ active: [String], _ previous: String?, reason: String?, by: String?
    ) -> ModelLedgerEntry {
        let isRollback = active.count >= 2 && active[active.count - 2] == revision
        return ModelLedgerEntry(
            action: isRollback ? .rolledBack : .activated, revision: revision, previous: previous, reason: reason,
            by: by)
    }

    /// Replaces the file in place, and notes it; `entry` says how, its revisions are filled in here.
    private func put(
        _ bytes: ModelBytes, _ name: String, _ state: State, _ entry: ModelLedgerEntry
    ) throws(ChangeFailure) -> ModelDirectoryChange {
        let revision = bytes.revision()
        let previous = state.revision ?? state.active.last
        let change = ModelDirectoryChange(name: name, revision: revision, previous: previous)
        var entry = entry
        entry.revision = revision
        entry.previous = previous
        do throws(FileFailure) {
            // Opened first: where the ledger may not be written, the file stays as it is.
            let ledger = try ModelLedger(appendingTo: ledger(name))
            if state.revision != revision {
                beforeStep()
                try replace(path + "/" + name + Self.suffix, with: bytes)
            }
            guard state.revision != revision || state.active.last != revision else { return change }
            beforeStep()
            try ledger.append(entry)
            // The ledger may be new.
            try syncFolder(path)
            return change
        } catch {
            throw .file(error)
        }
    }
}
