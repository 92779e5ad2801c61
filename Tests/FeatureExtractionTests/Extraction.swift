@testable import FeatureExtraction

/// Everything that an extraction gives, as a value.
struct Extraction: Equatable {
    var slots: [[UInt32]]
    var coverageKeys: [UInt32]
    var tokenCount: Int
    var isTruncated: Bool

    subscript(family: FeatureFamily) -> [UInt32] { slots[family.rawValue] }

    init(_ scratch: borrowing FeatureScratch) {
        slots = []
        for family in FeatureFamily.allCases { slots.append(scratch.withSlots(of: family) { Array($0) }) }
        coverageKeys = scratch.withCoverageKeys { Array($0) }
        tokenCount = scratch.tokenCount
        isTruncated = scratch.isTruncated
    }
}

/// The texts and counts of one extraction.
struct ExtractionInput {
    var ask: [UInt8] = []
    var context: [UInt8] = []
    var document: [UInt8] = []
    var surroundings = FeatureSurroundings()

    init(_ text: String) { ask = Array(text.utf8) }
    init(_ bytes: [UInt8]) { ask = bytes }

    func extract(with extractor: FeatureExtractor, into scratch: inout FeatureScratch) -> Extraction {
        withBuffers { ask, context, document in
            extractor.extract(
                ask: ask, context: context, document: document, surroundings: surroundings, into: &scratch)
        }
        return Extraction(scratch)
    }

    func extract(_ settings: FeatureSettings = FeatureSettings()) -> Extraction {
        var scratch = FeatureScratch(settings: settings)
        return extract(with: FeatureExtractor(settings: settings), into: &scratch)
    }

    func describe(_ settings: FeatureSettings = FeatureSettings()) -> [NamedFeature] {
        var scratch = FeatureScratch(settings: settings)
        return withBuffers { ask, context, document in
            FeatureExtractor(settings: settings).describe(
                ask: ask, context: context, document: document, surroundings: surroundings, into: &scratch)
        }
    }

    private func withBuffers<Result>(
        _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        ask.withUnsafeBufferPointer { ask in
            context.withUnsafeBufferPointer { context in
                document.withUnsafeBufferPointer { document in body(ask, context, document) }
            }
        }
    }
}

/// Names of the features of a text in one family, in order, repetitions included.
func names(_ text: String, _ family: FeatureFamily, _ settings: FeatureSettings = FeatureSettings())
    -> [String]
{
    ExtractionInput(text).describe(settings).filter { $0.family == family }.map(\.name)
}

/// Structure features of a text: `["lines": "1", …]`.
func structure(_ input: ExtractionInput) -> [String: String] {
    var values: [String: String] = [:]
    for feature in input.describe() where feature.family == .structure {
        let parts = feature.name.dropFirst("structure:".count).split(separator: "=", maxSplits: 1)
        values[String(parts[0])] = String(parts[1])
    }
    return values
}

func structure(_ text: String) -> [String: String] { structure(ExtractionInput(text)) }
