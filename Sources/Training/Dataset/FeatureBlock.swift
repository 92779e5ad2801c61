internal import FeatureExtraction

/// The features of some rows, coded: 2⅛ bytes a feature where its family has at most 2^16 buckets, 4 where it has more.
///
/// Family after family, so that a family can be read or renumbered alone:
///
///     slot counts [families]                   u32
///     for each family:
///         starts of rows, and the end [rows+1] u32, counted in the family's slots
///         narrow: numbers [slots] u16, then a bit a slot for its sign, padded
///         wide:   slots [slots] u32, `number << 1 | sign`
///
/// Everything begins at a multiple of 4 bytes. Slots keep the order of extraction: the order in which a row's weights
/// are summed must not depend on how it is stored.
struct FeatureBlock: Sendable {
    let rowCount: Int
    /// Slots of the longest row.
    let longestRow: Int
    /// Slots of all rows.
    let slotCount: Int
    let storage: Storage

    /// Where a block's bytes are.
    enum Storage: Sendable {
        case memory(SharedBuffer<UInt8>)
        case file(offset: Int, byteCount: Int)
    }

    /// Whether numbers of `family` take two bytes.
    static func isNarrow(_ family: Int, _ settings: FeatureSettings) -> Bool { settings.bucketBits[family] <= 16 }

    /// Bytes beyond a family's sign bits, so that 8 may be loaded anywhere.
    private static let signPadding = 8

    /// Bytes of a family's numbers and signs.
    static func byteCount(slots: Int, isNarrow: Bool) -> Int {
        isNarrow ? (slots * 2 + 3) & ~3 + ((slots + 7) / 8 + signPadding + 3) & ~3 : slots * 4
    }
}

/// Collects the features of up to a block of rows, then codes them.
struct FeatureBlockWriter {
    /// Slots of each family, row after row.
    private var slots = [[UInt32]](repeating: [], count: FeatureFamily.count)
    /// Start of each row in its family's slots, and the end.
    private var starts = [[UInt32]](repeating: [0], count: FeatureFamily.count)
    private var longestRow = 0

    var rowCount: Int { starts[0].count - 1 }

    /// Adds the features of the request that was just extracted.
    mutating func append(_ scratch: borrowing FeatureScratch) {
        var count = 0
        for family in FeatureFamily.allCases {
            count += scratch.withSlots(of: family) {
                slots[family.rawValue].append(contentsOf: $0)
                return $0.count
            }
            starts[family.rawValue].append(UInt32(slots[family.rawValue].count))
        }
        longestRow = max(longestRow, count)
    }

    /// Adds a row of another block; numbers are those within each family.
    mutating func append(_ row: RowFeatures, offsets: [UInt32]) {
        var count = 0
        for family in 0..<FeatureFamily.count {
            row.withSlots(of: family) {
                for slot in $0 { slots[family].append(slot - offsets[family] << 1) }
                count += $0.count
            }
            starts[family].append(UInt32(slots[family].count))
        }
        longestRow = max(longestRow, count)
    }

    /// The rows so far as a block in memory.
    func encoded(_ settings: FeatureSettings) -> FeatureBlock {
        let rows = rowCount
        var size = FeatureFamily.count * 4
        for family in 0..<FeatureFamily.count {
            size += (rows + 1) * 4
            size += FeatureBlock.byteCount(
                slots: slots[family].count, isNarrow: FeatureBlock.isNarrow(family, settings))
        }
        let bytes = SharedBuffer<UInt8>(count: size, repeating: 0)
        let base = UnsafeMutableRawPointer(bytes.base)
        var position = FeatureFamily.count * 4
        for family in 0..<FeatureFamily.count {
            let count = slots[family].count
            base.storeBytes(of: UInt32(count), toByteOffset: family * 4, as: UInt32.self)
            for start in starts[family] {
                base.storeBytes(of: start, toByteOffset: position, as: UInt32.self)
                position += 4
            }
            let isNarrow = FeatureBlock.isNarrow(family, settings)
            if isNarrow {
                let signs = base + position + (count * 2 + 3) & ~3
                for (index, slot) in slots[family].enumerated() {
                    base.storeBytes(
                        of: UInt16(truncatingIfNeeded: slot >> 1), toByteOffset: position + index * 2, as: UInt16.self)
                    if slot & 1 == 1 {
                        let byte = signs.load(fromByteOffset: index >> 3, as: UInt8.self)
                        signs.storeBytes(of: byte | 1 << UInt8(index & 7), toByteOffset: index >> 3, as: UInt8.self)
                    }
                }
            } else {
                for (index, slot) in slots[family].enumerated() {
                    base.storeBytes(of: slot, toByteOffset: position + index * 4, as: UInt32.self)
                }
            }
            position += FeatureBlock.byteCount(slots: count, isNarrow: isNarrow)
        }
        return FeatureBlock(
            rowCount: rows, longestRow: longestRow, slotCount: slots.reduce(0) { $0 + $1.count },
            storage: .memory(bytes))
    }
}

/// The parts of a block's bytes, found once for all its rows.
struct FeatureBlockLayout {
    /// One family's part.
    struct Column {
        var starts: UnsafeMutablePointer<UInt32>
        var numbers: UnsafeMutableRawPointer
        /// Nil where signs stand beside the numbers.
        var signs: UnsafeMutableRawPointer?
        var slotCount: Int
    }

    /// A column a family.
    typealias Columns = InlineArray<7, Column>
    private let columns: Columns

    init(_ base: UnsafeMutableRawPointer, rowCount: Int, _ settings: FeatureSettings) {
        precondition(FeatureFamily.count == Columns.count, "a column a family")
        var position = FeatureFamily.count * 4
        columns = Columns { family in
            let count = Int(base.load(fromByteOffset: family * 4, as: UInt32.self))
            let starts = (base + position).assumingMemoryBound(to: UInt32.self)
            position += (rowCount + 1) * 4
            let numbers = base + position
            let isNarrow = FeatureBlock.isNarrow(family, settings)
            position += FeatureBlock.byteCount(slots: count, isNarrow: isNarrow)
            return Column(
                starts: starts, numbers: numbers, signs: isNarrow ? numbers + (count * 2 + 3) & ~3 : nil,
                slotCount: count)
        }
    }

    subscript(family: Int) -> Column { columns[family] }

    /// Number of slots of `row`.
    func slotCount(ofRow row: Int) -> Int {
        var count = 0
        for family in columns.indices {
            count += Int(columns[family].starts[row + 1] - columns[family].starts[row])
        }
        return count
    }
}

extension FeatureBlockLayout.Column {
    /// Writes the slots of `row`, their numbers raised by `offset`, and returns how many there are.
    @inline(__always)
    func decode(_ row: Int, offset: UInt32, into output: UnsafeMutablePointer<UInt32>) -> Int {
        let start = Int(starts[row])
        let count = Int(starts[row + 1]) - start
        let base = offset << 1
        guard let signs else {
            let slots = numbers.assumingMemoryBound(to: UInt32.self) + start
            for index in 0..<count { output[index] = slots[index] &+ base }
            return count
        }
        let values = numbers.assumingMemoryBound(to: UInt16.self) + start
        var index = 0
        while index < count {
            // 56 signs at a time, wherever they begin in their byte.
            let bit = start + index
            var bits = signs.loadUnaligned(fromByteOffset: bit >> 3, as: UInt64.self) >> UInt64(bit & 7)
            let end = min(index + 56, count)
            while index < end {
                output[index] = UInt32(values[index]) << 1 | UInt32(truncatingIfNeeded: bits & 1) &+ base
                bits >>= 1
                index += 1
            }
        }
        return count
    }

    /// Replaces the number of every slot by what `numbers` has at its place.
    func renumber(_ numbering: [UInt32]) {
        if signs == nil {
            let slots = numbers.assumingMemoryBound(to: UInt32.self)
            for index in 0..<slotCount { slots[index] = numbering[Int(slots[index] >> 1)] << 1 | slots[index] & 1 }
        } else {
            let values = numbers.assumingMemoryBound(to: UInt16.self)
            for index in 0..<slotCount { values[index] = UInt16(truncatingIfNeeded: numbering[Int(values[index])]) }
        }
    }

    /// Calls `body` with the number of each slot of the rows in `range`.
    @inline(__always)
    func forEachNumber(of range: Range<Int>, _ body: (Int) -> Void) {
        let slots = Int(starts[range.lowerBound])..<Int(starts[range.upperBound])
        if signs == nil {
            let values = numbers.assumingMemoryBound(to: UInt32.self)
            for index in slots { body(Int(values[index] >> 1)) }
        } else {
            let values = numbers.assumingMemoryBound(to: UInt16.self)
            for index in slots { body(Int(values[index])) }
        }
    }
}

/// The features of one row, decoded; valid during the call that it is handed to.
struct RowFeatures {
    /// Slots `number << 1 | sign`, family after family.
    let slots: UnsafePointer<UInt32>
    /// End of each family in `slots`.
    let ends: InlineArray<7, Int>
    /// Length that each family is normalised to.
    let familyWeights: UnsafePointer<Float>

    /// Number of features.
    var count: Int { ends[FeatureFamily.count - 1] }

    /// The slots of one family.
    @inline(__always)
    func withSlots<Result>(of family: Int, _ body: (UnsafeBufferPointer<UInt32>) -> Result) -> Result {
        let start = family == 0 ? 0 : ends[family - 1]
        return body(UnsafeBufferPointer(start: slots + start, count: ends[family] - start))
    }

    /// Calls `visit` with the slots of each family that the row has, and the factor that makes their length the
    /// family's.
    @inline(__always)
    func forEachFamily(_ visit: (_ family: Int, _ slots: UnsafeBufferPointer<UInt32>, _ scale: Float) -> Void) {
        var start = 0
        for family in 0..<FeatureFamily.count {
            let end = ends[family]
            if end > start {
                visit(
                    family, UnsafeBufferPointer(start: slots + start, count: end - start),
                    familyWeights[family] / Float(end - start).squareRoot())
            }
            start = end
        }
    }
}
