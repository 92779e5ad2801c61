internal import CUnicodeTables

/// What tokenising needs to know of a Unicode scalar: class, script and folded form.
struct ScalarProperties {
    enum Class: UInt16 {
        case separator = 0
        case space, lineBreak, letter, digit, symbol, unspacedLetter, ignored
    }

    let bits: UInt16

    @inline(__always)
    init(_ scalar: UInt32) { bits = tasktype_unicode_lookup(scalar) }

    @inline(__always)
    var classCode: UInt16 { bits & 7 }
    @inline(__always)
    var script: Int { Int(bits >> 3 & 31) }

    /// Letters and digits, which form words.
    @inline(__always)
    var isWord: Bool { classCode == Class.letter.rawValue || classCode == Class.digit.rawValue }

    /// Width folding, digits of all scripts to `0`-`9`, then Unicode simple case folding.
    @inline(__always)
    func fold(_ scalar: UInt32) -> UInt32 { tasktype_unicode_fold(scalar, bits) }
}
