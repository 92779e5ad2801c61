extension AskRule {
    /// Why the rule cannot be used, as a sentence that says what to do; nil where it can.
    public var problem: String? {
        if name.isEmpty { return "a rule needs a name" }
        let needsPatterns = matcher != .paste && matcher != .courtesies
        if needsPatterns, patterns.isEmpty { return "a rule that matches \(matcher.rawValue) needs `patterns`" }
        switch matcher {
        case .lines, .headings, .speakers, .passages, .housekeeping, .scenes:
            if let bad = (patterns + until).first(where: { LinePattern($0) == nil }) {
                return "the pattern `\(bad)` must begin with something definite, not with a placeholder"
            }
        case .tags:
            if let bad = patterns.first(where: { !Self.isTagName($0) }) {
                return "`\(bad)` is no tag's name: give letters, digits, `-`, `_` and `:`, perhaps after one `*`"
            }
        case .followUps, .envelope, .paste: break
        case .courtesies, .salutations, .signatures:
            if let bad = (patterns + beside).first(where: { !Self.isPhrase($0) }) {
                return "`\(bad)` must be one to \(CourtesyTables.longestPhrase) words without punctuation between them"
            }
            if fate != .leftOut { return "\(matcher.rawValue) are always left out; drop `take`" }
        }
        if extent == .through, until.isEmpty { return "a rule that reaches through a line needs `until`" }
        if matcher == .envelope, beside.isEmpty {
            return "an envelope needs keys in `beside` that tell it from other JSON"
        }
        if matcher == .courtesies, beside.isEmpty {
            return "courtesies need phrases in `beside` of which one must occur"
        }
        if matcher == .housekeeping, kind.isEmpty { return "housekeeping needs a `kind`, such as title" }
        if matcher == .paste, byteCount == 0 { return "a paste needs its least length in `bytes`" }
        return nil
    }

    private static func isPhrase(_ pattern: String) -> Bool {
        (1...CourtesyTables.longestPhrase).contains(CourtesyTables.hashes(pattern).count)
    }

    private static func isTagName(_ pattern: String) -> Bool {
        let name = pattern.utf8.drop { $0 == UInt8(ascii: "*") }
        return pattern.utf8.count - name.count <= 1 && !name.isEmpty && name.count <= 48
            && name.allSatisfy { $0.isWordByte || $0 == 0x2D || $0 == 0x3A }
    }
}
