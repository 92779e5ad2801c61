internal import FeatureExtraction

/// Script and language of a text, by the classifier's own tokeniser.
struct TextTraits {
    let script: String?
    let language: String?

    /// Single words and their letters are all that is needed.
    private static let settings = FeatureSettings(
        bucketBits: [4, 4, 4, 4, 4, 4, 4], maximumWordOrder: 1, characterOrders: 1...1, askWindow: 2048, otherWindow: 64
    )

    init(of text: String) {
        var text = text
        var scratch = FeatureScratch(settings: Self.settings)
        let extractor = FeatureExtractor(settings: Self.settings)
        text.withUTF8 { extractor.extract(ask: $0, into: &scratch) }
        script = scratch.mostUsedScript
        language = scratch.guessedLanguage
    }

    /// Names that a policy may use.
    static var known: (scripts: [String], languages: [String]) { FeatureScratch.identities }
}
