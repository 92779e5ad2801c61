/// A group of features with a table of its own; each family is normalised to length 1 by itself.
public enum FeatureFamily: Int, CaseIterable, Sendable {
    /// Word n-grams of the ask.
    case words
    /// Character n-grams inside the words of the ask.
    case characters
    /// The first tokens of the ask, with their positions, and its prefixes.
    case opening
    /// The last tokens of the ask, with their positions from the end, and its suffixes.
    case closing
    /// Word n-grams of earlier turns.
    case context
    /// Words of long pasted material.
    case document
    /// Shape of the request: lengths, shares of character classes, lists, code, formulas, script, turns.
    case structure

    /// The family's name in settings, tensors and documents.
    public var name: String {
        switch self {
        case .words: "words"
        case .characters: "characters"
        case .opening: "opening"
        case .closing: "closing"
        case .context: "context"
        case .document: "document"
        case .structure: "structure"
        }
    }

    /// Number of families.
    public static let count = 7
}
