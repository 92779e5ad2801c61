internal import JSONCoding

/// What a model says of a row.
package struct LabelAnswer: Sendable, Equatable {
    /// The label.
    package var label: String
    /// A second acceptable label.
    package var alternative: String?
    /// The model's own confidence, 0 to 1; not calibrated.
    package var confidence: Double?

    package init(label: String, alternative: String? = nil, confidence: Double? = nil) {
        self.label = label
        self.alternative = alternative
        self.confidence = confidence
    }

    /// Bytes of an answer that are looked at; a longer one is no answer.
    private static let byteLimit = 64 << 10

    /// Reads what a model wrote: a JSON object, perhaps in a fence or after prose, or a bare label.
    ///
    /// `nil` where no label of `guide` is found, or more than one.
    package init?(_ content: String, _ guide: LabelGuide) {
        guard content.utf8.count <= Self.byteLimit else { return nil }
        var content = Substring(content)
        // Some servers leave a model's thoughts in front of its answer.
        if let thoughts = content.ranges(of: "</think>").last { content = content[thoughts.upperBound...] }
        let answers = Self.objects(in: Array(content.utf8)).compactMap { LabelAnswer($0, guide) }
        if let last = answers.last {
            guard answers.allSatisfy({ $0.label == last.label }) else { return nil }
            self = last
            return
        }
        let bare = content.trimming { $0.isWhitespace || "\"'`*.".contains($0) }
        guard let label = guide.label(String(bare)) else { return nil }
        self.init(label: label)
    }

    private init?(_ members: [String: String], _ guide: LabelGuide) {
        guard let name = members["label"], let label = guide.label(Self.trimmed(name)) else { return nil }
        self.label = label
        alternative = (members["alt_label"]).flatMap { guide.label(Self.trimmed($0)) }
        if alternative == label { alternative = nil }
        // Some write percent.
        confidence = members["confidence"].flatMap { Double(Self.trimmed($0)) }.flatMap {
            switch $0 {
            case 0...1: $0
            case 1...100: $0 / 100
            default: nil
            }
        }
    }

    private static func trimmed(_ text: String) -> String { String(Substring(text).trimming(\.isWhitespace)) }

    /// Strings and numbers of all JSON objects in `bytes` that do not lie in another one, keys in lower case.
    ///
    /// - Complexity: O(n) where braces belong to objects; bounded by the limit on nesting where they do not.
    private static func objects(in bytes: [UInt8]) -> [[String: String]] {
        var objects: [[String: String]] = []
        var start = 0
        while start < bytes.count {
            guard bytes[start] == UInt8(ascii: "{") else {
                start += 1
                continue
            }
            let json = bytes.span.extracting(start...)
            var cursor = JSONCursor(invalidUnicode: .repair)
            if let members = try? members(&cursor, in: json) {
                objects.append(members)
                start += cursor.position
            } else {
                start += 1
            }
        }
        return objects
    }

    private static func members(
        _ cursor: inout JSONCursor, in json: Span<UInt8>
    ) throws(RequestDecodingError) -> [String: String] {
        var members: [String: String] = [:]
        _ = try cursor.kind(in: json)
        try cursor.open(in: json)
        while let key = try cursor.nextKey(in: json) {
            let name = key.name.lowercased()
            switch try cursor.kind(in: json) {
            case .string: members[name] = try cursor.string(in: json)
            case .number: members[name] = try cursor.number(in: json)
            default: try cursor.skip(in: json)
            }
        }
        return members
    }
}

extension Substring {
    /// Without the characters at both ends for which `condition` holds.
    fileprivate func trimming(_ condition: (Character) -> Bool) -> Substring {
        var rest = self[...]
        while let first = rest.first, condition(first) { rest.removeFirst() }
        while let last = rest.last, condition(last) { rest.removeLast() }
        return rest
    }
}
