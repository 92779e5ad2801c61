internal import Conversation
internal import Samples
internal import TaskType

extension TrainingNoise {
    /// What is asked in a noisy copy of a sample; nil where noise leaves it as it is.
    ///
    /// Of a conversation, or of a text that holds more than what is asked, what is asked alone is written carelessly:
    /// what harnesses and documents say comes from programs and from print. A plain text is read again afterwards, since
    /// a misspelt greeting may no longer pass for one.
    ///
    /// - Parameters:
    ///   - ask: What is asked in the sample.
    ///   - key: Seed and hash of the sample, so that it has the same copy wherever it stands.
    func ask(of sample: Sample, _ ask: Ask, key: UInt64) -> Ask? {
        var text = NoisyText(self, seed: key)
        if case .text(let whole) = sample.request, ask.document.isEmpty, ask.context.isEmpty, ask.housekeeping == nil {
            return text.copy(of: whole).map { Ask(.text($0)) }
        }
        var copy = ask
        guard let noisy = text.copy(of: ask.text) else { return nil }
        copy.text = noisy
        return copy
    }
}
