import JSONCoding

/// `options` of a Semantic Router call.
struct SemanticRouterOptions: Sendable, Equatable {
    /// Whether all probabilities are in the answer.
    var returnsProbabilities = false
    /// Whether the answer to one request says what spoke for it.
    var includesExplanation = false
    /// Confidence below which an answer counts as low; 0.7, as theirs, where the caller names none.
    var confidenceThreshold = 0.7

    /// Reads the object that comes next, or null.
    ///
    /// `trace` asks for the course of a decision, of which there is none: it is checked and has no effect.
    mutating func read(in json: Span<UInt8>, with cursor: inout JSONCursor) throws(RequestDecodingError) {
        guard try cursor.openObjectOrNull(in: json, field: "options") else { return }
        var seen = SeenKeys()
        while let key = try cursor.nextKey(in: json) {
            let field = "options.\(key.name)"
            switch key.name {
            case "return_probabilities":
                try seen.insert(key, inside: "options")
                returnsProbabilities = try cursor.flagOrNull(in: json, field: field) ?? false
            case "include_explanation":
                try seen.insert(key, inside: "options")
                includesExplanation = try cursor.flagOrNull(in: json, field: field) ?? false
            case "trace":
                try seen.insert(key, inside: "options")
                _ = try cursor.flagOrNull(in: json, field: field)
            case "confidence_threshold":
                try seen.insert(key, inside: "options")
                try readThreshold(in: json, with: &cursor, field: field)
            default: try cursor.skip(in: json)
            }
        }
    }

    private mutating func readThreshold(
        in json: Span<UInt8>, with cursor: inout JSONCursor, field: String
    ) throws(RequestDecodingError) {
        let kind = try cursor.kind(in: json)
        switch kind {
        case .null: _ = try cursor.literal(in: json)
        case .number:
            let offset = cursor.position
            let number = Double(try cursor.number(in: json)) ?? .infinity
            guard (0...1).contains(number) else {
                throw RequestDecodingError(
                    .wrongType, at: offset, field: field, problem: "\(quoted(field)) must be a number from 0 to 1",
                    remedy: "correct the value")
            }
            confidenceThreshold = number
        default: throw cursor.wrongType(kind, field: field, expected: "a number")
        }
    }
}

extension SeenKeys {
    /// Notes `key` of the object at `path`.
    fileprivate mutating func insert(
        _ key: (name: String, offset: Int), inside path: String
    ) throws(RequestDecodingError) {
        do throws(RequestDecodingError) { try insert(key) } catch { throw error.inside(path) }
    }
}
