/// Texts with noise, from a generator alone.
struct NoisyText {
    private let noise: TrainingNoise
    private let kinds: [TrainingNoise.Kind]
    private var generator: SeededGenerator

    /// Texts with some of the kinds of `noise`, the same for the same seed.
    init(_ noise: TrainingNoise, seed: UInt64) {
        self.noise = noise
        kinds = TrainingNoise.Kind.allCases.filter(noise.kinds.contains)
        generator = SeededGenerator(seed: seed)
    }

    /// `text` with each kind at even odds, and with at least one; nil where it stays as it is, or nothing is left.
    ///
    /// - Complexity: O(characters).
    mutating func copy(of text: String) -> String? {
        let characters = Array(text)
        // By chance an error may change nothing, or a kind find nothing to change.
        for _ in 0..<Self.tries {
            let changed = changed(characters)
            if changed != characters, changed.contains(where: { !$0.isWhitespace }) { return String(changed) }
        }
        return nil
    }

    private static let tries = 6

    private mutating func changed(_ characters: [Character]) -> [Character] {
        var chosen = kinds.filter { _ in generator.next() & 1 == 0 }
        if chosen.isEmpty { chosen = [kinds[draw(below: kinds.count)]] }
        var characters = characters
        for kind in chosen {
            switch kind {
            case .typos: addTypos(to: &characters)
            case .punctuation: removePunctuation(from: &characters)
            case .casing: changeCase(of: &characters)
            }
        }
        return characters
    }

    // MARK: Typing errors

    /// Makes errors in letters and spaces drawn at random; some copies have few of them, some many.
    private mutating func addTypos(to characters: inout [Character]) {
        let rate = noise.typoRate * [0.4, 1, 1.6][draw(below: 3)]
        let places = characters.indices.filter { characters[$0].isLetter || characters[$0] == " " }
        guard !places.isEmpty else { return }
        let count = min(places.count, max(1, Int((Double(characters.count) * rate).rounded())))
        // Places of one character each in `pieces`: what an error adds does not move those of the others.
        var pieces = characters.map { [$0] }
        for _ in 0..<count { makeError(at: places[draw(below: places.count)], in: &pieces) }
        characters = pieces.flatMap(\.self)
    }

    private mutating func makeError(at place: Int, in pieces: inout [[Character]]) {
        // Hit before: one error a place.
        guard pieces[place].count == 1 else { return }
        let character = pieces[place][0]
        if character == " " {
            pieces[place] = []
            return
        }
        switch draw(below: 10) {
        case 0, 1, 2:
            let next = place + 1
            guard next < pieces.count, pieces[next].count == 1, pieces[next][0].isLetter else { return }
            pieces.swapAt(place, next)
        case 3, 4: pieces[place] = []
        case 5: pieces[place] = [character, character]
        case 6: if let near = neighbour(of: character) { pieces[place] = [near] }
        case 7: if let near = neighbour(of: character) { pieces[place] = [character, near] }
        case 8: if character.isASCII { pieces[place] = [Self.letters[draw(below: Self.letters.count)]] }
        default: pieces[place] = [character, " "]
        }
    }

    private static let letters = Array("abcdefghijklmnopqrstuvwxyz")
    private static let keyboard = ["qwertyuiop", "asdfghjkl", "zxcvbnm"].map(Array.init)

    /// A letter whose key touches that of `character` on an English keyboard; nil for letters that have no key there.
    private mutating func neighbour(of character: Character) -> Character? {
        let small = Character(character.lowercased())
        for (row, keys) in Self.keyboard.enumerated() {
            guard let column = keys.firstIndex(of: small) else { continue }
            var near: [Character] = []
            for other in max(0, row - 1)...min(Self.keyboard.count - 1, row + 1) {
                for place in max(0, column - 1)...column + 1
                where place < Self.keyboard[other].count && (other, place) != (row, column) {
                    near.append(Self.keyboard[other][place])
                }
            }
            let drawn = near[draw(below: near.count)]
            return character.isUppercase ? Character(drawn.uppercased()) : drawn
        }
        return nil
    }

    // MARK: Punctuation and case

    private mutating func removePunctuation(from characters: inout [Character]) {
        switch draw(below: 4) {
        case 0: characters.removeAll { Self.sentenceMarks.contains($0) }
        case 1: characters.removeAll { Self.isPunctuation($0) }
        default: characters.removeAll { Self.isPunctuation($0) && !Self.inWords.contains($0) }
        }
    }

    private static let sentenceMarks = Set(".,;:!?¿¡…。，、；：！？؟،।")
    /// Marks that careless writers keep more often than others, since they belong to words.
    private static let inWords = Set("'’-_")

    /// Whether Unicode counts it as punctuation; symbols such as + and = are none.
    private static func isPunctuation(_ character: Character) -> Bool { character.isPunctuation }

    private mutating func changeCase(of characters: inout [Character]) {
        let isLoud = draw(below: 8) == 0
        characters = characters.flatMap { Array(isLoud ? $0.uppercased() : $0.lowercased()) }
    }

    private mutating func draw(below count: Int) -> Int { Int(generator.next() >> 33) % count }
}
