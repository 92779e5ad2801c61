/// Rows of the evaluation that the training data hold as well.
///
/// A model may know such rows by heart; the accuracy of the others is what can be expected of new requests.
public struct LeakFigures: Sendable, Hashable {
    /// How a row of the evaluation occurs in the training data.
    public enum Match: Sendable, Hashable {
        /// Letter by letter.
        case exact
        /// Apart from case, white space and punctuation.
        case normalized
        /// Nearly: most of its character shingles are those of one row there.
        case near
    }

    /// Names of the training files.
    public let trainingFiles: [String]
    /// Number of rows in them.
    public let trainingRows: Int
    /// Rows that occur there letter by letter.
    public let exact: Int
    /// Further rows that occur there apart from case, white space and punctuation.
    public let normalized: Int
    /// Further rows that are nearly the same as one there.
    public let near: Int
    /// Jaccard similarity of shingles from which rows count as nearly the same; nil where these were not looked for.
    public let nearThreshold: Double?
    /// Positions of all of these rows, in order.
    public let rows: [Int]
    /// Accuracy of these rows, with a Wilson interval; no value without any.
    public let accuracyOfLeaks: Estimate
    /// Accuracy of all others, with a Wilson interval; no value without any.
    public let accuracyOfOthers: Estimate

    /// Counts rows by how they match.
    ///
    /// - Parameters:
    ///   - matches: one entry a row; nil for rows that do not occur in the training data.
    ///   - nearThreshold: similarity from which rows count as nearly the same; nil where they were not looked for.
    /// - Throws: `EvaluationError` with the code `wrongLength`.
    public init(
        _ scored: ScoredRows, matches: [Match?], trainingFiles: [String], trainingRows: Int,
        nearThreshold: Double? = nil
    ) throws(EvaluationError) {
        guard matches.count == scored.count else {
            throw EvaluationError(
                .wrongLength, "There are \(matches.count) matches where the rows need \(scored.count).")
        }
        func accuracy(_ members: [Int]) -> Estimate {
            var (mass, squared, right) = (0.0, 0.0, 0.0)
            for row in members {
                mass += scored.weights[row]
                squared += scored.weights[row] * scored.weights[row]
                if scored.predicted[row] == scored.truth[row] { right += scored.weights[row] }
            }
            let value = ratio(right, mass).map { min(1, $0) }
            return Estimate(
                value: value, interval: value.map { Interval(wilson: $0, rows: mass * mass / squared) })
        }
        self.trainingFiles = trainingFiles
        self.trainingRows = trainingRows
        exact = matches.count { $0 == .exact }
        normalized = matches.count { $0 == .normalized }
        near = matches.count { $0 == .near }
        self.nearThreshold = nearThreshold
        rows = matches.indices.filter { matches[$0] != nil }
        accuracyOfLeaks = accuracy(rows)
        accuracyOfOthers = accuracy(matches.indices.filter { matches[$0] == nil })
    }
}

/// Finds texts of the evaluation among texts of the training data, of which it keeps none.
public struct LeakFinder: Sendable {
    private var exact: [String: [Int]] = [:]
    private var normalized: [String: [Int]] = [:]
    /// How each row occurs in what was looked at so far.
    public private(set) var matches: [LeakFigures.Match?]
    /// Number of training texts looked at.
    public private(set) var trainingRows = 0

    /// Looks for `texts`, one a row of the evaluation.
    public init(texts: [String]) {
        matches = Array(repeating: nil, count: texts.count)
        for (row, text) in texts.enumerated() {
            exact[text, default: []].append(row)
            let key = Self.normalized(text)
            // A text of punctuation alone would match all others.
            if !key.isEmpty { normalized[key, default: []].append(row) }
        }
    }

    /// Looks at a text of the training data.
    public mutating func see(_ text: String) {
        trainingRows += 1
        for row in exact[text] ?? [] { matches[row] = .exact }
        for row in normalized[Self.normalized(text)] ?? [] where matches[row] == nil { matches[row] = .normalized }
    }

    /// The letters, digits and symbols of a text in lower case, with one space between words.
    static func normalized(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var isBetween = false
        for scalar in text.lowercased().unicodeScalars {
            switch scalar.properties.generalCategory {
            case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
                .finalPunctuation, .otherPunctuation, .spaceSeparator, .lineSeparator, .paragraphSeparator, .control,
                .format:
                isBetween = true
            default:
                if isBetween, !result.isEmpty { result.append(" ") }
                isBetween = false
                result.append(scalar)
            }
        }
        return String(result)
    }
}
