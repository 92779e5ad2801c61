#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Which of the kept revisions of a model went, and which stayed.
public struct ModelPruning: Hashable, Sendable {
    /// Revisions whose copies were removed, those first that were active longest ago.
    public var removed: [String]
    /// Revisions that are kept, the latest first.
    public var kept: [String]
    /// Bytes of the copies that were removed.
    public var removedBytes: Int
}

extension ModelDirectory {
    /// Removes copies of revisions that were active longest ago, so that `count` are left.
    ///
    /// The active revision and the one that a rollback would go to stay in any case, so that two may be left where
    /// `count` is less. The history stays whole.
    ///
    /// - Parameters:
    ///   - count: how many kept revisions are to be left.
    ///   - isRehearsal: nothing is removed; the result says what would be.
    public func prune(
        _ name: String, keeping count: Int, isRehearsal: Bool = false
    ) throws(ModelDirectoryError) -> ModelPruning {
        try ModelName.check(name)
        return try locked { () throws(ChangeFailure) in
            // A rehearsal adds nothing to the history either.
            let active = isRehearsal ? present(name, try read(name)).state.active : try recordWhatIsThere(name).active
            let inPlace = (try? self.active(name))?.revision()
            let ranked = try rankedRevisions(name)
            var protected = Set([inPlace, active.last].compactMap(\.self))
            // As `rollback` does: what is damaged is passed over.
            if let target = active.reversed().first(where: { revision in
                revision != active.last && revision != inPlace && (try? keptBytes(name, revision)) != nil
            }) {
                protected.insert(target)
            }
            var result = ModelPruning(removed: [], kept: [], removedBytes: 0)
            let spare = max(0, count - protected.intersection(ranked).count)
            var left = spare
            for revision in ranked {
                if protected.contains(revision) {
                    result.kept.append(revision)
                } else if left > 0 {
                    left -= 1
                    result.kept.append(revision)
                } else {
                    result.removed.insert(revision, at: 0)
                }
            }
            for revision in result.removed { result.removedBytes += try remove(name, revision, isRehearsal) }
            return result
        }
    }

    /// The kept revisions, those first that the history named last; what it does not name comes at the end.
    private func rankedRevisions(_ name: String) throws(ChangeFailure) -> [String] {
        let kept: [String]
        do throws(ModelDirectoryError) {
            kept = try keptRevisions(name)
        } catch {
            throw .directory(error)
        }
        var latest: [String: Int] = [:]
        for (position, entry) in try read(name).enumerated() {
            if let previous = entry.previous { latest[previous] = position * 2 }
            latest[entry.revision] = position * 2 + 1
        }
        return kept.sorted { (latest[$1] ?? -1, $0) < (latest[$0] ?? -1, $1) }
    }

    private func remove(_ name: String, _ revision: String, _ isRehearsal: Bool) throws(ChangeFailure) -> Int {
        let file = path + "/" + name + ".revisions/sha256-" + revision.dropFirst(7) + Self.suffix
        let size = FileIdentity(of: file)?.size ?? 0
        guard !isRehearsal else { return size }
        beforeStep()
        do throws(FileFailure) {
            _ = try uninterrupted { unlink(file) }
        } catch {
            throw .file(error)
        }
        return size
    }
}
