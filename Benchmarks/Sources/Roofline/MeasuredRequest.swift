import FeatureExtraction
import TaskType

/// A request with all that its stages need, found once.
struct MeasuredRequest {
    let text: [UInt8]
    /// The request, where the text holds more than what is asked (a transcript, an envelope).
    let divided: TaskType.Request?
    /// Place of what is asked in a text that is not divided.
    let asked: Range<Int>

    init(_ text: [UInt8], _ classifier: TaskClassifier) {
        self.text = text
        let isDivided = text.withUnsafeBufferPointer { classifier.askExtractor.mayDivide($0.span) }
        divided = isDivided ? .text(String(decoding: text, as: UTF8.self)) : nil
        asked = isDivided ? 0..<0 : text.withUnsafeBufferPointer { classifier.askExtractor.askedRange(of: $0.span) }
    }

    /// Extracts the features of what is asked, which is found already where that needs no copy.
    @inline(__always)
    func extract(_ classifier: TaskClassifier, _ extractor: FeatureExtractor, into scratch: inout FeatureScratch) {
        if let divided {
            extractor.extract(classifier.askExtractor.ask(of: divided), into: &scratch)
        } else {
            text.withUnsafeBufferPointer {
                extractor.extract(ask: UnsafeBufferPointer(rebasing: $0[asked]), into: &scratch)
            }
        }
    }
}
