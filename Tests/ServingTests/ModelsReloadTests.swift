import Foundation
import Logging
import ModelFormat
import ServiceLifecycle
import TaskType
import TestSupport
import Testing

@testable import Serving

@Suite struct ModelsReloadTests {
    @Test func `the watcher takes a new file once it was the same at two looks, a reload at once`() async throws {
        let served = try ServedFolder(["default": 1])
        let first = served.revision()
        let version = served.store.version
        // The first look after the start reads the file again, since its time may be too coarse to tell.
        for _ in 0..<3 { await served.store.watch() }
        #expect(served.store.version == version)
        let new = try SmallModel.bytes(2)
        try served.put(new.prefix(1000))
        await served.store.watch()
        try served.put(new.prefix(2000))
        await served.store.watch()
        try served.put(new)
        await served.store.watch()
        #expect(served.revision() == first)
        #expect(served.log.kinds == ["activated"])
        await served.store.watch()
        #expect(served.revision() == SmallModel.revision(new))
        #expect(served.store.version == version + 1)
        try served.put(SmallModel.bytes(3))
        await served.store.reload()
        #expect(served.revision() == (try SmallModel.revision(SmallModel.bytes(3))))
    }

    @Test func `a new name in the folder becomes a model`() async throws {
        let served = try ServedFolder(["default": 1])
        try served.put(SmallModel.bytes(2), "second")
        try served.folder.write(SmallModel.bytes(3), to: "no name.safetensors")
        await served.store.watch()
        await served.store.watch()
        #expect(served.store.snapshot().models.keys.sorted() == ["default", "second"])
        #expect(served.store.snapshot().knownNames == ["default", "second"])
    }

    @Test func `a broken file is refused once, and what served goes on until a good one comes`() async throws {
        let served = try ServedFolder(["default": 1])
        let first = served.revision()
        let whole = try SmallModel.bytes(2)
        let broken: [Data] = [
            Data("no model".utf8), whole.prefix(whole.count / 2), try SmallModel.bytes(3, overflows: true), Data(),
        ]
        for (index, content) in broken.enumerated() {
            try served.put(content)
            for _ in 0..<4 { await served.store.watch() }
            await served.store.reload()
            #expect(served.revision() == first)
            #expect(served.log.kinds.filter { $0 == "rejected" }.count == index + 1)
            let failure = try #require(served.status()?.lastFailure)
            #expect(failure.message.contains("default.safetensors"))
            // An empty file is not even read.
            #expect(failure.revision == (content.isEmpty ? nil : SmallModel.revision(content)))
        }
        let rejected = try ModelDirectory(served.folder.path).history("default").filter { $0.action == .rejected }
        #expect(rejected.map(\.revision) == broken.prefix(3).map { SmallModel.revision($0) })
        try served.put(whole)
        for _ in 0..<2 { await served.store.watch() }
        #expect(served.revision() == SmallModel.revision(whole))
        #expect(served.status()?.lastFailure == nil)
    }

    @Test func `a refused file is replaced by the one that serves: the error is over, nothing is swapped`() async throws
    {
        let served = try ServedFolder(["default": 1])
        let version = served.store.version
        try served.put(Data("broken".utf8))
        await served.store.reload()
        #expect(served.status()?.lastFailure != nil)
        try served.put(SmallModel.bytes(1))
        for _ in 0..<2 { await served.store.watch() }
        #expect(served.status()?.lastFailure == nil)
        #expect(served.status()?.refusedRevision == nil)
        #expect(served.store.version == version)
    }

    @Test func `a removed file leaves its model serving, and is said once`() async throws {
        let served = try ServedFolder(["default": 1, "b": 2])
        let revisions = served.store.snapshot().models.mapValues(\.revision)
        for name in ["default", "b"] {
            try FileManager.default.removeItem(atPath: served.folder(name + ".safetensors"))
        }
        await served.store.watch()
        #expect(!served.log.kinds.contains("file_missing"))
        for _ in 0..<4 { await served.store.watch() }
        await served.store.reload()
        #expect(served.store.snapshot().models.mapValues(\.revision) == revisions)
        #expect(served.log.kinds.filter { $0 == "file_missing" }.count == 2)
        #expect(served.status("b")?.isFileMissing == true)
        try served.put(SmallModel.bytes(2), "b")
        await served.store.watch()
        #expect(served.status("b")?.isFileMissing == false)
    }

    @Test func `a whole folder that vanishes leaves its models serving`() async throws {
        let served = try ServedFolder(["default": 1, "b": 2])
        let revisions = served.store.snapshot().models.mapValues(\.revision)
        try FileManager.default.moveItem(atPath: served.folder.path, toPath: served.folder.path + "-away")
        for _ in 0..<3 { await served.store.watch() }
        await served.store.reload()
        #expect(served.store.snapshot().models.mapValues(\.revision) == revisions)
        #expect(served.log.kinds.contains("directory_unreadable"))
        try FileManager.default.moveItem(atPath: served.folder.path + "-away", toPath: served.folder.path)
        for _ in 0..<3 { await served.store.watch() }
        #expect(served.store.snapshot().models.mapValues(\.revision) == revisions)
        #expect(served.status()?.isFileMissing == false)
    }

    @Test func `a broken file for a new name is known by its error, and forgotten with the file`() async throws {
        let served = try ServedFolder(["default": 1])
        try served.put(Data("broken".utf8), "b")
        await served.store.reload()
        #expect(served.store.snapshot().knownNames == ["b", "default"])
        #expect(served.revision("b") == nil && served.status("b")?.lastFailure != nil)
        try FileManager.default.removeItem(atPath: served.folder("b.safetensors"))
        await served.store.reload()
        #expect(served.store.snapshot().knownNames == ["default"])
    }

    @Test func `the watcher runs as a service and ends when the others do`() async throws {
        let served = try ServedFolder(["default": 1])
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let group = ServiceGroup(
            services: [
                ModelWatcher(store: served.store, interval: 0.01), ModelWatcher(store: served.store, interval: 0),
            ],
            logger: logger)
        async let end: Void = group.run()
        let new = try SmallModel.bytes(2)
        try served.put(new)
        while served.revision() != SmallModel.revision(new) { try await Task.sleep(for: .milliseconds(5)) }
        await group.triggerGracefulShutdown()
        try await end
    }

    @Test(arguments: 1...6)
    func `whatever happens to the files, the last good model serves`(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let good = try (1...4).map { try SmallModel.bytes($0) }
        let goodRevisions = Set(good.map { SmallModel.revision($0) })
        let served = try ServedFolder(["default": 1])
        var version = served.store.version
        for step in 0..<60 {
            let file = good[Int.random(in: 0..<good.count, using: &random)]
            switch Int.random(in: 0..<8, using: &random) {
            case 0: try served.put(file)
            case 1: try served.put(file.prefix(Int.random(in: 0..<file.count, using: &random)))
            case 2: try? FileManager.default.removeItem(atPath: served.folder("default.safetensors"))
            case 3: _ = try? await served.store.rollback("default")
            case 4: _ = try? await served.store.activate("default", revision: SmallModel.revision(file))
            case 5: _ = try? await served.store.activate("default")
            case 6: await served.store.reload()
            default: await served.store.watch()
            }
            let revision = try #require(served.revision(), "seed \(seed), step \(step)")
            #expect(goodRevisions.contains(revision), "seed \(seed), step \(step)")
            #expect(served.store.version >= version)
            version = served.store.version
        }
        try served.put(good[3])
        for _ in 0..<2 { await served.store.watch() }
        #expect(served.revision() == SmallModel.revision(good[3]) || served.status()?.refusedRevision != nil)
        await #expect(throws: Never.self) { try await served.store.activate("default") }
        #expect(served.revision() == SmallModel.revision(good[3]), "seed \(seed)")
    }
}
