/// A text as copies of it are recognised by: width, digits and case folded, runs of white space made one space, none
/// at either end, format characters left out.
///
/// A value is working memory that reads one text after another; the folding is that of `docs/features.md`.
package struct FoldedText: Sendable {
    /// The folded scalars of the last text.
    package private(set) var scalars: [UInt32] = []
    /// Whether the last text has anything that features are made of: a letter, a digit or a symbol.
    package private(set) var hasTokens = false
    private var scriptCounts = [Int](repeating: 0, count: 32)

    package init() {}

    /// Number of the script that most letters of the last text have, 0 where it has none; `scriptNames` names it.
    package var mainScript: Int {
        var best = 0
        for script in 1..<scriptCounts.count where scriptCounts[script] > 0 {
            if best == 0 || scriptCounts[script] > scriptCounts[best] { best = script }
        }
        return best
    }

    /// Names of the scripts that are told apart, by number.
    package static var scriptNames: [String] { ScriptNames.all }

    /// Folds `text`, which is UTF-8; ill-formed parts count as U+FFFD.
    ///
    /// - Complexity: O(bytes).
    package mutating func read(_ text: UnsafeBufferPointer<UInt8>) {
        scalars.removeAll(keepingCapacity: true)
        hasTokens = false
        for script in scriptCounts.indices { scriptCounts[script] = 0 }
        guard let base = text.baseAddress else { return }
        scalars.reserveCapacity(text.count)
        let bytes = UncheckedBuffer(base: UnsafeMutablePointer(mutating: base), count: text.count)
        var index = 0
        var isSpacePending = false
        while index < text.count {
            let (scalar, length) = bytes.decodeScalar(at: index, limit: text.count)
            index += length
            let properties = ScalarProperties(scalar)
            switch properties.classCode {
            case ScalarProperties.Class.ignored.rawValue: continue
            case ScalarProperties.Class.space.rawValue, ScalarProperties.Class.lineBreak.rawValue:
                isSpacePending = !scalars.isEmpty
                continue
            case ScalarProperties.Class.letter.rawValue, ScalarProperties.Class.unspacedLetter.rawValue:
                scriptCounts[properties.script] += 1
                hasTokens = true
            case ScalarProperties.Class.digit.rawValue, ScalarProperties.Class.symbol.rawValue: hasTokens = true
            default: break
            }
            if isSpacePending { scalars.append(0x20) }
            isSpacePending = false
            scalars.append(properties.fold(scalar))
        }
    }
}
