public import Conversation
public import FeatureExtraction

extension FeatureExtractor {
    /// Extracts the features of an ask; training and prediction both come through here.
    public func extract(_ ask: Ask, into scratch: inout FeatureScratch) {
        withUTF8(of: ask) { text, context, document in
            extract(
                ask: text, context: context, document: document, surroundings: FeatureSurroundings(ask),
                into: &scratch)
        }
    }

    /// Extracts and names the features of an ask.
    func describe(_ ask: Ask, into scratch: inout FeatureScratch) -> [NamedFeature] {
        withUTF8(of: ask) { text, context, document in
            describe(
                ask: text, context: context, document: document, surroundings: FeatureSurroundings(ask),
                into: &scratch)
        }
    }

    private func withUTF8<Result>(
        of ask: Ask,
        _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        var (text, context) = (ask.text, ask.context)
        // What a document looks like is a word of it that no text has: version 1 of the features has no other place.
        var document = DocumentKind(ask.document).map { "kind_\($0.rawValue)_\n" + ask.document } ?? ask.document
        return text.withUTF8 { text in
            context.withUTF8 { context in document.withUTF8 { document in body(text, context, document) } }
        }
    }
}

extension FeatureSurroundings {
    /// The counts of an ask.
    init(_ ask: Ask) {
        self.init(
            turns: ask.turnCount, tools: ask.toolCount, systemBytes: ask.systemByteCount,
            attachments: ask.attachmentCount)
    }
}
