internal import FeatureExtraction

/// Requests as sparse unit vectors of hashed words and character n-grams, to tell how different they are.
struct SparseFeatures: Sendable {
    /// One request: its slots and what each weighs.
    struct Vector: Sendable {
        /// `dimension << 1 | sign`.
        var slots: [UInt32] = []
        var wordCount = 0
        var wordWeight: Float = 0
        var characterWeight: Float = 0

        /// Inner product with a vector that is spread out over all dimensions.
        func product(_ dense: UnsafePointer<Float>) -> Float {
            var words: Float = 0
            var characters: Float = 0
            for (position, slot) in slots.enumerated() {
                let value = dense[Int(slot >> 1)]
                let signed = slot & 1 == 1 ? -value : value
                if position < wordCount { words += signed } else { characters += signed }
            }
            return wordWeight * words + characterWeight * characters
        }

        /// Adds `factor` times the vector to one that is spread out.
        func add(to dense: UnsafeMutablePointer<Float>, factor: Float) {
            for (position, slot) in slots.enumerated() {
                let weight = (position < wordCount ? wordWeight : characterWeight) * factor
                dense[Int(slot >> 1)] += slot & 1 == 1 ? -weight : weight
            }
        }
    }

    private static let bits = 14
    /// Dimensions of the space.
    static let dimensions = 2 << bits

    private let extractor: FeatureExtractor

    init() {
        var settings = FeatureSettings()
        settings.bucketBits = [Self.bits, Self.bits, 4, 4, 4, 4, 4]
        // Two kilobytes tell what a request is about.
        settings.askWindow = 2048
        extractor = FeatureExtractor(settings: settings)
    }

    /// The vectors of texts.
    func vectors(_ texts: [[UInt8]], threads: Int) -> [Vector] {
        let chunk = 64
        let extractor = extractor
        return concurrentMap((texts.count + chunk - 1) / chunk, threads: threads) { part in
            var scratch = FeatureScratch(settings: extractor.settings)
            return texts[part * chunk..<min((part + 1) * chunk, texts.count)].map { text in
                text.withUnsafeBufferPointer { extractor.extract(ask: $0, into: &scratch) }
                return Self.vector(scratch)
            }
        }.flatMap(\.self)
    }

    private static func vector(_ scratch: borrowing FeatureScratch) -> Vector {
        var vector = Vector()
        scratch.withSlots(of: .words) { vector.slots += $0 }
        vector.wordCount = vector.slots.count
        scratch.withSlots(of: .characters) { slots in vector.slots += slots.map { $0 + UInt32(2 << bits) } }
        let characterCount = vector.slots.count - vector.wordCount
        // Both kinds together have length 1, each half of it where both are there.
        let share: Float = vector.wordCount > 0 && characterCount > 0 ? 0.5 : 1
        if vector.wordCount > 0 { vector.wordWeight = (share / Float(vector.wordCount)).squareRoot() }
        if characterCount > 0 { vector.characterWeight = (share / Float(characterCount)).squareRoot() }
        return vector
    }
}
