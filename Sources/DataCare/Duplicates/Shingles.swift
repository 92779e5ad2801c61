package import FeatureExtraction

/// Hashes of a text's character 5-grams, after folding (`FoldedText`): what texts are compared by.
package struct Shingles: Sendable {
    /// Characters of a shingle; a shorter text is one shingle.
    package static let length = 5
    /// Characters that are looked at, half from the head and half from the tail of a longer text: a row of 10 MB then
    /// costs no more than one of this length.
    package static let window = 1 << 16

    /// Distinct hashes, ascending.
    package let hashes: [UInt64]

    /// The shingles of the text that `folded` has read.
    package init(_ folded: borrowing FoldedText) {
        var hashes: [UInt64] = []
        Self.forEach(of: folded.scalars) { hashes.append($0) }
        hashes.sort()
        var distinct = 0
        for hash in hashes where distinct == 0 || hashes[distinct - 1] != hash {
            hashes[distinct] = hash
            distinct += 1
        }
        hashes.removeLast(hashes.count - distinct)
        self.hashes = hashes
    }

    /// The shingles of `text`.
    package init(_ text: String) {
        var folded = FoldedText()
        var text = text
        text.withUTF8 { folded.read($0) }
        self.init(folded)
    }

    /// Calls `body` with the hash of each shingle, repeated ones too.
    static func forEach(of scalars: [UInt32], _ body: (UInt64) -> Void) {
        func pass(_ part: ArraySlice<UInt32>) {
            guard part.count > length else {
                if !part.isEmpty { body(part.reduce(0x5348_494E) { mix($0 ^ UInt64($1)) }) }
                return
            }
            part.withUnsafeBufferPointer { part in
                // Five scalars of 21 bits fill two words.
                for index in 0...(part.count - length) {
                    let head = UInt64(part[index]) | UInt64(part[index + 1]) << 21 | UInt64(part[index + 2]) << 42
                    let tail = UInt64(part[index + 3]) | UInt64(part[index + 4]) << 21
                    body(mix(head &+ mix(tail | 1 << 63)))
                }
            }
        }
        guard scalars.count > window else { return pass(scalars[...]) }
        pass(scalars.prefix(window / 2))
        pass(scalars.suffix(window / 2))
    }

    /// Shared shingles over all shingles (Jaccard 1901); 1 for two empty texts.
    package func jaccard(_ other: Shingles) -> Double {
        var shared = 0
        var left = 0
        var right = 0
        while left < hashes.count, right < other.hashes.count {
            if hashes[left] == other.hashes[right] {
                shared += 1
                left += 1
                right += 1
            } else if hashes[left] < other.hashes[right] {
                left += 1
            } else {
                right += 1
            }
        }
        let all = hashes.count + other.hashes.count - shared
        return all == 0 ? 1 : Double(shared) / Double(all)
    }
}
