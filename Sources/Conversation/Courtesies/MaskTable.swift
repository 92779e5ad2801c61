/// Masks by hash, for looking up many words that are mostly not there.
///
/// Open addressing with linear probing, at most half full; keys are hashes already, so that finding none costs one
/// multiplication and mostly one comparison. A mask of 0 stands for a key that is not there.
struct MaskTable: Sendable {
    /// A key and what is known of it.
    struct Entry {
        var key: UInt64
        var mask: UInt32
    }

    private var keys: [UInt64]
    private var masks: [UInt32]
    private let shift: UInt64

    /// A table of entries; a key that comes again gets the bits of all its masks.
    init(_ entries: [Entry]) {
        var bits: UInt64 = 4
        while 1 << bits < entries.count * 2 { bits += 1 }
        shift = 64 - bits
        keys = Array(repeating: 0, count: 1 << bits)
        masks = Array(repeating: 0, count: 1 << bits)
        for entry in entries where entry.mask != 0 {
            var slot = slot(of: entry.key)
            while masks[slot] != 0, keys[slot] != entry.key { slot = (slot + 1) & (keys.count - 1) }
            keys[slot] = entry.key
            masks[slot] |= entry.mask
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
