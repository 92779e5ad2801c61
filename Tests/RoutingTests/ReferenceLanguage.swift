// A wrong assumption should end the test.
// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import Foundation

/// The language of a text by the word lists of docs/features.md, read from the document itself.
enum ReferenceLanguage {
    /// Languages in the document's order, each with its words.
    private static let languages: [(name: String, words: Set<String>)] = {
        let text = try! String(contentsOfFile: SamplePolicies.root + "/docs/features.md", encoding: .utf8)
        // | 4 | de (German) | der die das … |
        return text.matches(of: #/\n\| \d+ \| (\w\w) \([^)|]+\) \| ([^|\n]+) \|/#).map {
            (String($0.1), Set($0.2.split(separator: " ").map(String.init)))
        }
    }()

    /// The language with most words, of several the first.
    ///
    /// A word of two languages counts for neither.
    static func of(_ text: String) -> String? {
        precondition(languages.count > 10)
        var votes = [Int](repeating: 0, count: languages.count)
        for word in text.lowercased().split(whereSeparator: { !$0.isLetter }) {
            let speakers = languages.indices.filter { languages[$0].words.contains(String(word)) }
            if speakers.count == 1 { votes[speakers[0]] += 1 }
        }
        guard let most = votes.max(), most > 0 else { return nil }
        return languages[votes.firstIndex(of: most)!].name
    }
}
