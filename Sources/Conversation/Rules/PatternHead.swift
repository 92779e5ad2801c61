/// The first bytes of a pattern, at most eight, folded: told from those of a text by one comparison, where going through
/// the pattern itself would count references to its parts.
struct PatternHead: Sendable, BitwiseCopyable {
    private var bytes: UInt64 = 0
    private var mask: UInt64 = 0

    /// The head of a pattern that begins with anything.
    init() {}

    /// The head of a pattern that begins with `literal`, which is folded.
    init(_ literal: [UInt8]) {
        for (index, byte) in literal.prefix(8).enumerated() {
            bytes |= UInt64(byte) << UInt64(8 * index)
            mask |= 0xFF << UInt64(8 * index)
        }
    }

    /// Whether a text that begins with `beginning`, as `beginning(of:at:)` gives it, may fit the pattern.
    @inline(__always)
    func mayFit(_ beginning: UInt64) -> Bool { (beginning ^ bytes) & mask == 0 }

    /// Eight bytes of a text, folded, the first in the lowest bits; zeros where the text has ended.
    static func beginning(of text: Span<UInt8>, at start: Int) -> UInt64 {
        var word: UInt64 = 0
        if start + 8 <= text.count {
            word = UInt64(littleEndian: text.bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self))
        } else {
            for index in start..<text.count { word |= UInt64(text[index]) << UInt64(8 * (index - start)) }
        }
        // ASCII capitals are told in all bytes at once: the sums carry into a byte's top bit, and no further.
        let ones: UInt64 = 0x0101_0101_0101_0101
        let low = word & (ones &* 0x7F)
        let fromA = low &+ (ones &* (0x80 - 0x41))
        let beyondZ = low &+ (ones &* (0x7F - 0x5A))
        let capitals = (fromA ^ beyondZ) & ~word & (ones &* 0x80)
        return word | capitals >> 2
    }
}
