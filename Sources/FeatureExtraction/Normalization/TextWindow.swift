/// The parts of a text that are tokenised: all of it, or its head and its tail.
///
/// Cuts fall between scalars: a scalar that a cut would split belongs to neither part.
struct TextWindow {
    let head: Range<Int>
    let tail: Range<Int>

    var isTruncated: Bool { !tail.isEmpty }

    init(of text: UncheckedBuffer<UInt8>, limit: Int) {
        guard text.count > limit else {
            head = 0..<text.count
            tail = text.count..<text.count
            return
        }
        var cut = limit / 2
        // Step back to the start of the scalar that the cut would split.
        var back = 0
        while back < 3, cut > 0, text[cut] & 0xC0 == 0x80 {
            cut -= 1
            back += 1
        }
        head = 0..<cut
        let start = text.scalarBoundary(atOrAfter: text.count - limit / 2, limit: text.count)
        tail = start..<text.count
    }
}
