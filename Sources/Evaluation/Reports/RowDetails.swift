/// What a report may say about single rows, beyond their labels and probabilities.
///
/// Reports are sent around, so texts are in here only where the person who makes the report asks for them.
public struct RowDetails: Sendable {
    /// What each row is called, such as its id or its place in the data; empty where rows have only numbers.
    public var names: [String]
    /// Texts of rows, by position; shortened where they are shown.
    public var texts: [Int: String]
    /// Why rows were answered as they were, by position.
    public var explanations: [Int: RowExplanation]

    /// Details of rows.
    public init(names: [String] = [], texts: [Int: String] = [:], explanations: [Int: RowExplanation] = [:]) {
        self.names = names
        self.texts = texts
        self.explanations = explanations
    }

    /// The row's name, or its number where it has none.
    func name(of row: Int) -> String {
        guard row < names.count, !names[row].isEmpty else { return "row \(row)" }
        return names[row]
    }

    /// The row's text, shortened, or nil where texts are not shown.
    func excerpt(of row: Int) -> String? { texts[row].map { Self.excerpt(of: $0) } }

    /// Head and tail of a text with white space collapsed.
    ///
    /// Counted in scalars, since one character may go on for megabytes; only as much is read as is shown.
    static func excerpt(of text: String, head: Int = 400, tail: Int = 120) -> String {
        let scalars = text.unicodeScalars
        guard let end = scalars.index(scalars.startIndex, offsetBy: head + tail + 1, limitedBy: scalars.endIndex),
            end < scalars.endIndex
        else { return collapsed(scalars[...]) }
        let middle = scalars.index(scalars.startIndex, offsetBy: head)
        let last = scalars.index(scalars.endIndex, offsetBy: -tail)
        return collapsed(scalars[..<middle]) + " […] " + collapsed(scalars[last...])
    }

    private static func collapsed(_ scalars: Substring.UnicodeScalarView) -> String {
        var result = String.UnicodeScalarView()
        var isBetween = false
        for scalar in scalars {
            if scalar.properties.isWhitespace {
                isBetween = true
                continue
            }
            if isBetween, !result.isEmpty { result.append(" ") }
            isBetween = false
            result.append(scalar)
        }
        return String(result)
    }
}

/// What spoke for a wrong label over the right one.
public struct RowExplanation: Sendable, Hashable {
    /// What a feature, or a group of them, adds to a label's logit.
    public struct Contribution: Sendable, Hashable {
        /// The feature, such as `word:prove` or `structure:lines=4-5`.
        public var name: String
        /// What it adds.
        public var weight: Double

        /// A contribution.
        public init(name: String, weight: Double) {
            // A word may be as long as the text.
            self.name = RowDetails.excerpt(of: name, head: 60, tail: 10)
            self.weight = weight
        }
    }

    /// What spoke for the answer over the row's label, the strongest first; weights are positive.
    public let forAnswer: [Contribution]
    /// What spoke for the row's label over the answer, the strongest first; weights are positive.
    public let forLabel: [Contribution]
    /// All features by kind (words, characters, …), the strongest first; positive where they speak for the answer.
    public let byKind: [Contribution]
    /// The logit of the answer less that of the label, before calibration: the sum of all there is.
    public let difference: Double
    /// The part of it that is in neither list.
    public let rest: Double

    /// The most contributions on either side.
    public static let limit = 8
    /// What adds less says nothing.
    private static let least = 0.005

    /// Subtracts what features add to the label's logit from what they add to the answer's.
    ///
    /// - Parameters:
    ///   - answer: every feature's contribution to the answer's logit.
    ///   - label: the same for the label's logit.
    ///   - bias: the answer's bias less the label's.
    ///   - showsWords: whether features may be named that repeat words of the text; if not, these are added up by
    ///     their kind, while features of the text's shape keep their names.
    public init(answer: [Contribution], label: [Contribution], bias: Double, showsWords: Bool) {
        var weights: [String: Double] = [:]
        for (contributions, sign) in [(answer, 1.0), (label, -1.0)] {
            for contribution in contributions {
                let name = showsWords ? contribution.name : Self.withoutWords(contribution.name)
                weights[name, default: 0] += sign * contribution.weight
            }
        }
        let ranked = weights.filter { abs($0.value) >= Self.least }.sorted {
            (abs($1.value), $0.key) < (abs($0.value), $1.key)
        }
        forAnswer = ranked.filter { $0.value > 0 }.prefix(Self.limit).map { .init(name: $0.key, weight: $0.value) }
        forLabel = ranked.filter { $0.value < 0 }.prefix(Self.limit).map { .init(name: $0.key, weight: -$0.value) }
        var kinds: [String: Double] = [:]
        for (name, weight) in weights.sorted(by: { $0.key < $1.key }) {
            kinds[Self.kind(of: name), default: 0] += weight
        }
        byKind = kinds.filter { abs($0.value) >= Self.least }.sorted {
            (abs($1.value), $0.key) < (abs($0.value), $1.key)
        }.map {
            .init(name: $0.key, weight: $0.value)
        }
        // In the order of the names, as that of a dictionary would change the last bits from run to run.
        difference = bias + weights.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value }
        rest = difference - forAnswer.reduce(0) { $0 + $1.weight } + forLabel.reduce(0) { $0 + $1.weight }
    }

    /// A feature's kind, or all of its name where that repeats nothing of the text.
    static func withoutWords(_ name: String) -> String {
        if name.hasPrefix("structure:") { return name }
        return kind(of: name) + " (all)"
    }

    /// What a feature's name begins with, such as `word` or `structure`.
    private static func kind(of name: String) -> String {
        let kind = name.prefix { $0.isLetter && $0.isASCII }
        return kind.isEmpty ? "other" : String(kind)
    }
}
