/// What a document looks like, by the shape of its first lines.
public enum DocumentKind: String, Sendable, CaseIterable {
    case code, data, log, markup, prose, table, transcript

    /// Bytes of the document that are looked at.
    static let window = 4096

    /// The kind of `text`; nil where there are only blanks.
    public init?(_ text: String) {
        var counts: [DocumentKind: Int] = [:]
        var lines = 0
        for line in text.utf8.prefix(Self.window).split(separator: 0x0A) {
            let ink = line.drop { $0.isBlank }
            guard let first = ink.first else { continue }
            lines += 1
            counts[Self.kind(ofLine: ink, first: first), default: 0] += 1
        }
        guard lines > 0 else { return nil }
        // A document is what a third of its lines are; most documents have lines of prose.
        let special = DocumentKind.allCases.filter { $0 != .prose }
            .max { counts[$0, default: 0] < counts[$1, default: 0] }
        if let special, counts[special, default: 0] * 3 >= lines { self = special } else { self = .prose }
    }

    private static func kind(ofLine line: Substring.UTF8View.SubSequence, first: UInt8) -> DocumentKind {
        var bars = 0
        var separators = 0
        var digits = 0
        var symbols = 0
        var spaces = 0
        for byte in line {
            switch byte {
            case 0x7C: bars += 1
            case 0x2C, 0x3B, 0x09: separators += 1
            case 0x30...0x39: digits += 1
            case 0x7B, 0x7D, 0x28, 0x29, 0x3D, 0x5B, 0x5D, 0x2B, 0x26, 0x24: symbols += 1
            case 0x20: spaces += 1
            default: break
            }
        }
        if bars >= 2 { return .table }
        if first == 0x3C { return .markup }
        if first == 0x22 || first == 0x7B || first == 0x7D, line.contains(0x3A) || line.count < 4 { return .data }
        let startsWithTime = first &- 0x30 < 10 || first == 0x5B
        if startsWithTime, digits >= 4, line.prefix(24).contains(0x3A) { return .log }
        if separators >= 2, spaces < separators { return .data }
        if let colon = line.prefix(24).firstIndex(of: 0x3A), first &- 0x41 < 26 || first >= 0x80,
            line.index(after: colon) < line.endIndex, !line[..<colon].contains(0x20)
        {
            return .transcript
        }
        if let last = line.last, last == 0x3B || last == 0x7B || last == 0x7D || symbols * 12 >= line.count {
            return .code
        }
        return .prose
    }
}
