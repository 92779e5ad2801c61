import Foundation
import Synchronization
import TestSupport
import Testing

@testable import ModelFormat

/// A small file that is a safetensors container, another one for each number.
func smallModel(_ number: Int) throws -> ModelBytes {
    let writer = SafetensorsWriter(metadata: ["number": "\(number)", "padding": String(repeating: "x", count: 5000)])
    return ModelBytes(copying: try writer.bytes(), origin: "model \(number)")
}

@Suite struct ModelDirectoryTests {
    private let folder: TemporaryFolder
    private let directory: ModelDirectory

    init() throws {
        folder = try TemporaryFolder()
        directory = ModelDirectory(folder.path)
    }

    /// Puts a file in place as a person would, with `cp`.
    private func copyByHand(_ model: ModelBytes, _ name: String = "m") throws {
        try store(model.withUnsafeBytes { Array($0) }, folder(name + ".safetensors"))
    }

    private func actions(_ name: String = "m") throws -> [String] {
        try directory.history(name).map { "\($0.action.rawValue) \($0.revision)" }
    }

    @Test(arguments: [
        "", ".", "..", ".hidden", "../m", "a/b", "/etc/passwd", "a b", "a\0b", "é", "a\n",
        String(repeating: "a", count: 65),
    ])
    func `a name that could lead out of the folder is refused by every operation`(name: String) throws {
        let model = try smallModel(1)
        let revision = model.revision()
        let operations: [() throws -> Void] = [
            { _ = try directory.activeRevision(name) }, { _ = try directory.keptRevisions(name) },
            { _ = try directory.history(name) }, { _ = try directory.keptBytes(name, revision) },
            { try directory.keep(model, as: name) }, { _ = try directory.install(model, as: name) },
            { _ = try directory.activate(name, revision: revision) }, { _ = try directory.rollback(name) },
            { try directory.record(model, as: name) }, { try directory.reject(name, revision: revision, reason: "") },
        ]
        for operation in operations {
            let error = #expect(throws: ModelDirectoryError.self) { try operation() }
            #expect(error?.code == .invalidName)
        }
        #expect(try folder.names() == [])
    }

    @Test(arguments: [
        "sha256:", "sha256:../../x", "abc", "sha256:" + String(repeating: "A", count: 64),
        "sha256:" + String(repeating: "a", count: 63), "sha256-" + String(repeating: "a", count: 64),
    ])
    func `a revision that is no digest is refused`(revision: String) throws {
        let error = #expect(throws: ModelDirectoryError.self) { try directory.activate("m", revision: revision) }
        #expect(error?.code == .invalidRevision)
    }

    @Test func `the list has the models' names alone`() throws {
        for name in ["b", "a.b-C_9", "sub"] { _ = try directory.install(smallModel(1), as: name) }
        for other in ["a b.safetensors", ".hidden.safetensors", "x.safetensors.tmp", "README", "y.ledger.jsonl"] {
            try store([1], folder(other))
        }
        try FileManager.default.createDirectory(atPath: folder("z.safetensors"), withIntermediateDirectories: false)
        #expect(try directory.list() == ["a.b-C_9", "b", "sub"])
        let error = #expect(throws: ModelDirectoryError.self) { try ModelDirectory(folder("missing")).list() }
        #expect(error?.message.contains("does not exist") == true)
    }

    @Test func `rollbacks go back step by step, and no further than the first revision`() throws {
        let models = try (0..<3).map(smallModel)
        let revisions = models.map { $0.revision() }
        for (index, model) in models.enumerated() {
            let change = try directory.install(model, as: "m", reason: "better", by: "ann \"a\"\n")
            #expect(change.revision == revisions[index])
            #expect(change.previous == (index > 0 ? revisions[index - 1] : nil))
        }
        #expect(try directory.previousRevisions("m") == [revisions[1], revisions[0]])
        #expect(try directory.rollback("m").revision == revisions[1])
        #expect(try directory.rollback("m").revision == revisions[0])
        #expect(try directory.activeRevision("m") == revisions[0])
        let error = #expect(throws: ModelDirectoryError.self) { try directory.rollback("m") }
        #expect(error?.code == .noPreviousRevision)
        #expect(try directory.activate("m", revision: revisions[2]).previous == revisions[0])
        #expect(try directory.rollback("m").revision == revisions[0])
        #expect(try directory.keptRevisions("m") == revisions.sorted())
        let history = try directory.history("m")
        #expect(
            history.map(\.action) == [
                .activated, .activated, .activated, .rolledBack, .rolledBack, .activated, .rolledBack,
            ])
        #expect(history[1].by == "ann \"a\"\n")
        #expect(history[1].previous == revisions[0])
        #expect(history[1].time.wholeMatch(of: /20\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-6]\dZ/) != nil)
    }

    @Test func `where a rollback would go is told as it is, also where the history lags behind the file`() throws {
        let models = try (0..<4).map(smallModel)
        let revisions = models.map { $0.revision() }
        for model in models.prefix(2) { _ = try directory.install(model, as: "m") }
        #expect(try directory.rollbackTargets("m") == [revisions[0]])
        // As a rollback that was killed before it came to the ledger leaves it: it has gone back as far as it can.
        try copyByHand(models[0])
        #expect(try directory.rollbackTargets("m") == [])
        #expect(try directory.prune("m", keeping: 0, isRehearsal: true).kept == [revisions[0]])
        #expect(try directory.history("m").count == 2)
        #expect(throws: ModelDirectoryError.self) { try directory.rollback("m") }
        // What is no model at all: the way back leads to the last good one.
        try store(Array("no model".utf8), folder("m.safetensors"))
        #expect(try directory.rollbackTargets("m") == [revisions[0]])
        #expect(try directory.rollback("m").revision == revisions[0])
        // A copy that was damaged is passed over.
        for model in models.suffix(2) { _ = try directory.install(model, as: "m") }
        #expect(try directory.rollbackTargets("m") == [revisions[2], revisions[0]])
        try store(
            Array("damaged".utf8), folder("m.revisions/sha256-\(revisions[2].dropFirst(7)).safetensors"))
        #expect(try directory.rollbackTargets("m") == [revisions[0]])
        #expect(try directory.rollback("m").revision == revisions[0])
    }

    @Test func `the ledger is JSON, a line for each entry`() throws {
        _ = try directory.install(smallModel(1), as: "m", action: .promoted, reason: "wins by 1 %\n\"clear\" ü")
        let text = String(decoding: try content(folder("m.ledger.jsonl")), as: UTF8.self)
        #expect(text.hasSuffix("\n") && text.filter { $0 == "\n" }.count == 1)
        let entry = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: String])
        #expect(entry["action"] == "promoted")
        #expect(entry["reason"] == "wins by 1 %\n\"clear\" ü")
        #expect(entry["revision"] == (try smallModel(1).revision()))
    }

    @Test func `a file that somebody copied into place counts as activated, and rollback undoes it`() throws {
        let (old, new) = (try smallModel(1), try smallModel(2))
        _ = try directory.install(old, as: "m")
        try copyByHand(new)
        #expect(try directory.activeRevision("m") == new.revision())
        #expect(try directory.rollback("m").revision == old.revision())
        #expect(try directory.keptRevisions("m").contains(new.revision()))
        #expect(
            try actions() == [
                "activated \(old.revision())", "activated \(new.revision())", "rolled_back \(old.revision())",
            ])
    }

    @Test func `the former file copied back by hand counts as a rollback`() throws {
        let models = try (0..<3).map(smallModel)
        for model in models { _ = try directory.install(model, as: "m") }
        try copyByHand(models[1])
        try directory.record(models[1], as: "m")
        #expect(try actions().last == "rolled_back \(models[1].revision())")
        #expect(try directory.rollback("m").revision == models[0].revision())
    }

    @Test(arguments: [true, false])
    func `a refused file in place is replaced by the last good one`(isSafetensors: Bool) throws {
        let (first, good) = (try smallModel(1), try smallModel(2))
        _ = try directory.install(first, as: "m")
        _ = try directory.install(good, as: "m")
        if isSafetensors {
            try copyByHand(smallModel(3))
            try directory.reject("m", revision: smallModel(3).revision(), reason: "no labels")
            try directory.reject("m", revision: smallModel(3).revision(), reason: "no labels")
            #expect(try actions().count == 3)
        } else {
            try store([1, 2, 3], folder("m.safetensors"))
        }
        #expect(try directory.rollback("m").revision == good.revision())
        #expect(try directory.keptRevisions("m").count == 2)
        #expect(try directory.rollback("m").revision == first.revision())
    }

    @Test func `what served before from elsewhere is kept, and a rollback goes back to it`() throws {
        let (embedded, new) = (try smallModel(1), try smallModel(2))
        try copyByHand(new)
        try directory.record(new, as: "m", after: embedded)
        #expect(try directory.rollback("m").revision == embedded.revision())
        #expect(try directory.activeRevision("m") == embedded.revision())
    }

    @Test func `overwriting the active file in place leaves the kept revision as it was`() throws {
        let model = try smallModel(1)
        _ = try directory.install(model, as: "m")
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: folder("m.safetensors")))
        try file.write(contentsOf: Data(repeating: 0, count: 100))
        try file.close()
        #expect(try directory.keptBytes("m", model.revision()).revision() == model.revision())
        #expect(try directory.rollback("m").revision == model.revision())
    }

    @Test func `a damaged kept revision is refused, passed over by rollback, and mended by keeping it again`() throws {
        let models = try (0..<3).map(smallModel)
        for model in models { _ = try directory.install(model, as: "m") }
        let middle = models[1].revision()
        try store([0], folder("m.revisions/sha256-\(middle.dropFirst(7)).safetensors"))
        let error = #expect(throws: ModelDirectoryError.self) { try directory.activate("m", revision: middle) }
        #expect(error?.code == .damaged)
        #expect(try directory.rollback("m").revision == models[0].revision())
        try directory.keep(models[1], as: "m")
        #expect(try directory.activate("m", revision: middle).revision == middle)
    }

    @Test func `a revision to which the caller objects is not put in place`() throws {
        let models = try (0..<3).map(smallModel)
        for model in models { _ = try directory.install(model, as: "m") }
        let middle = models[1].revision()
        func objects(_ bytes: ModelBytes) throws(ModelFileError) {
            if bytes.revision() == middle { throw ModelFileError(.malformed, "it has no labels") }
        }
        let error = #expect(throws: ModelDirectoryError.self) {
            try directory.activate("m", revision: middle, verify: objects)
        }
        #expect(error?.message == "it has no labels")
        #expect(try directory.activeRevision("m") == models[2].revision())
        #expect(try directory.rollback("m", verify: objects).revision == models[0].revision())
    }

    @Test func `a link in place is replaced, and what it pointed to stays`() throws {
        let (old, new) = (try smallModel(1), try smallModel(2))
        try store(old.withUnsafeBytes { Array($0) }, folder("v1.bin"))
        #expect(symlink("v1.bin", folder("m.safetensors")) == 0)
        #expect(try directory.list() == ["m"])
        _ = try directory.install(new, as: "m")
        #expect(try content(folder("v1.bin")) == old.withUnsafeBytes { Array($0) })
        #expect(try directory.rollback("m").revision == old.revision())
    }

    @Test func `a last line cut off anywhere is passed over, and the next entry is whole`() throws {
        let models = try (0..<3).map(smallModel)
        _ = try directory.install(models[0], as: "m")
        let first = try content(folder("m.ledger.jsonl"))
        _ = try directory.install(models[1], as: "m")
        let both = try content(folder("m.ledger.jsonl"))
        for length in first.count...both.count {
            try store(Array(both[..<length]), folder("m.ledger.jsonl"))
            try copyByHand(models[1])
            let isWhole = length >= both.count - 1
            #expect(try directory.history("m").count == (isWhole ? 2 : 1), "\(length)")
            #expect(try directory.install(models[2], as: "m").previous == models[1].revision())
            let revisions = try directory.history("m").map(\.revision)
            #expect(revisions == models.map { $0.revision() }, "\(length)")
        }
    }

    @Test func `lines that are no entries are passed over`() throws {
        let revision = try smallModel(1).revision()
        let good = #"{"time":"t","action":"activated","revision":"\#(revision)","previous":"../x","later":"field"}"#
        let bad = [
            "", "x", "{}", "[]", "{\"time\":1}", good.replacingOccurrences(of: "activated", with: "eaten"),
            good.replacingOccurrences(of: revision, with: "sha256:../../x"), good + "x", "\u{0}",
        ]
        try store(Array((bad + [good] + bad).joined(separator: "\n").utf8) + [0xFF, 0x0A], folder("m.ledger.jsonl"))
        let history = try directory.history("m")
        #expect(history.map(\.revision) == [revision])
        #expect(history.first?.previous == nil)
    }

    @Test func `a folder that may not be written is read, and its changes are refused as such`() async throws {
        let models = try (0..<2).map(smallModel)
        for model in models { _ = try directory.install(model, as: "m") }
        try FileManager.default.removeItem(atPath: folder(".lock"))
        try #require(chmod(folder.path, 0o555) == 0)
        defer { chmod(folder.path, 0o755) }
        await #expect(processExitsWith: .success) { [path = folder.path as String] in
            dropPrivileges()
            let directory = ModelDirectory(path)
            let names = try directory.list()
            #expect(names == ["m"])
            let previous = try directory.previousRevisions("m")
            #expect(previous.count == 1)
            let changes: [() throws -> Void] = [
                { _ = try directory.rollback("m") }, { _ = try directory.install(smallModel(3), as: "m") },
                { try directory.keep(smallModel(3), as: "m") },
            ]
            for change in changes {
                let error = #expect(throws: ModelDirectoryError.self) { try change() }
                #expect(error?.code == .notWritable, "\(String(describing: error))")
            }
        }
        #expect(try directory.activeRevision("m") == models[1].revision())
    }

    @Test(arguments: 1...6)
    func `any order of changes leaves what a plain list of revisions says`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let models = try (0..<5).map(smallModel)
        var expected: [String] = []
        for step in 0..<40 {
            let model = models[Int.random(in: 0..<models.count, using: &random)]
            let revision = model.revision()
            func push() { if expected.last != revision { expected.append(revision) } }
            switch Int.random(in: 0..<5, using: &random) {
            case 0:
                _ = try directory.install(model, as: "m")
                push()
            case 1:
                try copyByHand(model)
                try directory.record(model, as: "m")
                if expected.count >= 2, expected[expected.count - 2] == revision {
                    expected.removeLast()
                } else {
                    push()
                }
            case 2 where try directory.keptRevisions("m").contains(revision):
                _ = try directory.activate("m", revision: revision)
                push()
            case 3 where expected.count >= 2:
                #expect(try directory.rollback("m").revision == expected[expected.count - 2])
                expected.removeLast()
            default:
                if expected.count < 2 { #expect(throws: ModelDirectoryError.self) { try directory.rollback("m") } }
            }
            #expect((try? directory.activeRevision("m")) == expected.last, "seed \(seed), step \(step)")
        }
    }
}
