internal import VectorKernels

/// Turns the texts of a request into hashed features, as defined in `docs/features.md`.
///
/// Immutable and shared between threads; each thread brings its own `FeatureScratch`.
public struct FeatureExtractor: Sendable {
    /// The settings that decide which features there are.
    public let settings: FeatureSettings
    private let keywords: KeywordTable
    private let letters: LetterTable
    private let used: UsedFamilies

    /// An extractor for `settings`, which must be valid (`FeatureSettings.problem` is nil).
    ///
    /// - Parameter leavesOutUnused: Whether families whose weight is 0 (characters, opening, closing and structure) are
    ///   given no features: nothing follows from them in a prediction, where training may yet give them another weight.
    public init(settings: FeatureSettings = FeatureSettings(), leavesOutUnused: Bool = false) {
        if let problem = settings.problem { preconditionFailure(problem) }
        self.settings = settings
        keywords = .shared
        letters = .shared
        used = leavesOutUnused ? UsedFamilies(settings) : .all
    }

    /// Extracts the features of a request into `scratch`, which must have been made with equal settings.
    ///
    /// - Complexity: O(bytes inside the windows) plus one pass at memory speed over the whole ask. Allocates nothing.
    public func extract(
        ask: UnsafeBufferPointer<UInt8>,
        context: UnsafeBufferPointer<UInt8> = UnsafeBufferPointer(start: nil, count: 0),
        document: UnsafeBufferPointer<UInt8> = UnsafeBufferPointer(start: nil, count: 0),
        surroundings: FeatureSurroundings = FeatureSurroundings(),
        into scratch: inout FeatureScratch
    ) {
        _ = run(ask, context, document, surroundings, &scratch, NoRecorder())
    }

    /// Extracts and names every feature: the same slots as `extract`, each with every place it stands at.
    public func describe(
        ask: UnsafeBufferPointer<UInt8>,
        context: UnsafeBufferPointer<UInt8> = UnsafeBufferPointer(start: nil, count: 0),
        document: UnsafeBufferPointer<UInt8> = UnsafeBufferPointer(start: nil, count: 0),
        surroundings: FeatureSurroundings = FeatureSurroundings(),
        into scratch: inout FeatureScratch
    ) -> [NamedFeature] {
        let list = run(ask, context, document, surroundings, &scratch, FeatureList())
        return list.entries.map { entry in
            let text = entry.family == .context ? context : entry.family == .document ? document : ask
            return NamedFeature(family: entry.family, slot: entry.slot, name: entry.name.resolved(in: text))
        }
    }

    private func run<Recorder: FeatureRecorder>(
        _ ask: UnsafeBufferPointer<UInt8>, _ context: UnsafeBufferPointer<UInt8>,
        _ document: UnsafeBufferPointer<UInt8>, _ surroundings: FeatureSurroundings,
        _ scratch: inout FeatureScratch, _ recorder: Recorder
    ) -> Recorder {
        precondition(scratch.settings == settings, "the scratch was made for other feature settings")
        scratch.reset()
        var recorder = recorder
        let (counts, fenceLanguage) = read(
            ask, as: .ask, family: .words, window: settings.askWindow, &scratch, &recorder)
        scratch.tokenCount = counts.tokens
        let isTruncated = scratch.isTruncated
        if !context.isEmpty {
            _ = read(context, as: .context, family: .context, window: settings.otherWindow, &scratch, &recorder)
        }
        if !document.isEmpty {
            _ = read(document, as: .document, family: .document, window: settings.otherWindow, &scratch, &recorder)
        }
        guard used.structure else { return recorder }
        let family = FeatureFamily.structure.rawValue
        var structure = StructureFeatures(slots: scratch.families[family], recorder: recorder)
        structure.add(
            bytes: ByteCounts(ask), length: ask.count, counts: counts, fenceLanguage: fenceLanguage,
            isTruncated: isTruncated)
        structure.add(scripts: scratch.scriptCounts, languageVotes: scratch.languageVotes)
        structure.add(surroundings, contextBytes: context.count, documentBytes: document.count)
        scratch.families[family] = structure.slots
        return structure.recorder
    }

    /// Reads one text inside its window; only the ask feeds characters, opening, closing and counts.
    private func read<Recorder: FeatureRecorder>(
        _ text: UnsafeBufferPointer<UInt8>, as role: TextPass<Recorder>.Role, family: FeatureFamily, window: Int,
        _ scratch: inout FeatureScratch, _ recorder: inout Recorder
    ) -> (StructureCounts, fenceLanguage: UInt64) {
        guard let base = text.baseAddress, !text.isEmpty else { return (StructureCounts(), 0) }
        let families = scratch.families
        var pass = TextPass(
            text: UncheckedBuffer(base: UnsafeMutablePointer(mutating: base), count: text.count),
            role: role, family: family, seed: FeatureHash.family(family),
            maximumWordOrder: role == .ask
                ? settings.maximumWordOrder : min(settings.maximumWordOrder, role == .context ? 2 : 1),
            characterOrders: settings.characterOrders, keywords: keywords, used: used,
            countsStructure: role == .ask && used.structure,
            word: scratch.word, wordOffsets: scratch.wordOffsets, scriptCounts: scratch.scriptCounts,
            languageVotes: scratch.languageVotes, recentTokens: scratch.recentTokens,
            recentOffsets: scratch.recentOffsets, coverageKeys: scratch.coverageKeys,
            candidates: scratch.candidates, readWords: scratch.readWords, textNumber: scratch.textNumber,
            letters: letters,
            words: families[family.rawValue], characters: families[FeatureFamily.characters.rawValue],
            opening: families[FeatureFamily.opening.rawValue], closing: families[FeatureFamily.closing.rawValue],
            coverageKeyCount: scratch.coverageKeyCount, recorder: recorder)
        pass.startChain()
        let window = TextWindow(of: pass.text, limit: window)
        pass.read(window.head)
        if window.isTruncated {
            pass.breakLine()
            pass.read(window.tail)
            scratch.isTruncated = true
        }
        if pass.sentenceMayEnd { pass.endSentence() }
        pass.counts.endLine()
        families[family.rawValue] = pass.words
        if role == .ask {
            if used.closing { pass.addClosing() }
            pass.insertCandidates()
            families[FeatureFamily.characters.rawValue] = pass.characters
            families[FeatureFamily.opening.rawValue] = pass.opening
            families[FeatureFamily.closing.rawValue] = pass.closing
            scratch.coverageKeyCount = pass.coverageKeyCount
        }
        recorder = pass.recorder
        return (pass.counts, pass.fenceLanguageState)
    }
}

/// A feature of a request, with the place it stands at in the request's own words.
public struct NamedFeature: Sendable, Equatable {
    /// The family whose table holds the feature's weights.
    public let family: FeatureFamily
    /// `bucket << 1 | sign` in that table.
    public let slot: UInt32
    /// For people: `word:write a`, `word:^write`, `chars:<pyt`, `opening[0]:write`, `structure:lines=4-5`.
    public let name: String
}

extension FeatureName {
    func resolved(in text: UnsafeBufferPointer<UInt8>) -> String {
        switch self {
        case .named(let name): return name
        case .text(let detail, let start, let end, let mark):
            let words = String(decoding: text[start..<max(start, end)], as: UTF8.self)
            switch mark {
            case .border: return "\(detail):^\(words)"
            case .shape:
                let digits = words.unicodeScalars.count { $0.properties.numericType == .decimal }
                return "\(detail):<\(digits < 9 ? "\(digits)" : "9+")d>"
            case nil: break
            }
            if detail.hasPrefix("chars") {
                let borders = detail.dropFirst(5)
                return "chars:" + (borders.contains("<") ? "<" : "") + words + (borders.contains(">") ? ">" : "")
            }
            return "\(detail):\(words)"
        }
    }
}
