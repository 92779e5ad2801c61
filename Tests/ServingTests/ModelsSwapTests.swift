import Dispatch
import Foundation
import Synchronization
import TaskType
import TestSupport
import Testing

@testable import Serving

@Suite struct ModelsSwapTests {
    /// Keeps a model as a request does.
    private final class Weak: @unchecked Sendable {
        // Sendable: used by one test only.
        weak var model: ServedModel?
        init(_ model: ServedModel?) { self.model = model }
    }

    @Test func `a replaced model is freed with its last user`() async throws {
        let served = try ServedFolder(["default": 1])
        let weak = Weak(served.store.snapshot().models["default"])
        var user: ModelSnapshot? = served.store.snapshot()
        try served.put(SmallModel.bytes(2))
        await served.store.reload()
        #expect(weak.model != nil)
        #expect(user?.models["default"]?.classifier.classify("still here").probabilities.count == 4)
        user = nil
        #expect(weak.model == nil)
    }

    @Test func `many swaps and rollbacks leave one model in memory`() async throws {
        let served = try ServedFolder(["default": 1])
        var replaced: [Weak] = []
        for seed in UInt64(2)...12 {
            replaced.append(Weak(served.store.snapshot().models["default"]))
            try served.put(SmallModel.bytes(seed))
            await served.store.reload()
        }
        replaced.append(Weak(served.store.snapshot().models["default"]))
        _ = try await served.store.rollback("default")
        #expect(replaced.allSatisfy { $0.model == nil })
        #expect(served.revision() != nil)
    }

    @Test func `during 200 swaps every answer is that of a model that was active while it was made`() async throws {
        let files = try (1...4).map { try SmallModel.bytes($0) }
        let texts = [
            "", "Write a function that sorts a list", "Докажите теорему", "日本語に翻訳", "hello",
            String(repeating: "summarise this report ", count: 300),
        ]
        var expected: [String: [Prediction]] = [:]
        for file in files {
            let classifier = try SmallModel.classifier(file)
            expected[classifier.revision] = texts.map { classifier.classify($0) }
        }
        try #require(Set(expected.values.map { $0.map(\.probabilities) }).count == files.count)
        let served = try ServedFolder(["default": 1])
        let store = served.store
        // Revision by version of the snapshot; filled by the one task that swaps, before the next swap.
        let history = Mutex<[Int: String]>([store.version: SmallModel.revision(files[0])])
        struct Answer: Sendable {
            var before: Int
            var after: Int
            var revision: String
            var text: Int
            var prediction: Prediction
        }
        let isOver = Atomic<Bool>(false)
        let answers = Mutex<[Answer]>([])
        let threads = DispatchGroup()
        for thread in 0..<8 {
            let worker = Thread {
                var random = SplitMix64(seed: UInt64(thread))
                // As an event loop does: a kept snapshot, renewed when the version is another one.
                var snapshot = store.snapshot()
                var own: [Answer] = []
                while !isOver.load(ordering: .acquiring) || own.isEmpty {
                    let before = store.version
                    if snapshot.version != before { snapshot = store.snapshot() }
                    guard let model = snapshot.models["default"] else { continue }
                    let text = Int.random(in: 0..<texts.count, using: &random)
                    let prediction = model.classifier.classify(texts[text])
                    let answer = Answer(
                        before: before, after: store.version, revision: model.revision, text: text,
                        prediction: prediction)
                    own.append(answer)
                    // Leaves processors to whoever swaps.
                    usleep(200)
                }
                answers.withLock { $0 += own }
                threads.leave()
            }
            threads.enter()
            worker.start()
        }
        var random = SplitMix64(seed: 99)
        var swaps = 0
        while swaps < 200 {
            let version = store.version
            if swaps % 10 == 9 {
                _ = try? await store.rollback("default")
            } else {
                try served.put(files[Int.random(in: 0..<files.count, using: &random)])
                await store.reload()
            }
            guard store.version != version, let revision = served.revision() else { continue }
            history.withLock { $0[store.version] = revision }
            swaps += 1
        }
        isOver.store(true, ordering: .releasing)
        await withCheckedContinuation { continuation in
            threads.notify(queue: .global()) { continuation.resume() }
        }
        let active = history.withLock { $0 }
        let all = answers.withLock { $0 }
        #expect(all.count > 1000)
        #expect(Set(all.map(\.revision)).count > 1)
        var wrong = 0
        for answer in all {
            let wasActive = (answer.before...answer.after).contains { active[$0] == answer.revision }
            if !wasActive || expected[answer.revision]?[answer.text] != answer.prediction { wrong += 1 }
        }
        #expect(wrong == 0)
        #expect(served.log.kinds.allSatisfy { $0 == "activated" || $0 == "rolled_back" })
    }
}
