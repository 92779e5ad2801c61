import CPortableKernels
import TestSupport
import Testing
import VectorKernels

/// A table of random content in every form that the kernels know, with the index of its kept rows.
private struct CompressedTable {
    let columns: Int
    let rows: Int
    /// Whole tables with zeros in the rows that are not kept, and the kept rows alone.
    var whole: [Float] = []
    var floats: [Float] = []
    var int8: [Int8] = []
    var nibbles: [UInt8] = []
    let index: RowIndex

    init(rows: Int, columns: Int, keeping share: Double, _ random: inout SplitMix64) {
        self.rows = rows
        self.columns = columns
        var bitmap = [UInt8](repeating: 0, count: rows / 8)
        for row in 0..<rows {
            let isKept = Double.random(in: 0..<1, using: &random) < share
            if isKept { bitmap[row / 8] |= 1 << UInt8(row % 8) }
            let values = (0..<columns).map { _ in isKept ? random.weight() : 0 }
            whole += values
            guard isKept else { continue }
            floats += values
            int8 += (0..<columns).map { _ in Int8.random(in: -128...127, using: &random) }
            var bytes = (0..<(columns + 1) / 2).map { _ in UInt8.random(in: 0...255, using: &random) }
            if columns % 2 == 1 { bytes[bytes.count - 1] &= 0x0F }
            nibbles += bytes
        }
        index = bitmap.withUnsafeBufferPointer { RowIndex(bitmap: $0) }
        // Kernels want a row to read even where none is kept.
        if floats.isEmpty {
            floats = [Float](repeating: 9, count: columns)
            int8 = [Int8](repeating: 9, count: columns)
            nibbles = [UInt8](repeating: 9, count: (columns + 1) / 2)
        }
    }

    /// A 4-bit weight, decoded by arithmetic instead of by shifting signs.
    func nibble(_ row: Int, _ column: Int) -> Float {
        let byte = Int(nibbles[row * ((columns + 1) / 2) + column / 2])
        let value = column % 2 == 0 ? byte % 16 : byte / 16
        return Float(value < 8 ? value : value - 16)
    }
}

/// Sums in the order that the C header documents, of terms that `weight` gives.
private func documentedSum(
    _ slots: [UInt32], columns: Int, factor: Float, start: [Float],
    term: (_ bucket: Int, _ column: Int, _ sign: Float) -> Float
) -> [Float] {
    guard !slots.isEmpty else { return start }
    return start.enumerated().map { column, value in
        var partial: [Float] = [0, 0, 0, 0]
        for (position, slot) in slots.enumerated() {
            partial[columns <= 16 ? position % 4 : 0] += term(Int(slot >> 1), column, slot & 1 == 1 ? -1 : 1)
        }
        return value + factor * (columns <= 16 ? (partial[0] + partial[1]) + (partial[2] + partial[3]) : partial[0])
    }
}

@Suite("Row sums of compressed tables")
struct CompressedRowSumsTests {
    /// Calls `body` with tables of all widths' shapes, slots, a factor and sums to start from.
    private func forEachCase(
        columns: Int, seed: UInt64,
        _ body: (_ table: CompressedTable, _ shift: Int, _ scales: [Float], _ slots: [UInt32], Float, [Float]) -> Void
    ) {
        var random = SplitMix64(seed: seed &+ UInt64(columns))
        for (rows, share) in [(128, 0.4), (16, 0), (64, 1)] {
            let table = CompressedTable(rows: rows, columns: columns, keeping: share, &random)
            for shift in [0, 3] {
                let held = max(table.index.keptCount, 1)
                let scales = (0..<(held + (1 << shift) - 1) >> shift).map { _ in
                    Float.random(in: 0...0.02, using: &random)
                }
                for count in [0, 1, 5, 40] {
                    body(
                        table, shift, scales, random.slots(count, rows: rows),
                        Float.random(in: 0.01...1, using: &random), (0..<columns).map { _ in random.weight() })
                }
            }
        }
    }

    @Test("4-bit weights are summed in the documented order, bit for bit", arguments: awkwardWidths)
    func int4(columns: Int) {
        forEachCase(columns: columns, seed: 600) { table, shift, scales, slots, factor, start in
            guard table.index.keptCount > 0 else { return }
            let slots = slots.map { slot in
                UInt32(Int(slot >> 1) % table.index.keptCount) << 1 | slot & 1
            }
            var sums = start
            slots.withUnsafeBufferPointer {
                RowSums.add(
                    int4: table.nibbles, scales: scales, blockShift: shift, columns: columns, index: nil, slots: $0,
                    factor: factor, to: &sums)
            }
            let expected = documentedSum(slots, columns: columns, factor: factor, start: start) { row, column, sign in
                (sign * scales[row >> shift]) * table.nibble(row, column)
            }
            #expect(bits(sums) == bits(expected), "\(columns) columns, \(slots.count) slots, shift \(shift)")
        }
    }

    @Test("Rows that are not kept count as rows of zeros, bit for bit", arguments: awkwardWidths)
    func keptRows(columns: Int) {
        forEachCase(columns: columns, seed: 700) { table, shift, scales, slots, factor, start in
            var sums = (float: start, int8: start, int4: start)
            var whole = start
            slots.withUnsafeBufferPointer { slots in
                RowSums.add(float: table.whole, columns: columns, slots: slots, factor: factor, to: &whole)
                RowSums.add(
                    float: table.floats, columns: columns, index: table.index, slots: slots, factor: factor,
                    to: &sums.float)
                RowSums.add(
                    int8: table.int8, scales: scales, blockShift: shift, columns: columns, index: table.index,
                    slots: slots, factor: factor, to: &sums.int8)
                RowSums.add(
                    int4: table.nibbles, scales: scales, blockShift: shift, columns: columns, index: table.index,
                    slots: slots, factor: factor, to: &sums.int4)
            }
            func expected(_ value: (_ row: Int, _ column: Int) -> Float) -> [Float] {
                documentedSum(slots, columns: columns, factor: factor, start: start) { bucket, column, sign in
                    guard let row = table.index.row(of: bucket) else { return 0 }
                    return (sign * scales[row >> shift]) * value(row, column)
                }
            }
            let comment = "\(columns) columns, \(slots.count) slots, \(table.index.keptCount) of \(table.rows) rows"
            #expect(bits(sums.float) == bits(whole), "\(comment)")
            #expect(bits(sums.int8) == bits(expected { Float(table.int8[$0 * columns + $1]) }), "\(comment)")
            #expect(bits(sums.int4) == bits(expected { table.nibble($0, $1) }), "\(comment)")
        }
    }

    @Test("The kernels of this processor and the portable ones give the same bits", arguments: awkwardWidths)
    func portable(columns: Int) {
        forEachCase(columns: columns, seed: 800) { table, shift, scales, slots, factor, start in
            var ours = [[Float]](repeating: start, count: 3)
            var theirs = ours
            // The portable kernels take the index as it lies in memory: bits and rows before them, for 64 buckets each.
            var words: [UInt64] = []
            var kept: UInt64 = 0
            let bitmap = table.index.bitmap
            for word in 0..<(table.rows + 63) / 64 {
                var bits: UInt64 = 0
                for byte in 0..<8 where 8 * word + byte < bitmap.count {
                    bits |= UInt64(bitmap[8 * word + byte]) << UInt64(8 * byte)
                }
                words += [bits, kept]
                kept += UInt64(bits.nonzeroBitCount)
            }
            slots.withUnsafeBufferPointer { slots in
                RowSums.add(
                    float: table.floats, columns: columns, index: table.index, slots: slots, factor: factor,
                    to: &ours[0])
                RowSums.add(
                    int8: table.int8, scales: scales, blockShift: shift, columns: columns, index: table.index,
                    slots: slots, factor: factor, to: &ours[1])
                RowSums.add(
                    int4: table.nibbles, scales: scales, blockShift: shift, columns: columns, index: table.index,
                    slots: slots, factor: factor, to: &ours[2])
                let (base, count) = (slots.baseAddress, slots.count)
                portable_sum_kept_rows_float(table.floats, columns, words, base, count, factor, &theirs[0])
                portable_sum_kept_rows_int8(
                    table.int8, scales, UInt32(shift), columns, words, base, count, factor, &theirs[1])
                portable_sum_kept_rows_int4(
                    table.nibbles, scales, UInt32(shift), columns, words, base, count, factor, &theirs[2])
            }
            // Nothing to add leaves the sums alone; the C kernels add 0 then, which turns −0 into 0.
            if slots.isEmpty { theirs = ours }
            #expect(ours.map(bits) == theirs.map(bits), "\(columns) columns, \(slots.count) slots")
            guard !slots.isEmpty, table.index.keptCount == table.rows else { return }
            var whole = [[Float]](repeating: start, count: 6)
            slots.withUnsafeBufferPointer { slots in
                RowSums.add(float: table.floats, columns: columns, slots: slots, factor: factor, to: &whole[0])
                RowSums.add(
                    int8: table.int8, scales: scales, blockShift: shift, columns: columns, slots: slots,
                    factor: factor, to: &whole[1])
                RowSums.add(
                    int4: table.nibbles, scales: scales, blockShift: shift, columns: columns, index: nil,
                    slots: slots, factor: factor, to: &whole[2])
                let (base, count) = (slots.baseAddress, slots.count)
                portable_sum_rows_float(table.floats, columns, base, count, factor, &whole[3])
                portable_sum_rows_int8(table.int8, scales, UInt32(shift), columns, base, count, factor, &whole[4])
                portable_sum_rows_int4(table.nibbles, scales, UInt32(shift), columns, base, count, factor, &whole[5])
            }
            #expect(whole[..<3].map(bits) == whole[3...].map(bits), "\(columns) columns, whole tables")
        }
    }

    @Test("Nothing beyond the last column is written", arguments: awkwardWidths)
    func staysInside(columns: Int) {
        var random = SplitMix64(seed: 900 + UInt64(columns))
        let table = CompressedTable(rows: 64, columns: columns, keeping: 1, &random)
        let scales = [Float](repeating: 0.5, count: 64)
        var sums = [Float](repeating: 1234.5, count: columns + 16)
        let slots = random.slots(9, rows: 64)
        slots.withUnsafeBufferPointer { slots in
            for index in [nil, table.index] {
                RowSums.add(
                    int4: table.nibbles, scales: scales, blockShift: 0, columns: columns, index: index, slots: slots,
                    factor: 1, to: &sums)
            }
            RowSums.add(
                int8: table.int8, scales: scales, blockShift: 0, columns: columns, index: table.index, slots: slots,
                factor: 1, to: &sums)
            RowSums.add(
                float: table.floats, columns: columns, index: table.index, slots: slots, factor: 1, to: &sums)
        }
        #expect(sums[columns...].allSatisfy { $0 == 1234.5 })
    }

    @Test("An index numbers the kept rows in the order of their buckets and gives its bitmap back")
    func index() {
        var random = SplitMix64(seed: 1000)
        for count in [2, 8, 9, 32, 100] {
            let bitmap = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            let index = bitmap.withUnsafeBufferPointer { RowIndex(bitmap: $0) }
            #expect(index.bitmap == bitmap)
            var next = 0
            for bucket in 0..<8 * count {
                let isKept = bitmap[bucket / 8] >> UInt8(bucket % 8) & 1 == 1
                #expect(index.row(of: bucket) == (isKept ? next : nil))
                if isKept { next += 1 }
            }
            #expect(index.keptCount == next)
        }
    }
}
