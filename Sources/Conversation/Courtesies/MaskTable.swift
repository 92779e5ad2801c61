/// Masks by hash, for looking up many words that are mostly not there.
///
/// Open addressing with linear probing, at most half full; keys are hashes already, so that finding none costs one
/// multiplication and mostly one comparison. A mask of 0 stands for a key that is not there.
struct MaskTable: Sendable {
    private var keys: [UInt64]
    private var masks: [UInt32]
    private let shift: UInt64

    /// A table of the entries whose masks are not 0.
    init(_ entries: [UInt64: UInt32]) {
        var bits: UInt64 = 4
        while 1 << bits < entries.count * 2 { bits += 1 }
        shift = 64 - bits
        keys = Array(repeating: 0, count: 1 << bits)
        masks = Array(repeating: 0, count: 1 << bits)
        // In the order of the keys, so that equal tables look the same everywhere.
        for (key, mask) in entries.sorted(by: { $0.key < $1.key }) where mask != 0 {
            var slot = slot(of: key)
            while masks[slot] != 0 { slot = (slot + 1) & (keys.count - 1) }
            keys[slot] = key
            masks[slot] = mask
        }
    }

    private func slot(of key: UInt64) -> Int { Int((key &* 0x9E37_79B9_7F4A_7C15) >> shift) }

    /// Whether a key is there.
    func contains(_ key: UInt64) -> Bool { self[key] != 0 }

    subscript(key: UInt64) -> UInt32 {
        var slot = slot(of: key)
        while masks[slot] != 0 {
            if keys[slot] == key { return masks[slot] }
            slot = (slot + 1) & (keys.count - 1)
        }
        return 0
    }
}
