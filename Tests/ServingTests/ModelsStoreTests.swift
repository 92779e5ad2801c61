import Foundation
import JSONCoding
import ModelFormat
import TaskType
import TestSupport
import Testing

@testable import Serving

@Suite struct ModelsStoreTests {
    @Test func `without file or folder the embedded model serves as default`() throws {
        let store = try ModelStore(ServiceConfiguration.Models(), defaultLabel: "complex")
        let snapshot = store.snapshot()
        let embedded = try TaskClassifier()
        #expect(snapshot.models.mapValues(\.revision) == ["default": embedded.revision])
        #expect(snapshot.knownNames == ["default"])
        #expect(snapshot.defaultName == "default")
        #expect(snapshot.version == store.version)
        let status = try #require(store.status().first)
        #expect(status.source == .embedded && status.path == nil && status.isDefault && !status.isFileMissing)
        #expect(status.byteCount == embedded.bytes.count)
    }

    @Test func `a folder's models serve by name, the embedded one beside them`() throws {
        let served = try ServedFolder(["a": 1, "b": 2], default: "b")
        #expect(served.store.snapshot().knownNames == ["a", "b", "default"])
        #expect(served.revision("a") == (try SmallModel.revision(SmallModel.bytes(1))))
        #expect(served.revision("b") == (try SmallModel.revision(SmallModel.bytes(2))))
        #expect(served.revision("default") == (try TaskClassifier().revision))
        #expect(served.store.snapshot().defaultName == "b")
        #expect(served.log.kinds == ["activated", "activated", "activated"])
    }

    @Test func `the status is JSON with all that an administrator asks`() async throws {
        let served = try ServedFolder(["default": 1])
        try served.put(SmallModel.bytes(2))
        await served.store.reload()
        try served.put(Data("broken".utf8))
        await served.store.reload()
        var json = JSONWriter()
        served.store.writeStatus(to: &json)
        let object = try #require(JSONSerialization.jsonObject(with: Data(json.bytes)) as? [String: Any])
        #expect(object["default"] as? String == "default")
        let model = try #require((object["models"] as? [[String: Any]])?.first)
        let revisions = try [1, 2].map { try SmallModel.revision(SmallModel.bytes($0)) }
        #expect(model["revision"] as? String == revisions[1])
        #expect(model["previous_revisions"] as? [String] == [revisions[0]])
        #expect(model["kept_revisions"] as? [String] == revisions.sorted())
        #expect(model["labels"] as? [String] == SmallModel.labels)
        #expect(model["kind"] as? String == "logistic")
        #expect(model["path"] as? String == served.folder("default.safetensors"))
        #expect(model["is_default"] as? Bool == true)
        #expect(model["serving"] as? Bool == true)
        #expect(model["refused_revision"] as? String == SmallModel.revision(Data("broken".utf8)))
        let failure = try #require(model["last_error"] as? [String: Any])
        #expect((failure["message"] as? String)?.contains("default.safetensors") == true)
        #expect(failure["revision"] as? String == SmallModel.revision(Data("broken".utf8)))
        #expect((failure["at"] as? String)?.hasSuffix("Z") == true)
    }

    @Test func `a missing file or a broken one leaves its name known and without a model`() throws {
        for content in [nil, Data("broken".utf8)] {
            let folder = try ScratchFolder()
            if let content { try folder.write(content, to: "mine.safetensors") }
            var settings = ServiceConfiguration.Models()
            settings.file = folder("mine.safetensors")
            let log = EventLog()
            let store = try ModelStore(settings, defaultLabel: "complex") { log.add($0) }
            #expect(store.snapshot().models.isEmpty)
            #expect(store.snapshot().knownNames == ["default"])
            #expect(store.status().first?.lastFailure?.message.contains("mine.safetensors") == true)
            #expect(log.kinds == ["rejected"])
        }
    }

    @Test func `a default model that the folder lacks is known, said to be missing, and served once it is there`()
        async throws
    {
        let served = try ServedFolder(["a": 1], default: "mine")
        #expect(served.store.snapshot().knownNames == ["a", "default", "mine"])
        #expect(served.revision("mine") == nil)
        #expect(served.status("mine")?.lastFailure?.message.contains("mine.safetensors") == true)
        try served.put(SmallModel.bytes(2), "mine")
        await served.store.reload()
        #expect(served.revision("mine") != nil)
        #expect(served.status("mine")?.lastFailure == nil)
    }

    @Test func `a folder that does not exist is said once, and models that appear in it are served`() async throws {
        let parent = try ScratchFolder()
        var settings = ServiceConfiguration.Models()
        settings.directory = parent("models")
        let log = EventLog()
        let store = try ModelStore(settings, defaultLabel: "complex") { log.add($0) }
        await store.watch()
        #expect(log.kinds.filter { $0 == "directory_unreadable" }.count == 1)
        #expect(store.snapshot().models["default"]?.source == .embedded)
        try FileManager.default.createDirectory(atPath: parent("models"), withIntermediateDirectories: false)
        try parent.write(SmallModel.bytes(1), to: "models/default.safetensors")
        await store.reload()
        #expect(store.snapshot().models["default"]?.source == .file)
        // The embedded model was what served before.
        #expect(try await store.rollback("default").revision == TaskClassifier().revision)
    }

    @Test func `settings that contradict each other are refused`() {
        var both = ServiceConfiguration.Models()
        both.directory = "/a"
        both.file = "/b"
        var name = ServiceConfiguration.Models()
        name.default = "../x"
        for settings in [both, name] {
            let error = #expect(throws: ModelStoreError.self) { try ModelStore(settings, defaultLabel: "complex") }
            #expect(error?.code == .configuration)
        }
    }

    @Test func `a model without the label that is answered in its stead is noted`() throws {
        let folder = try ScratchFolder()
        try folder.write(SmallModel.bytes(1, labels: ["x", "y"]), to: "default.safetensors")
        let (_, log) = try ServedFolder.open(folder)
        #expect(log.all.contains(.lacksDefaultLabel(name: "default", label: "complex")))
    }

    @Test func `each refusal has its status`() async throws {
        let served = try ServedFolder(["default": 1])
        func status(_ body: () async throws -> Void) async -> Int? {
            do {
                try await body()
                return nil
            } catch {
                return (error as? ModelStoreError)?.wireError.status
            }
        }
        let unknown = "sha256:" + String(repeating: "0", count: 64)
        #expect(await status { try await served.store.rollback("nobody") } == 404)
        #expect(await status { try await served.store.activate("nobody") } == 404)
        #expect(await status { try await served.store.activate("../default", revision: unknown) } == 404)
        #expect(await status { try await served.store.activate("default", revision: unknown) } == 404)
        #expect(await status { try await served.store.activate("default", revision: "sha256:../x") } == 422)
        #expect(await status { try await served.store.rollback("default") } == 409)
        try served.put(Data("broken".utf8))
        #expect(await status { try await served.store.activate("default") } == 422)
        let embedded = try ModelStore(ServiceConfiguration.Models(), defaultLabel: "complex")
        #expect(await status { try await embedded.activate("default") } == 409)
        #expect(await status { try await embedded.rollback("default") } == 409)
    }
}
