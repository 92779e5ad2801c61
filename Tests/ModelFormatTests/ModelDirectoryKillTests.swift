import Foundation
import Synchronization
import TestSupport
import Testing

@testable import ModelFormat

/// Whatever happens to a process that changes the folder, another one finds it sound.
@Suite struct ModelDirectoryKillTests {
    private let folder: TemporaryFolder
    private let directory: ModelDirectory

    init() throws {
        folder = try TemporaryFolder()
        directory = ModelDirectory(folder.path)
    }

    /// Counts steps, and ends the process before one of them.
    private final class Countdown: Sendable {
        private let left: Atomic<Int>
        init(_ steps: Int) { left = Atomic(steps) }
        var taken: Int { -left.load(ordering: .relaxed) }
        func step() {
            if left.subtract(1, ordering: .relaxed).oldValue == 0 { kill(getpid(), SIGKILL) }
        }
    }

    private static func change(_ directory: ModelDirectory) throws {
        _ = try directory.install(smallModel(2), as: "m")
        _ = try directory.rollback("m")
        try directory.reject("m", revision: smallModel(9).revision(), reason: "broken")
        _ = try directory.activate("m", revision: smallModel(2).revision())
        try directory.refuse("m", revision: smallModel(8).revision(), reason: "worse", evidence: "{\"rows\": 9}")
        _ = try directory.prune("m", keeping: 0)
    }

    /// The file in place is one of those that were put there, whole; the next changes work and end as they should.
    private func check(_ revisions: [String], _ context: String) throws {
        let active = try directory.activeRevision("m")
        #expect(revisions.contains(active), "\(context)")
        for kept in try directory.keptRevisions("m") {
            #expect(throws: Never.self, "\(context)") { try directory.keptBytes("m", kept) }
        }
        let change = try directory.install(smallModel(77), as: "m")
        #expect(change.previous == active, "\(context)")
        let history = try directory.history("m").filter { $0.action != .rejected && $0.action != .refused }
        for (earlier, later) in zip(history, history.dropFirst()) {
            #expect(later.previous == earlier.revision, "\(context): \(history)")
        }
        #expect(try directory.rollback("m").revision == active, "\(context)")
        #expect(try folder.names().filter { $0.hasSuffix(".tmp") } == [], "\(context)")
    }

    @Test func `a kill before any step of a change leaves whole files and a readable history`() async throws {
        // How many steps there are is counted, so that none is left out when one is added.
        let rehearsal = try TemporaryFolder()
        _ = try ModelDirectory(rehearsal.path).install(smallModel(1), as: "m")
        var counted = ModelDirectory(rehearsal.path)
        let counter = Countdown(0 - 1_000_000)
        counted.beforeStep = { counter.step() }
        try Self.change(counted)
        let steps = counter.taken - 1_000_000
        try #require(steps >= 10)
        let revisions = try [1, 2].map { try smallModel($0).revision() }
        for step in 0..<steps {
            try FileManager.default.contentsOfDirectory(atPath: folder.path).forEach {
                try FileManager.default.removeItem(atPath: folder($0))
            }
            _ = try directory.install(smallModel(1), as: "m")
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = folder.path as String, step = step as Int] in
                var directory = ModelDirectory(path)
                let countdown = Countdown(step)
                directory.beforeStep = { countdown.step() }
                try Self.change(directory)
            }
            try check(revisions, "killed before step \(step)")
        }
    }

    @Test func `kills at random moments leave whole files and a readable history`() async throws {
        let revisions = try (0..<4).map { try smallModel($0).revision() } + [smallModel(77).revision()]
        _ = try directory.install(smallModel(0), as: "m")
        for round in 0..<10 {
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = folder.path as String, round = round as Int] in
                var random = SplitMix64(seed: UInt64(round))
                let microseconds = UInt32.random(in: 0...30_000, using: &random)
                Thread.detachNewThread {
                    usleep(microseconds)
                    kill(getpid(), SIGKILL)
                }
                let directory = ModelDirectory(path)
                while true {
                    _ = try directory.install(smallModel(Int.random(in: 0..<4, using: &random)), as: "m")
                    _ = try? directory.rollback("m")
                }
            }
            try check(revisions, "round \(round)")
        }
        #expect(try directory.history("m").count > 10)
    }

    @Test func `many writers take turns`() async throws {
        let path = folder.path
        await withTaskGroup { group in
            for writer in 0..<8 {
                group.addTask {
                    let directory = ModelDirectory(path)
                    for turn in 0..<5 {
                        #expect(throws: Never.self) {
                            _ = try directory.install(smallModel(writer * 10 + turn), as: "m", by: "\(writer)")
                        }
                    }
                }
            }
        }
        let history = try directory.history("m")
        #expect(history.count == 40)
        for (earlier, later) in zip(history, history.dropFirst()) { #expect(later.previous == earlier.revision) }
        #expect(try directory.activeRevision("m") == history.last?.revision)
        #expect(try directory.keptRevisions("m").count == 40)
    }
}
