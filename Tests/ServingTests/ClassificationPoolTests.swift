import Conversation
import NIOPosix
import TaskType
import TestSupport
import Testing

@testable import Serving

@Suite struct ClassificationPoolTests {
    private func withPool<Result>(
        _ configure: (inout ServiceConfiguration.Classification) -> Void,
        _ body: (ClassificationPool) async throws -> Result
    ) async throws -> Result {
        var configuration = ServiceConfiguration.Classification()
        configuration.threads = 3
        configure(&configuration)
        let pool = ClassificationPool(configuration, timers: MultiThreadedEventLoopGroup.singleton)
        let result = try await body(pool)
        try await pool.shutdown()
        return result
    }

    @Test func `many batches at once keep their own orders`() async throws {
        let model = ServedModel(name: "default", classifier: try TaskClassifier())
        try await withPool({ _ in }) { pool in
            var generator = SplitMix64(seed: 3)
            let texts = (0..<200).map { _ in "request number \(Int.random(in: 0...1000, using: &generator)) of the day"
            }
            let expected = texts.map { model.classifier.classify($0) }
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for count in [1, 2, 3, 7, 50, 199, 200] {
                    group.addTask {
                        let (outcomes, late) = try await pool.classify(
                            texts.prefix(count).map { .text($0) }, needs: OutcomeNeeds(), model: model)
                        return late == 0 && outcomes.map(\.prediction) == Array(expected.prefix(count))
                    }
                }
                for try await isRight in group { #expect(isRight) }
            }
            #expect(pool.depth == 0)
        }
    }

    @Test func `a call whose time is up is answered with the default label for what is missing`() async throws {
        let model = ServedModel(name: "default", classifier: try TaskClassifier())
        let long = String(repeating: "What is the sum of these numbers? 1 2 3 4 5. ", count: 20_000)
        try await withPool({
            $0.timeLimit = 0.02
            $0.defaultLabel = "complex"
        }) { pool in
            let inputs = Array(repeating: Request.text(long), count: 2000)
            let (outcomes, late) = try await pool.classify(inputs, needs: OutcomeNeeds(), model: model)
            #expect(outcomes.count == 2000 && late > 0)
            #expect(outcomes.count { $0.prediction.source == .default } == late)
        }
    }

    @Test func `beyond its capacity the pool refuses, and takes calls again afterwards`() async throws {
        let model = ServedModel(name: "default", classifier: try TaskClassifier())
        let long = String(repeating: "words and more words ", count: 50_000)
        try await withPool({
            $0.queue = 2
            $0.threads = 1
            $0.timeLimit = 60
        }) { pool in
            let refusals = await withTaskGroup(of: WireError?.self) { group in
                for _ in 0..<40 {
                    group.addTask {
                        do throws(WireError) {
                            _ = try await pool.classify(
                                Array(repeating: .text(long), count: 50), needs: OutcomeNeeds(), model: model)
                            return nil
                        } catch {
                            return error
                        }
                    }
                }
                return await group.reduce(into: [WireError]()) { if let error = $1 { $0.append(error) } }
            }
            #expect(!refusals.isEmpty && refusals.allSatisfy { $0.status == 503 && $0.retryAfter != nil })
            let (outcomes, _) = try await pool.classify([.text("hello")], needs: OutcomeNeeds(), model: model)
            #expect(outcomes.count == 1)
        }
    }
}
