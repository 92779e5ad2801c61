extension UncheckedBuffer where Element == UInt8 {
    /// The scalar that starts at `index`, and its length in bytes.
    ///
    /// Ill-formed input gives U+FFFD for each maximal subpart, as the Unicode standard recommends (section 3.9)
    /// and as Python and the WHATWG decoder do. `limit` is the end of the text.
    @inline(__always)
    func decodeScalar(at index: Int, limit: Int) -> (scalar: UInt32, length: Int) {
        let first = self[index]
        if first < 0x80 { return (UInt32(first), 1) }
        return decodeMultibyteScalar(first, at: index, limit: limit)
    }

    private func decodeMultibyteScalar(_ first: UInt8, at index: Int, limit: Int) -> (UInt32, Int) {
        let replacement: UInt32 = 0xFFFD
        let needed: Int
        var scalar: UInt32
        var low: UInt8 = 0x80
        var high: UInt8 = 0xBF
        switch first {
        case 0xC2...0xDF:
            needed = 1
            scalar = UInt32(first & 0x1F)
        case 0xE0...0xEF:
            needed = 2
            scalar = UInt32(first & 0x0F)
            if first == 0xE0 { low = 0xA0 }
            if first == 0xED { high = 0x9F }
        case 0xF0...0xF4:
            needed = 3
            scalar = UInt32(first & 0x07)
            if first == 0xF0 { low = 0x90 }
            if first == 0xF4 { high = 0x8F }
        default:
            return (replacement, 1)
        }
        var length = 1
        while length <= needed {
            guard index + length < limit else { return (replacement, length) }
            let next = self[index + length]
            guard next >= low, next <= high else { return (replacement, length) }
            low = 0x80
            high = 0xBF
            scalar = scalar << 6 | UInt32(next & 0x3F)
            length += 1
        }
        return (scalar, length)
    }

    /// The nearest start of a scalar at or after `index` (at most 3 bytes on).
    func scalarBoundary(atOrAfter index: Int, limit: Int) -> Int {
        var boundary = index
        while boundary < limit, boundary < index + 3, self[boundary] & 0xC0 == 0x80 { boundary += 1 }
        return boundary
    }
}
