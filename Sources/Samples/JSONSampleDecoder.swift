import JSONCoding

/// Reads a row from one line of JSON Lines.
struct JSONSampleDecoder {
    let invalidUnicode: InvalidUnicodePolicy

    /// What the object in `json` says.
    func draft(of json: Span<UInt8>) throws(RequestDecodingError) -> SampleDraft {
        var cursor = JSONCursor(invalidUnicode: invalidUnicode)
        var draft = SampleDraft()
        var parts = RequestParts()
        var names: [SampleField: String] = [:]
        try cursor.openObject(in: json, field: nil)
        while let key = try cursor.nextKey(in: json) {
            let kind = try cursor.kind(in: json)
            let offset = cursor.position
            if try parts.read(key, in: json, with: &cursor) { continue }
            let field = SampleField(name: key.name)
            if let field, let earlier = names.updateValue(key.name, forKey: field) {
                throw .duplicate(key, after: earlier)
            }
            guard let field, kind != .null else {
                try readExtra(key, of: kind, in: json, with: &cursor, into: &draft)
                continue
            }
            switch field {
            case .label:
                draft.label = .init(content: try cursor.string(in: json, field: key.name), offset: offset)
            case .alternativeLabel:
                draft.alternativeLabel = .init(
                    content: try cursor.string(in: json, field: key.name), offset: offset)
            case .timestamp:
                draft.timestamp = .init(content: try cursor.string(in: json, field: key.name), offset: offset)
            case .weight:
                guard kind == .number else {
                    throw cursor.wrongType(kind, field: key.name, expected: JSONKind.number.rawValue)
                }
                draft.weight = .init(content: try cursor.number(in: json), offset: offset)
            case .group: draft.group = try name(key, of: kind, in: json, with: &cursor)
            case .id: draft.id = try name(key, of: kind, in: json, with: &cursor)
            case .text, .messages, .tools: break  // Read above.
            }
        }
        try cursor.finish(in: json)
        draft.text = parts.text
        draft.messages = parts.messages
        draft.toolCount = parts.toolCount
        return draft
    }

    /// A string, or a number as written: databases number their rows and users.
    private func name(
        _ key: (name: String, offset: Int), of kind: JSONKind, in json: Span<UInt8>,
        with cursor: inout JSONCursor
    ) throws(RequestDecodingError) -> String {
        switch kind {
        case .string: return try cursor.string(in: json)
        case .number: return try cursor.number(in: json)
        default: throw cursor.wrongType(kind, field: key.name, expected: "a string or a number")
        }
    }

    /// Keeps a string, number or boolean under its key, and reads over anything else.
    private func readExtra(
        _ key: (name: String, offset: Int), of kind: JSONKind, in json: Span<UInt8>,
        with cursor: inout JSONCursor, into draft: inout SampleDraft
    ) throws(RequestDecodingError) {
        let value: String
        switch kind {
        case .string: value = try cursor.string(in: json)
        case .number: value = try cursor.number(in: json)
        case .boolean: value = try cursor.literal(in: json)
        case .null, .array, .object: return try cursor.skip(in: json)
        }
        guard draft.extra.updateValue(value, forKey: key.name) == nil else { throw .duplicate(key) }
    }
}
