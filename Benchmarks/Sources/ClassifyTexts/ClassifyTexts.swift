import CAllocationCounter
import Measuring
import TaskType

/// Classifies texts again and again on one thread and prints, as JSON, what was done: the program that counters of
/// instructions are run on.
///
/// Arguments: a weights file, or `default` for the embedded model; a file of texts (`Texts.read`); a number of
/// repetitions, perhaps 0. Whatever happens but once (start, model, first touch of memory, one round that warms up and one
/// that counts allocations) is the same for every number of repetitions, so that the difference between two runs holds
/// classification alone.
@main
struct ClassifyTexts {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let repetitions = Int(arguments[3]), repetitions >= 0 else {
            fail("usage: ClassifyTexts MODEL|default TEXTS REPETITIONS")
        }
        let classifier = try arguments[1] == "default" ? TaskClassifier() : TaskClassifier(contentsOf: arguments[1])
        let texts = Texts.read(arguments[2])
        var round = Round(classifier: classifier, scratch: classifier.makeScratch())
        for text in texts { round.classify(text) }
        // Texts that hold more than what is asked (a transcript, an envelope) are copied to be taken apart.
        var allocating = 0
        for text in texts {
            let before = tasktype_allocation_count()
            round.classify(text)
            if tasktype_allocation_count() > before { allocating += 1 }
        }
        let before = tasktype_allocation_count()
        for _ in 0..<repetitions {
            for text in texts { round.classify(text) }
        }
        let allocations = tasktype_allocation_count() - before
        var figures: [(name: String, value: Double)] = [
            ("texts", Double(texts.count)), ("bytes", Double(texts.reduce(0) { $0 + $1.count })),
            ("repetitions", Double(repetitions)),
        ]
        if tasktype_counts_allocations() != 0 {
            figures += [("allocations", Double(allocations)), ("allocating_texts", Double(allocating))]
        }
        // Depends on every answer, so that none can be optimised away.
        printJSON(figures + [("sum", Double(round.sum))])
    }
}

/// One thread's working memory, and a sum over its answers.
private struct Round: ~Copyable {
    let classifier: TaskClassifier
    var scratch: ClassificationScratch
    var sum = 0

    init(classifier: TaskClassifier, scratch: consuming ClassificationScratch) {
        self.classifier = classifier
        self.scratch = scratch
    }

    mutating func classify(_ text: [UInt8]) {
        text.withUnsafeBufferPointer { sum &+= classifier.score($0, scratch: &scratch).label }
    }
}
