internal import VectorKernels

/// Turns the counts of a request into binned features of the structure family.
struct StructureFeatures<Recorder: FeatureRecorder> {
    var slots: SlotSet
    var recorder: Recorder

    @inline(__always)
    private mutating func add(_ feature: StructureFeature, _ bin: UInt64, _ value: @autoclosure () -> String) {
        let kind = FeatureHash.extend(FeatureHash.family(.structure), with: feature.rawValue)
        let state = FeatureHash.extend(kind, with: bin)
        slots.insert(state)
        if Recorder.isRecording {
            recorder.record(
                slots.slot(of: state), of: .structure, .named("structure:\(feature.name)=\(value())"))
        }
    }

    private mutating func addSize(_ feature: StructureFeature, _ value: Int) {
        let bin = StructureBin.logarithmic(value)
        add(feature, bin, StructureBin.describeLogarithmic(bin))
    }

    private mutating func addShare(_ feature: StructureFeature, _ part: Int, of whole: Int) {
        let bin = StructureBin.share(part, of: whole)
        add(feature, bin, StructureBin.describeShare(bin))
    }

    /// Counts are features only where there is something to count: absence is the rule.
    private mutating func addCount(_ feature: StructureFeature, _ value: Int, upTo limit: Int) {
        guard value > 0 else { return }
        add(feature, StructureBin.count(value, upTo: limit), value >= limit ? "\(limit)+" : "\(value)")
    }

    private mutating func addSizeIfAny(_ feature: StructureFeature, _ value: Int) {
        if value > 0 { addSize(feature, value) }
    }

    /// Features of the whole ask: `bytes` are counted over its full length, the rest inside its window.
    mutating func add(
        bytes: ByteCounts, length: Int, counts: StructureCounts, fenceLanguage: UInt64, isTruncated: Bool
    ) {
        addSize(.bytes, length)
        addSize(.tokens, counts.tokens)
        addSize(.lines, bytes.lineFeeds + 1)
        addSize(.sentences, counts.sentences)
        addShare(.digitShare, bytes.digits, of: length)
        addShare(.capitalShare, bytes.capitals, of: length)
        addShare(.punctuationShare, bytes.punctuation, of: length)
        addShare(.codeSymbolShare, bytes.codeSymbols, of: length)
        addShare(.spaceShare, bytes.spaces, of: length)
        addShare(.nonASCIIShare, bytes.nonASCII, of: length)
        let averageLength = counts.words == 0 ? 0 : min(counts.wordScalars * 2 / counts.words, 24)
        add(.averageWordLength, UInt64(averageLength), "\(Double(averageLength) / 2)")
        addCount(.questionMarks, counts.questionMarks, upTo: 6)
        if counts.lastTokenIsQuestion { add(.endsWithQuestion, 1, "yes") }
        addCount(.codeFences, counts.codeFences, upTo: 6)
        if fenceLanguage != 0 { add(.fenceLanguage, fenceLanguage, "named") }
        addSizeIfAny(.bullets, counts.bullets)
        addSizeIfAny(.numberedItems, counts.numberedItems)
        addCount(.headings, counts.headings, upTo: 4)
        addCount(.quotedLines, counts.quotedLines, upTo: 4)
        addSizeIfAny(.tableLines, counts.tableLines)
        addSizeIfAny(.indentedLines, counts.indentedLines)
        addSizeIfAny(.blankLines, counts.blankLines)
        addSizeIfAny(.csvLines, counts.csvLines)
        addCount(.urls, counts.urls, upTo: 4)
        addCount(.paths, counts.paths, upTo: 6)
        addCount(.stackTraces, counts.stackTraces, upTo: 4)
        addCount(.failureWords, counts.failureWords, upTo: 3)
        addSizeIfAny(.latexCommands, counts.latexCommands)
        addCount(.dollarSigns, bytes.dollars, upTo: 8)
        addCount(.equalsSigns, bytes.equals, upTo: 8)
        addSizeIfAny(.jsonKeys, counts.jsonKeys)
        addSizeIfAny(.numbers, counts.numbers)
        addSizeIfAny(.requestedWords, counts.requestedWords)
        addCount(
            .deliverables, counts.questionMarks + counts.bullets + counts.numberedItems, upTo: 12)
        if isTruncated { add(.truncated, 1, "yes") }
    }

    /// The scripts of most and second most words, and the language guessed from function words.
    mutating func add(scripts: UncheckedBuffer<Int>, languageVotes: UncheckedBuffer<Int>) {
        var first = 0
        var second = 0
        for script in 1..<scripts.count where scripts[script] > 0 {
            if first == 0 || scripts[script] > scripts[first] {
                second = first
                first = script
            } else if second == 0 || scripts[script] > scripts[second] {
                second = script
            }
        }
        if first > 0 { add(.script, UInt64(first), ScriptNames.all[first]) }
        if second > 0 { add(.secondScript, UInt64(second), ScriptNames.all[second]) }
        var language = 0
        for candidate in 1...KeywordTable.languages.count
        where languageVotes[candidate] > languageVotes[language] {
            language = candidate
        }
        if language > 0 { add(.language, UInt64(language), KeywordTable.languages[language - 1].name) }
    }

    /// What surrounds the ask.
    mutating func add(_ surroundings: FeatureSurroundings, contextBytes: Int, documentBytes: Int) {
        if surroundings.turns > 1 { addSize(.turns, surroundings.turns) }
        addSizeIfAny(.tools, surroundings.tools)
        addSizeIfAny(.systemBytes, surroundings.systemBytes)
        addSizeIfAny(.attachments, surroundings.attachments)
        addSizeIfAny(.contextBytes, contextBytes)
        addSizeIfAny(.documentBytes, documentBytes)
    }
}

/// Names of the scripts that the character table tells apart, in its order.
enum ScriptNames {
    static let all = [
        "none", "Latin", "Cyrillic", "Greek", "Arabic", "Hebrew", "Devanagari", "Bengali", "Tamil", "Telugu", "Han",
        "Hiragana", "Katakana", "Hangul", "Thai", "Lao", "Khmer", "Myanmar", "Tibetan", "Georgian", "Armenian",
        "Ethiopic", "Gujarati", "Gurmukhi", "Kannada", "Malayalam", "Sinhala", "Mongolian", "other",
    ]
}
