import Dispatch
import Synchronization
import TestSupport
import Testing

@testable import TaskType

@Suite("Many threads")
struct ConcurrencyTests {
    @Test("Thousands of calls from many threads give the answers of one", arguments: ModelParts.allCases)
    func manyThreads(parts: ModelParts) throws {
        let classifier = try RandomModel.classifier(RandomModel.make(parts, seed: 1), precision: .int8)
        let texts = RandomTexts.make(49, seed: 2)
        let expected = texts.map { classifier.classify($0) }
        let explained = texts.map { classifier.explain(.text($0)) }
        let wrong = Atomic<Int>(0)
        let calls = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: 32) { worker in
            var random = SplitMix64(seed: UInt64(worker))
            for call in 0..<150 {
                let index = Int.random(in: 0..<texts.count, using: &random)
                if classifier.classify(texts[index]) != expected[index] { wrong.add(1, ordering: .relaxed) }
                if call % 10 == 0, classifier.explain(.text(texts[index])) != explained[index] {
                    wrong.add(1, ordering: .relaxed)
                }
                calls.add(1, ordering: .relaxed)
            }
        }
        #expect(wrong.load(ordering: .relaxed) == 0)
        #expect(calls.load(ordering: .relaxed) == 32 * 150)
    }

    @Test("Tasks of a group, which move between threads, give the answers of one")
    func tasks() async throws {
        let classifier = try RandomModel.classifier(RandomModel.make(.average, seed: 3))
        let texts = RandomTexts.make(49, seed: 4)
        let expected = texts.map { classifier.classify($0) }
        let wrong = await withTaskGroup(of: Int.self) { group in
            for task in 0..<100 {
                group.addTask {
                    var wrong = 0
                    for step in texts.indices {
                        let index = (step * 7 + task) % texts.count
                        if classifier.classify(texts[index]) != expected[index] { wrong += 1 }
                        await Task.yield()
                    }
                    return wrong
                }
            }
            return await group.reduce(0, +)
        }
        #expect(wrong == 0)
    }

    @Test("More borrowers than the pool has places each get a scratch of their own, and it is used again")
    func pool() {
        let model = RandomModel.make(.linear, seed: 5)
        let pool = ScratchPool()
        func borrow(_ depth: Int, _ held: Set<UnsafeMutablePointer<Float>>) -> Set<
            UnsafeMutablePointer<Float>
        > {
            if depth == 0 { return held }
            return pool.withScratch(for: model) { scratch in
                guard let base = scratch.logits.baseAddress else { return held }
                #expect(!held.contains(base))
                return borrow(depth - 1, held.union([base]))
            }
        }
        let first = borrow(80, [])
        #expect(first.count == 80)
        let second = borrow(64, [])
        #expect(second.isSubset(of: first))
    }
}
