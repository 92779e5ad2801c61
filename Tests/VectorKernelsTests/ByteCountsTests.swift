import TestSupport
import Testing
import VectorKernels

/// The classes as the documentation lists them, byte by byte.
private struct NaiveCounts: Equatable {
    var digits = 0
    var capitals = 0
    var punctuation = 0
    var codeSymbols = 0
    var spaces = 0
    var lineFeeds = 0
    var nonASCII = 0
    var dollars = 0
    var equals = 0

    init(_ bytes: [UInt8]) {
        for byte in bytes {
            if ("0"..."9").contains(Character(UnicodeScalar(byte))) { digits += 1 }
            if byte >= 65 && byte <= 90 { capitals += 1 }
            if "!\"'(),-.:;?".utf8.contains(byte) { punctuation += 1 }
            if "#$%&*+/<=>@[\\]^_{|}~`".utf8.contains(byte) { codeSymbols += 1 }
            if byte == 0x20 || byte == 0x09 { spaces += 1 }
            if byte == 0x0A { lineFeeds += 1 }
            if byte >= 0x80 { nonASCII += 1 }
            if byte == UInt8(ascii: "$") { dollars += 1 }
            if byte == UInt8(ascii: "=") { equals += 1 }
        }
    }

    init(_ counts: ByteCounts) {
        self.init([])
        digits = counts.digits
        capitals = counts.capitals
        punctuation = counts.punctuation
        codeSymbols = counts.codeSymbols
        spaces = counts.spaces
        lineFeeds = counts.lineFeeds
        nonASCII = counts.nonASCII
        dollars = counts.dollars
        equals = counts.equals
    }
}

private func counted(_ bytes: [UInt8]) -> NaiveCounts {
    NaiveCounts(bytes.withUnsafeBufferPointer { ByteCounts($0) })
}

@Suite("Byte counts")
struct ByteCountsTests {
    @Test("Each of the 256 bytes is in the classes that the documentation lists")
    func everyByte() {
        for byte in UInt8.min...UInt8.max { #expect(counted([byte]) == NaiveCounts([byte]), "byte \(byte)") }
    }

    @Test("Random bytes of every length around the block size are counted as by a naive loop")
    func randomBytes() {
        var random = SplitMix64(seed: 21)
        for length in Array(0...700) + [895, 896, 897, 1119, 1120, 1121, 65_535, 65_536, 65_537] {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(counted(bytes) == NaiveCounts(bytes), "length \(length)")
        }
    }

    @Test(
        "Long runs of one byte do not overflow a lane",
        arguments: [" ", "$", "=", "A", "7", "\n", "é", ".", "{"])
    func runs(text: String) {
        for length in [223, 224, 225, 255, 256, 257, 447, 448, 449, 5000] {
            let bytes = [UInt8](repeating: text.utf8.first ?? 0, count: length)
            #expect(counted(bytes) == NaiveCounts(bytes), "\(length) times \(text)")
        }
    }

    @Test("A start inside a buffer that is not aligned changes nothing")
    func unaligned() {
        var random = SplitMix64(seed: 22)
        let bytes = (0..<1000).map { _ in UInt8.random(in: 0...255, using: &random) }
        for start in 0..<40 {
            let part = Array(bytes[start..<start + 500])
            let counts = bytes.withUnsafeBufferPointer {
                ByteCounts(UnsafeBufferPointer(rebasing: $0[start..<start + 500]))
            }
            #expect(NaiveCounts(counts) == NaiveCounts(part))
        }
    }

    @Test("A buffer without memory has no bytes of any class")
    func empty() {
        #expect(NaiveCounts(ByteCounts(UnsafeBufferPointer(start: nil, count: 0))) == NaiveCounts([]))
    }
}
