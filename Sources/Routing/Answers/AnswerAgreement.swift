/// How far two answers say the same.
///
/// The F1 measure over words, as evaluations of question answering use it (Rajpurkar et al. 2016, "SQuAD"): of the words
/// of both, with repetitions, the share that they have in common. Case and punctuation do not count; a Chinese or
/// Japanese ideograph is a word. It sees different figures and names, and does not see a "not".
enum AnswerAgreement {
    /// From 0 to 1; O(length of both).
    static func share(_ one: String, _ other: String) -> Double {
        let (first, second) = (words(of: one), words(of: other))
        if first.isEmpty || second.isEmpty {
            return one.filter { !$0.isWhitespace } == other.filter { !$0.isWhitespace } ? 1 : 0
        }
        var counts: [String: Int] = [:]
        for word in first { counts[word, default: 0] += 1 }
        var common = 0
        for word in second {
            guard let count = counts[word], count > 0 else { continue }
            counts[word] = count - 1
            common += 1
        }
        return 2 * Double(common) / Double(first.count + second.count)
    }

    private static func words(of text: String) -> [String] {
        var words: [String] = []
        var word = String.UnicodeScalarView()
        func end() {
            if !word.isEmpty { words.append(String(word)) }
            word.removeAll(keepingCapacity: true)
        }
        for scalar in text.lowercased().unicodeScalars {
            let properties = scalar.properties
            if properties.isIdeographic {
                end()
                words.append(String(scalar))
            } else if properties.isAlphabetic || properties.numericType != nil {
                word.append(scalar)
            } else {
                end()
            }
        }
        end()
        return words
    }
}
