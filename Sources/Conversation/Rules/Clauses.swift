/// The parts of a short request between punctuation, folded: `Yes, go on!` is `yes` and `go on`.
enum Clauses {
    /// Longer texts are not short.
    static let limit = 120

    static func split(_ text: String) -> [[UInt8]] {
        var clauses: [[UInt8]] = []
        var clause: [UInt8] = []
        func close() {
            while clause.last == 0x20 { clause.removeLast() }
            if !clause.isEmpty { clauses.append(clause) }
            clause = []
        }
        for scalar in text.unicodeScalars {
            // Mostly letters, which need no look at Unicode's tables.
            if scalar.isASCII, (UInt8(ascii: scalar) | 0x20) &- 0x61 < 26 {
                clause.append(UInt8(ascii: scalar).folded)
                continue
            }
            switch scalar.properties.generalCategory {
            case .spaceSeparator, .control, .format:
                if !clause.isEmpty, clause.last != 0x20 { clause.append(0x20) }
            case .otherPunctuation where scalar == "'" || scalar == "’" || scalar == "/":
                clause.append(scalar == "/" ? 0x2F : 0x27)
            case .otherPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
                .finalPunctuation, .otherSymbol, .modifierSymbol:
                close()
            default: clause += scalar.properties.lowercaseMapping.utf8
            }
        }
        close()
        return clauses
    }
}
