import CAllocationCounter
import Conversation
import TestSupport
import Testing

@testable import TaskType

/// Allocations of this thread while `body` runs.
private func allocations(_ body: () -> Void) -> Int {
    let before = tasktype_allocation_count()
    body()
    return Int(tasktype_allocation_count() - before)
}

@Suite("Allocations")
struct AllocationTests {
    /// Unoptimised code allocates where the optimiser would not, so only a release build can keep the promise.
    static let canBeJudged = tasktype_counts_allocations() != 0 && !_isDebugAssertConfiguration()

    @Test(
        "The counter sees an allocation",
        .enabled(
            if: tasktype_counts_allocations() != 0,
            "allocations are counted with glibc and without sanitizers"))
    func counter() {
        let count = allocations { UnsafeMutablePointer<Int>.allocate(capacity: 1000).deallocate() }
        #expect(count == 1)
    }

    @Test(
        "Scoring a text allocates nothing once its scratch is warm, with a calibration matrix or without",
        .enabled(if: canBeJudged, "judged in release builds: swift test -c release"),
        arguments: ModelParts.allCases, [false, true])
    func scoring(parts: ModelParts, isMixed: Bool) throws {
        var model = RandomModel.make(parts, seed: 1)
        if isMixed { model.calibration = RandomModel.dirichlet(model.calibration, seed: 3) }
        let classifier = try RandomModel.classifier(model, precision: .int8)
        // What carries an envelope is taken apart, which needs memory.
        let texts = RandomTexts.make(100, seed: 2).map { Array($0.utf8) }
            .filter { !classifier.askExtractor.mayDivide($0.span) }
        #expect(texts.count > 50)
        var scratch = classifier.makeScratch()
        _ = texts[0].withUnsafeBufferPointer { classifier.score($0, scratch: &scratch) }
        var confidence: Float = 0
        for text in texts {
            let count = text.withUnsafeBufferPointer { buffer in
                allocations { confidence += classifier.score(buffer, scratch: &scratch).confidence }
            }
            #expect(count == 0, "\(text.count) bytes")
        }
        #expect(confidence > 0)
    }
}
