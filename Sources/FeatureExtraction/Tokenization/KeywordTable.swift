/// Words with a meaning for structure features: function words that betray a language, numerals, units of
/// output length, names of failures.
///
/// An open-addressing table keyed by the token's 64-bit hash, built once. A lookup is one probe in nearly all
/// cases; 64-bit hashes of a few hundred words are taken as distinct from those of all other words.
struct KeywordTable: @unchecked Sendable {
    // Sendable: the memory is written in `init` only and never freed.

    /// Meaning of a word; several may be combined.
    struct Meaning: BitwiseCopyable {
        /// One plus the index in `KeywordTable.languages`, or 0; words of two languages count for neither.
        var language: UInt8 = 0
        /// The number that the word spells, or 0.
        var numeral: UInt16 = 0
        /// Output length of one unit in tenths of a word, or 0.
        var unitTenths: UInt16 = 0
        /// Whether the word names a failure.
        var isFailure: Bool = false
        /// Whether a line of a stack trace may begin with the word.
        var opensStackFrame: Bool = false
    }

    private let hashes: UncheckedBuffer<UInt64>
    private let meanings: UncheckedBuffer<Meaning>
    private static let capacity = 2048

    static let shared = KeywordTable()

    private init() {
        hashes = .zeros(count: Self.capacity)
        meanings = .zeros(count: Self.capacity)
        for (index, entry) in Self.languages.enumerated() {
            update(entry.words) { meaning in
                meaning.language = meaning.language == 0 ? UInt8(index + 1) : 255
            }
        }
        for (word, value) in Self.numerals { update(word) { $0.numeral = value } }
        for (words, tenths) in Self.units { update(words) { $0.unitTenths = tenths } }
        update("at") { $0.opensStackFrame = true }
        update("file") { $0.opensStackFrame = true }
        update(Self.failures) { $0.isFailure = true }
    }

    /// Changes the meaning of each word of `words`, between which stand single spaces.
    private func update(_ words: String, _ change: (inout Meaning) -> Void) {
        // By scalars: to split at characters takes ten times as long, at every start of a program.
        var hash = FeatureHash.token
        for scalar in words.unicodeScalars {
            if scalar == " " {
                update(hash, change)
                hash = FeatureHash.token
            } else {
                hash = FeatureHash.extend(hash, with: UInt64(scalar.value))
            }
        }
        update(hash, change)
    }

    private func update(_ hash: UInt64, _ change: (inout Meaning) -> Void) {
        var index = Int(hash >> 53)
        while hashes[index] != 0, hashes[index] != hash { index = (index + 1) % Self.capacity }
        hashes[index] = hash
        var meaning = meanings[index]
        change(&meaning)
        meanings[index] = meaning
    }

    @inline(__always)
    func meaning(of hash: UInt64) -> Meaning? {
        var index = Int(hash >> 53)
        while true {
            let found = hashes[index]
            if found == hash { return meanings[index] }
            if found == 0 { return nil }
            index = (index &+ 1) & (Self.capacity &- 1)
        }
    }

    /// Languages that are guessed, by their function words, already folded.
    static let languages: [(name: String, words: String)] = [
        ("en", "the of and to is that with for this what how are you my it be have can from your which would should"),
        ("es", "el los las una que por para con cómo qué es del mi está esta hacer puedes más cuál"),
        ("fr", "le les des une est que pour avec dans comment sur je vous moi quelle fais peux quel écris cette"),
        ("de", "der die das und ist ein eine mit für wie ich nicht auf zu mir kann bitte den schreibe welche"),
        ("pt", "os uma que para com não como você em do da um é meu faça qual são escreva por"),
        ("it", "il gli una che per con come sono è di della del mi scrivi quale nel questa cosa puoi"),
        ("nl", "het een van en ik niet voor met hoe wat zijn dat je mijn kun schrijf welke deze"),
        ("pl", "jak nie się na jest czy mi dla co napisz proszę mam który oraz do od"),
        ("tr", "bir ve için nasıl ne bu ile mi bana yaz olan nedir kadar gibi lütfen"),
        ("vi", "của và là cho các một có những được tôi trong không như hãy viết thế"),
        ("id", "yang dan untuk dengan di ini itu dari apa bagaimana saya buat tolong adalah tidak"),
        ("sv", "och att det som en är på hur jag för inte med kan vad skriv"),
        ("ru", "и в не на что как для это мне по напиши почему из пожалуйста есть чтобы"),
        ("uk", "і у не на що як для це мені напиши чому із будь є та який"),
        ("ar", "في من على ما هل كيف هو أن إلى عن لي التي هذا اكتب هي"),
        ("fa", "در به از که این را با برای چه است یک من کنید بنویس چگونه"),
        ("hi", "के का की है में से और को क्या एक कैसे लिए मुझे लिखें हैं"),
        ("he", "של את על מה לי איך זה עם לא אני כתוב יש האם"),
    ]

    private static let numerals: [(String, UInt16)] = [
        ("one", 1), ("two", 2), ("three", 3), ("four", 4), ("five", 5), ("six", 6), ("seven", 7), ("eight", 8),
        ("nine", 9), ("ten", 10), ("twelve", 12), ("twenty", 20), ("thirty", 30), ("fifty", 50), ("hundred", 100),
        ("thousand", 1000), ("dos", 2), ("tres", 3), ("deux", 2), ("trois", 3), ("zwei", 2), ("drei", 3),
    ]

    /// Units of output length, in tenths of a word.
    private static let units: [(String, UInt16)] = [
        (
            "word words palabras mots wörter wörtern parole palavras woorden słów słowa слов слова слів kelime từ kata",
            10
        ),
        ("كلمة کلمه शब्द शब्दों מילים 단어 단어로", 10),
        ("character characters chars caracteres caractères zeichen caratteri символов znaków", 2),
        ("字 文字", 6),
        ("sentence sentences frases phrases sätze sätzen frasi zinnen zdania предложений предложения", 200),
        ("line lines verse verses stanza stanzas", 100),
        ("paragraph paragraphs párrafos paragraphes absätze paragrafi parágrafos абзаца абзацев", 1000),
        ("page pages páginas seiten pagine страниц стр sayfa 페이지", 4000),
        ("chapter chapters capítulos chapitres kapitel capitoli глав", 20000),
        ("minute minutes", 1300),
    ]

    private static let failures =
        "error errors exception traceback segfault stacktrace undefined nullpointerexception typeerror fehler erreur"
}
