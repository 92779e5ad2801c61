import TestSupport
import Testing
import VectorKernels

private func members(_ keys: [UInt32], _ bitmap: [UInt8]) -> Int {
    keys.withUnsafeBufferPointer { keys in
        bitmap.withUnsafeBufferPointer { KeyBitmap.countMembers(of: keys, in: $0) }
    }
}

@Suite("Key bitmap")
struct KeyBitmapTests {
    @Test(
        "Keys are counted by their value modulo the number of bits", arguments: [1, 2, 4, 64, 1024, 1 << 17])
    func randomKeys(byteCount: Int) {
        var random = SplitMix64(seed: UInt64(byteCount))
        let bitmap = (0..<byteCount).map { _ in UInt8.random(in: 0...255, using: &random) }
        for count in [0, 1, 2, 3, 17, 1000] {
            let keys = (0..<count).map { _ in UInt32.random(in: 0...UInt32.max, using: &random) }
            let expected = keys.count { key in
                let bit = UInt64(key) % UInt64(byteCount * 8)
                return bitmap[Int(bit / 8)] & (1 << (bit % 8)) != 0
            }
            #expect(members(keys, bitmap) == expected, "\(byteCount) bytes, \(count) keys")
        }
    }

    @Test("One set bit is found by exactly the keys that fall on it")
    func oneBit() {
        for bit in 0..<64 {
            var bitmap = [UInt8](repeating: 0, count: 8)
            bitmap[bit / 8] = 1 << UInt8(bit % 8)
            for key in 0..<64 { #expect(members([UInt32(key)], bitmap) == (key == bit ? 1 : 0)) }
            #expect(members([UInt32(bit + 64), UInt32(bit) | 0xFFFF_FFC0], bitmap) == 2)
        }
    }

    @Test("An empty bitmap holds nothing, and no keys are members of none")
    func empty() {
        #expect(members([1, 2, 3], []) == 0)
        #expect(members([], [255]) == 0)
    }
}
