/// What the rules make of one text.
struct PeeledText {
    /// A part of the text with one fate.
    struct Region: Equatable {
        var range: Range<Int>
        var fate: AskRule.Fate
        /// What decided; nil for what nothing was found about.
        var cause: String?
    }

    /// A turn of a conversation that the text carries.
    struct Turn {
        var speaker: Message.Role
        var range: Range<Int>
        var cause: String
    }

    /// All of the text, in order; empty parts are left out.
    var regions: [Region]
    /// The turns, if the text is a conversation; what precedes them is its system prompt.
    var turns: [Turn] = []

    /// Whether nothing was found, so that all of the text is asked.
    var isWhole: Bool { turns.isEmpty && regions.allSatisfy { $0.fate == .ask && $0.cause == nil } }
}

extension PeeledText {
    /// Takes greetings, thanks and signatures out of what is asked.
    mutating func leaveOutCourtesies(in text: Span<UInt8>, tables: RuleTables) {
        guard let courtesies = tables.courtesies, turns.isEmpty,
            let first = regions.firstIndex(where: { $0.fate == .ask && !TextLines.isBlank(text, $0.range) }),
            let last = regions.lastIndex(where: { $0.fate == .ask && !TextLines.isBlank(text, $0.range) })
        else { return }
        var (opening, closing) = courtesies.cuts(in: text, regions[first].range)
        if first != last {
            closing = courtesies.cuts(in: text, regions[last].range).closing
        }
        func leftOut(_ range: Range<Int>, _ cut: Courtesies.Cut) -> Region {
            Region(range: range, fate: .leftOut, cause: tables.rules[cut.rule].name)
        }
        if let closing {
            let range = regions[last].range
            regions[last].range = range.lowerBound..<closing.place
            regions.insert(leftOut(closing.place..<range.upperBound, closing), at: last + 1)
        }
        if let opening {
            let range = regions[first].range
            regions[first].range = opening.place..<range.upperBound
            regions.insert(leftOut(range.lowerBound..<opening.place, opening), at: first)
        }
    }
}

/// Joins what was taken out of a text with what its sections say about the rest.
struct RegionMerge {
    /// Both in the order of the text; `sections` cover it, `taken` go before them.
    static func merge(_ taken: [PeeledText.Region], _ sections: [PeeledText.Region]) -> [PeeledText.Region] {
        var regions: [PeeledText.Region] = []
        regions.reserveCapacity(taken.count + sections.count)
        func add(_ range: Range<Int>, _ region: PeeledText.Region) {
            guard !range.isEmpty else { return }
            regions.append(PeeledText.Region(range: range, fate: region.fate, cause: region.cause))
        }
        var next = 0
        for section in sections {
            var cursor = section.range.lowerBound
            while next < taken.count, taken[next].range.lowerBound < section.range.upperBound {
                let region = taken[next]
                if region.range.upperBound <= cursor {
                    next += 1
                    continue
                }
                add(cursor..<max(cursor, region.range.lowerBound), section)
                let end = min(region.range.upperBound, section.range.upperBound)
                add(max(cursor, region.range.lowerBound)..<end, region)
                cursor = end
                if region.range.upperBound > section.range.upperBound { break }
                next += 1
            }
            add(cursor..<max(cursor, section.range.upperBound), section)
        }
        return regions
    }
}
