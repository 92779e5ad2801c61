import Foundation
import ModelFormat
import TaskType
import TestSupport
import Testing

@testable import Serving

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct ModelsRollbackTests {
    private let files = try? (0...4).map { try SmallModel.bytes($0) }

    private func file(_ index: Int) throws -> Data { try #require(files)[index] }
    private func revision(_ index: Int) throws -> String { try SmallModel.revision(file(index)) }

    @Test func `a rollback puts the former file back, for the watcher and for the next start too`() async throws {
        let served = try ServedFolder(["default": 1])
        for index in 2...3 {
            try served.put(file(index))
            await served.store.reload()
        }
        #expect(try await served.store.rollback("default").revision == revision(2))
        #expect(try served.folder.content("default.safetensors") == file(2))
        for _ in 0..<3 { await served.store.watch() }
        await served.store.reload()
        #expect(served.revision() == (try revision(2)))
        #expect(try await served.store.rollback("default").revision == revision(1))
        let error = await #expect(throws: ModelStoreError.self) { try await served.store.rollback("default") }
        #expect(error?.code == .noPreviousRevision)
        let (next, _) = try ServedFolder.open(served.folder)
        #expect(next.snapshot().models["default"]?.revision == (try revision(1)))
        #expect(served.log.kinds == ["activated", "activated", "activated", "rolled_back", "rolled_back"])
    }

    @Test func `a rollback while a broken file is in place puts the serving one back`() async throws {
        let served = try ServedFolder(["default": 1])
        try served.put(file(2))
        await served.store.reload()
        let version = served.store.version
        try served.put(Data("broken".utf8))
        await served.store.reload()
        #expect(try await served.store.rollback("default").revision == revision(2))
        #expect(try served.folder.content("default.safetensors") == file(2))
        #expect(served.store.version == version)
        #expect(served.status()?.lastFailure == nil)
        #expect(try await served.store.rollback("default").revision == revision(1))
    }

    @Test func `a kept revision is activated by its digest, and stays`() async throws {
        let served = try ServedFolder(["default": 1])
        try served.put(file(2))
        await served.store.reload()
        #expect(try await served.store.activate("default", revision: revision(1)).revision == revision(1))
        #expect(try served.folder.content("default.safetensors") == file(1))
        for _ in 0..<3 { await served.store.watch() }
        #expect(served.revision() == (try revision(1)))
        #expect(try await served.store.rollback("default").revision == revision(2))
    }

    @Test func `a kept file that was damaged is not activated`() async throws {
        let served = try ServedFolder(["default": 1])
        try served.put(file(2))
        await served.store.reload()
        let name = "default.revisions/sha256-\(try revision(1).dropFirst(7)).safetensors"
        try served.folder.write(file(3), to: name)
        let first = try revision(1)
        let error = await #expect(throws: ModelStoreError.self) {
            try await served.store.activate("default", revision: first)
        }
        #expect(error?.code == .invalidModel)
        #expect(served.revision() == (try revision(2)))
        #expect(try served.folder.content("default.safetensors") == file(2))
    }

    @Test func `a rollback by another process is followed like any new file`() async throws {
        let served = try ServedFolder(["default": 1])
        try served.put(file(2))
        await served.store.reload()
        _ = try ModelDirectory(served.folder.path).rollback("default")
        for _ in 0..<2 { await served.store.watch() }
        #expect(served.revision() == (try revision(1)))
        #expect(try ModelDirectory(served.folder.path).history("default").count == 3)
    }

    @Test func `a single file is rolled back in memory, and the refused revision stays out until the file changes`()
        async throws
    {
        let folder = try ScratchFolder()
        try folder.write(file(1), to: "m.safetensors")
        var settings = ServiceConfiguration.Models()
        settings.file = folder("m.safetensors")
        let store = try ModelStore(settings, defaultLabel: "complex")
        func serving() -> String? { store.snapshot().models["default"]?.revision }
        try folder.write(file(2), to: "m.safetensors")
        await store.reload()
        #expect(try await store.rollback("default").revision == revision(1))
        #expect(store.status().first?.refusedRevision == (try revision(2)))
        // Touched, or copied again: still the refused revision.
        for _ in 0..<3 {
            try folder.write(file(2), to: "m.safetensors")
            for _ in 0..<2 { await store.watch() }
            await store.reload()
        }
        #expect(serving() == (try revision(1)))
        #expect(try folder.names() == ["m.safetensors"])
        let error = await #expect(throws: ModelStoreError.self) { try await store.rollback("default") }
        #expect(error?.code == .noPreviousRevision)
        // An administrator who names the model means it.
        #expect(try await store.activate("default").revision == revision(2))
        _ = try await store.rollback("default")
        try folder.write(file(3), to: "m.safetensors")
        for _ in 0..<2 { await store.watch() }
        #expect(serving() == (try revision(3)))
    }

    @Test func `in a folder that may not be written, kept revisions are activated and rolled back in memory`()
        async throws
    {
        let served = try ServedFolder(["default": 1])
        try served.put(file(2))
        await served.store.reload()
        try FileManager.default.removeItem(atPath: served.folder(".lock"))
        try #require(chmod(served.folder.path, 0o555) == 0)
        defer { chmod(served.folder.path, 0o755) }
        await #expect(processExitsWith: .success) {
            [path = served.folder.path as String, first = try revision(1) as String, second = try revision(2) as String]
            in
            if geteuid() == 0 { try #require(setgid(65534) == 0 && setuid(65534) == 0) }
            var settings = ServiceConfiguration.Models()
            settings.directory = path
            let log = EventLog()
            let store = try ModelStore(settings, defaultLabel: "complex") { log.add($0) }
            func serving() -> String? { store.snapshot().models["default"]?.revision }
            #expect(serving() == second)
            #expect(log.kinds.filter { $0 == "not_recorded" }.count == 1)
            #expect(try await store.activate("default", revision: first).revision == first)
            #expect(serving() == first)
            for _ in 0..<3 { await store.watch() }
            await store.reload()
            #expect(serving() == first)
            #expect(try await store.rollback("default").revision == second)
            #expect(serving() == second)
            await #expect(throws: ModelStoreError.self) { try await store.rollback("default") }
        }
        #expect(try served.folder.content("default.safetensors") == file(2))
    }
}
