import Foundation
import TestSupport
import Testing

@testable import ModelFormat

@Suite struct ModelDirectoryPromotionTests {
    private let folder: TemporaryFolder
    private let directory: ModelDirectory

    init() throws {
        folder = try TemporaryFolder()
        directory = ModelDirectory(folder.path)
    }

    private func install(_ numbers: Int...) throws {
        for number in numbers { _ = try directory.install(smallModel(number), as: "m") }
    }

    private func revisions(_ numbers: Int...) throws -> [String] { try numbers.map { try smallModel($0).revision() } }

    @Test func `the evidence of a promotion is read back as it was written, beside all else`() throws {
        let evidence = #"{"rows": 12, "labels": {"a\"}": [1, -2.5e3, null, true]}, "text": "é, }]"}"#
        _ = try directory.install(
            smallModel(1), as: "m", action: .promoted, reason: "better", by: "me", evidence: evidence)
        let entry = try #require(try directory.history("m").first)
        #expect(entry.evidence == evidence)
        #expect(entry.reason == "better" && entry.by == "me" && entry.action == .promoted)
        let line = try #require(
            String(decoding: content(folder("m.ledger.jsonl")), as: UTF8.self).split(separator: "\n").first)
        let parsed = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        #expect((parsed?["evidence"] as? [String: Any])?["rows"] as? Int == 12)
    }

    @Test(arguments: ["", "[1]", "{", "{\"a\": 1", "{}\n{}", "{} {}", "text", "{\"a\": \"\\x\"}"])
    func `evidence that is no object on one line is left out rather than spoiling the entry`(evidence: String) throws {
        _ = try directory.install(smallModel(1), as: "m", action: .promoted, evidence: evidence)
        let entry = try #require(try directory.history("m").first)
        #expect(entry.evidence == nil)
        #expect(entry.action == .promoted)
    }

    @Test func `a promotion that was judged against another revision than the active one changes nothing`() throws {
        try install(1, 2)
        let before = try directory.history("m")
        for expected in try [revisions(1)[0], nil] {
            let error = #expect(throws: ModelDirectoryError.self) {
                try directory.install(smallModel(3), as: "m", replacing: .exactly(expected))
            }
            #expect(error?.code == .changed)
        }
        #expect(try directory.activeRevision("m") == smallModel(2).revision())
        #expect(try directory.history("m") == before)
        _ = try directory.install(smallModel(3), as: "m", replacing: .exactly(smallModel(2).revision()))
        #expect(try directory.activeRevision("m") == smallModel(3).revision())
        _ = try directory.install(smallModel(1), as: "new", replacing: .exactly(nil))
        #expect(try directory.activeRevision("new") == smallModel(1).revision())
    }

    @Test func `a refusal is noted with its figures, changes nothing, and does not keep the file from being copied in`()
        throws
    {
        try install(1)
        let refused = try smallModel(2)
        try directory.refuse("m", revision: refused.revision(), reason: "worse", by: "me", evidence: "{\"rows\": 3}")
        let entry = try #require(try directory.history("m").last)
        #expect(entry.action == .refused && entry.revision == refused.revision() && entry.evidence == "{\"rows\": 3}")
        #expect(try entry.previous == smallModel(1).revision())
        #expect(try directory.activeRevision("m") == smallModel(1).revision())
        #expect(try directory.previousRevisions("m") == [])
        try store(refused.withUnsafeBytes { Array($0) }, folder("m.safetensors"))
        try install(3)
        #expect(try directory.rollback("m").revision == refused.revision())
    }

    @Test func `a rollback to a stated revision is a way back: the next goes on from there`() throws {
        try install(1, 2, 3, 4)
        let target = try smallModel(2).revision()
        let change = try directory.activate("m", revision: target, action: .rolledBack)
        #expect(try change.revision == target && change.previous == smallModel(4).revision())
        #expect(try directory.rollback("m").revision == smallModel(1).revision())
    }

    @Test func `pruning keeps the latest, and always the active one and the way back`() throws {
        try install(1, 2, 3, 4, 5)
        let all = try directory.keptRevisions("m")
        let rehearsal = try directory.prune("m", keeping: 3, isRehearsal: true)
        #expect(try rehearsal.removed == revisions(1, 2))
        #expect(try directory.keptRevisions("m") == all)
        let pruning = try directory.prune("m", keeping: 3)
        #expect(pruning == rehearsal)
        #expect(try pruning.kept == revisions(5, 4, 3))
        #expect(pruning.removedBytes > 10_000)
        #expect(try Set(directory.keptRevisions("m")) == Set(revisions(5, 4, 3)))
        #expect(try directory.prune("m", keeping: 0).kept == revisions(5, 4))
        #expect(try directory.rollback("m").revision == smallModel(4).revision())
        #expect(try directory.history("m").count == 6)
    }

    @Test func `pruning passes over a damaged way back as a rollback does`() throws {
        try install(1, 2, 3)
        try store([1, 2, 3], folder("m.revisions/sha256-\(smallModel(2).revision().dropFirst(7)).safetensors"))
        _ = try directory.prune("m", keeping: 0)
        #expect(try directory.rollback("m").revision == smallModel(1).revision())
    }

    @Test func `after any history, what pruning leaves is enough to go back once, and the active file stays`() throws {
        for seed in UInt64(1)...12 {
            var random = SplitMix64(seed: seed)
            let name = "m\(seed)"
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                switch Int.random(in: 0..<4, using: &random) {
                case 0: _ = try? directory.rollback(name)
                case 1:
                    if let revision = try directory.keptRevisions(name).randomElement(using: &random) {
                        _ = try directory.activate(name, revision: revision)
                    }
                default: _ = try directory.install(smallModel(Int.random(in: 0..<5, using: &random)), as: name)
                }
            }
            guard let active = try? directory.activeRevision(name) else { continue }
            let kept = try directory.keptRevisions(name).count
            let canGoBack = try !directory.previousRevisions(name).isEmpty
            let keep = Int.random(in: 0...4, using: &random)
            let pruning = try directory.prune(name, keeping: keep)
            #expect(pruning.kept.count + pruning.removed.count == kept, "seed \(seed)")
            #expect(pruning.kept.count <= max(keep, 2), "seed \(seed)")
            #expect(try directory.activeRevision(name) == active, "seed \(seed)")
            #expect(pruning.kept.contains(active), "seed \(seed)")
            if canGoBack { #expect(throws: Never.self, "seed \(seed)") { try directory.rollback(name) } }
        }
    }
}
