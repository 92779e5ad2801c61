/// The kinds of structure features; raw values are part of the feature definition.
enum StructureFeature: UInt64, CaseIterable {
    case bytes = 1
    case tokens, lines, sentences
    case digitShare, capitalShare, punctuationShare, codeSymbolShare, spaceShare, nonASCIIShare
    case questionMarks, endsWithQuestion
    case codeFences, fenceLanguage, bullets, numberedItems, headings, quotedLines, tableLines, indentedLines
    case urls, paths, stackTraces, failureWords
    case latexCommands, dollarSigns, equalsSigns, jsonKeys, csvLines
    case requestedWords, deliverables
    case script, secondScript, language
    case turns, tools, systemBytes, contextBytes, documentBytes, attachments
    case averageWordLength, numbers, blankLines, truncated

    /// The feature's name in explanations.
    var name: String { "\(self)" }
}

/// Bins of counts and shares, in whole numbers so that all platforms agree.
enum StructureBin {
    /// Two bins an octave: 0, 1, 2, 3, 4-5, 6-7, 8-11, 12-15 and so on.
    @inline(__always)
    static func logarithmic(_ value: Int) -> UInt64 {
        guard value > 0 else { return 0 }
        let exponent = Int.bitWidth - 1 - value.leadingZeroBitCount
        let half = exponent == 0 ? 0 : (value >> (exponent - 1)) & 1
        return UInt64(2 * exponent + half + 1)
    }

    /// Bins of `part / whole`: none, then ever doubling from 1/400.
    @inline(__always)
    static func share(_ part: Int, of whole: Int) -> UInt64 {
        guard part > 0, whole > 0 else { return 0 }
        let permyriad = part * 10_000 / whole
        var bin: UInt64 = 1
        var bound = 25
        while permyriad > bound, bin < 10 {
            bound *= 2
            bin += 1
        }
        return bin
    }

    /// Small counts as they are, larger ones together.
    @inline(__always)
    static func count(_ value: Int, upTo limit: Int) -> UInt64 { UInt64(min(max(value, 0), limit)) }

    /// The values that fall into a logarithmic bin, for people.
    static func describeLogarithmic(_ bin: UInt64) -> String {
        guard bin > 0 else { return "0" }
        let exponent = Int(bin - 1) / 2
        let half = Int(bin - 1) % 2
        if exponent == 0 { return "1" }
        let low = (2 + half) << (exponent - 1)
        let high = ((3 + half) << (exponent - 1)) - 1
        return low == high ? "\(low)" : "\(low)-\(high)"
    }

    /// The shares that fall into a share bin, for people.
    static func describeShare(_ bin: UInt64) -> String {
        guard bin > 0 else { return "0%" }
        let low = bin == 1 ? 0 : 0.25 * Double(1 << (bin - 2))
        let high = 0.25 * Double(1 << (bin - 1))
        return bin == 10 ? "over \(low)%" : "\(low)-\(high)%"
    }
}
