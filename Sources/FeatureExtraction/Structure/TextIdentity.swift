extension FeatureScratch {
    /// The script of most words of the last ask, by its name in docs/features.md; nil where no word has one.
    package var mostUsedScript: String? {
        var best = 0
        for script in 1..<scriptCounts.count where scriptCounts[script] > 0 {
            if best == 0 || scriptCounts[script] > scriptCounts[best] { best = script }
        }
        return best > 0 && best < ScriptNames.all.count ? ScriptNames.all[best] : nil
    }

    /// The language that most function words of the last ask belong to, as `en`; nil where there are none.
    package var guessedLanguage: String? {
        var best = 0
        for candidate in 1...KeywordTable.languages.count where languageVotes[candidate] > languageVotes[best] {
            best = candidate
        }
        return best > 0 ? KeywordTable.languages[best - 1].name : nil
    }

    /// Names of all scripts and languages that the two above can give.
    package static var identities: (scripts: [String], languages: [String]) {
        (Array(ScriptNames.all.dropFirst()), KeywordTable.languages.map { $0.name })
    }
}
