/// Rules made ready for scanning; made once, shared by all threads.
final class RuleTables: Sendable {
    /// A pattern looked for at the start of a line.
    struct LineEntry: Sendable {
        let pattern: LinePattern
        let rule: Int
        let matcher: AskRule.Matcher
    }

    /// A tag's name, whole or as its end.
    struct TagEntry: Sendable {
        let name: [UInt8]
        let rule: Int
    }

    let rules: [AskRule]
    /// Patterns by first byte; those of byte b are `lines[lineStarts[b]..<lineStarts[b + 1]]`.
    let lines: [LineEntry]
    /// The heads of `lines`.
    let heads: [PatternHead]
    let lineStarts: [Int]
    /// Which two bytes a line with a marker may begin with: those of a pattern, or `#`, `*`, `_` and `>` before a label.
    let beginnings: BytePairs
    let tags: [TagEntry]
    let tagStarts: [Int]
    /// Names known by their ends.
    let tagSuffixes: [TagEntry]
    /// Phrases of housekeeping, by first byte.
    let phrases: [LineEntry]
    let phraseStarts: [Int]
    /// Lines at which a rule that reaches through another ends, by rule.
    let ends: [[LinePattern]]
    /// Beginnings of a system prompt that stands before turns.
    let scenes: [LinePattern]
    let followUps: FollowUps?
    let paste: (rule: Int, byteCount: Int)?
    let envelopes: [Int]
    /// What finds greetings, thanks and signatures; nil without rules for them.
    let courtesies: Courtesies?

    init(_ rules: [AskRule]) {
        self.rules = rules
        var lines: [LineEntry] = []
        var phrases: [LineEntry] = []
        var tags: [TagEntry] = []
        var suffixes: [TagEntry] = []
        var ends = [[LinePattern]](repeating: [], count: rules.count)
        var clauses: [[UInt8]] = []
        var scenes: [LinePattern] = []
        for (index, rule) in rules.enumerated() {
            switch rule.matcher {
            case .lines, .headings, .speakers, .passages:
                lines += rule.patterns.compactMap { pattern in
                    LinePattern(pattern).map { LineEntry(pattern: $0, rule: index, matcher: rule.matcher) }
                }
                ends[index] = rule.until.compactMap { LinePattern($0) }
            case .housekeeping:
                phrases += rule.patterns.compactMap { pattern in
                    LinePattern(pattern).map { LineEntry(pattern: $0, rule: index, matcher: .housekeeping) }
                }
            case .tags:
                for name in rule.patterns {
                    let bytes = name.utf8.map(\.folded)
                    if bytes.first == UInt8(ascii: "*") {
                        suffixes.append(TagEntry(name: Array(bytes.dropFirst()), rule: index))
                    } else if !bytes.isEmpty {
                        tags.append(TagEntry(name: bytes, rule: index))
                    }
                }
            case .followUps: clauses += rule.patterns.flatMap { Clauses.split($0) }
            case .scenes: scenes += rule.patterns.compactMap { LinePattern($0) }
            case .paste, .envelope, .courtesies, .salutations, .signatures: break
            }
        }
        (self.lines, lineStarts) = Self.sorted(lines) {
            SortKey(first: $0.pattern.first, weight: $0.pattern.weight, rule: $0.rule)
        }
        heads = self.lines.map { $0.pattern.head }
        (self.phrases, phraseStarts) = Self.sorted(phrases) { SortKey(first: $0.pattern.first, rule: $0.rule) }
        (self.tags, tagStarts) = Self.sorted(tags) { SortKey(first: $0.name[0], rule: $0.rule) }
        tagSuffixes = suffixes
        self.ends = ends
        self.scenes = scenes
        beginnings = Self.beginnings(lines)
        let followUp = rules.firstIndex { $0.matcher == .followUps }
        followUps = followUp.map { FollowUps(rule: $0, clauses: clauses) }
        let paste = rules.firstIndex { $0.matcher == .paste && $0.byteCount > 0 }
        self.paste = paste.map { ($0, rules[$0].byteCount) }
        let courtesies = CourtesyTables(rules)
        self.courtesies = courtesies.isEmpty ? nil : Courtesies(tables: courtesies)
        envelopes = rules.indices.filter { rules[$0].matcher == .envelope }
    }

    private static func beginnings(_ lines: [LineEntry]) -> BytePairs {
        var pairs = BytePairs()
        for entry in lines { pairs.insert(entry.pattern.first, entry.pattern.second) }
        let labels = lines.filter { $0.matcher != .lines && $0.matcher != .passages }
        for mark in "#*_>".utf8 where !labels.isEmpty {
            pairs.insert(mark, Array("#*_> ".utf8) + labels.map(\.pattern.first))
        }
        return pairs
    }

    /// What decides on an entry's place: its first byte, then the heavier pattern, then the earlier rule.
    private struct SortKey {
        var first: UInt8
        var weight = 0
        var rule: Int
        var index = 0

        static func < (left: SortKey, right: SortKey) -> Bool {
            if left.first != right.first { return left.first < right.first }
            if left.weight != right.weight { return left.weight > right.weight }
            return left.rule != right.rule ? left.rule < right.rule : left.index < right.index
        }
    }

    /// Entries in the order of their keys, equals as they came, and where each byte's entries begin.
    private static func sorted<Entry>(_ entries: [Entry], by key: (Entry) -> SortKey) -> ([Entry], [Int]) {
        var keys: [SortKey] = []
        keys.reserveCapacity(entries.count)
        for index in entries.indices {
            keys.append(key(entries[index]))
            keys[index].index = index
        }
        // Numbers are sorted, not entries, whose copies would each be counted: this is done at every program's start.
        keys.sort { $0 < $1 }
        var starts = [Int](repeating: 0, count: 257)
        for key in keys { starts[Int(key.first) + 1] += 1 }
        for byte in 0..<256 { starts[byte + 1] += starts[byte] }
        return (keys.map { entries[$0.index] }, starts)
    }
}
