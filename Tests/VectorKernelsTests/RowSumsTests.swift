import TestSupport
import Testing
import VectorKernels

/// The order of additions that the C header documents, written plainly.
///
/// Up to 16 columns, row i goes to partial sum i mod 4 and the four are added as (p0 + p1) + (p2 + p3); with more
/// columns there is one partial sum.
private func documentedSum(
    _ slots: [UInt32], columns: Int, factor: Float, start: [Float],
    term: (_ row: Int, _ column: Int, _ sign: Float) -> Float
) -> [Float] {
    var result = start
    for column in 0..<columns {
        var partial: [Float] = [0, 0, 0, 0]
        for (position, slot) in slots.enumerated() {
            let part = columns <= 16 ? position % 4 : 0
            partial[part] += term(Int(slot >> 1), column, slot & 1 == 1 ? -1 : 1)
        }
        let sum = columns <= 16 ? (partial[0] + partial[1]) + (partial[2] + partial[3]) : partial[0]
        result[column] += factor * sum
    }
    return result
}

@Suite("Row sums")
struct RowSumsTests {
    @Test("A float table is summed in the documented order, bit for bit", arguments: awkwardWidths)
    func floatRows(columns: Int) {
        var random = SplitMix64(seed: UInt64(columns))
        let rows = 67
        let table = (0..<rows * columns).map { _ in random.weight() }
        for count in awkwardCounts {
            let slots = random.slots(count, rows: rows)
            let factor = Float.random(in: 0.01...1, using: &random)
            let start = (0..<columns).map { _ in random.weight() }
            var sums = start
            slots.withUnsafeBufferPointer {
                RowSums.add(float: table, columns: columns, slots: $0, factor: factor, to: &sums)
            }
            let expected =
                count == 0
                ? start
                : documentedSum(slots, columns: columns, factor: factor, start: start) { row, column, sign in
                    sign * table[row * columns + column]
                }
            #expect(bits(sums) == bits(expected), "\(columns) columns, \(count) slots")
        }
    }

    @Test("An int8 table is summed in the documented order, bit for bit", arguments: awkwardWidths)
    func int8Rows(columns: Int) {
        var random = SplitMix64(seed: 100 + UInt64(columns))
        let rows = 64
        let table = (0..<rows * columns).map { _ in Int8.random(in: -128...127, using: &random) }
        for blockShift in [0, 1, 4, 6] {
            let scales = (0..<rows >> blockShift).map { _ in Float.random(in: 0...0.02, using: &random) }
            for count in awkwardCounts {
                let slots = random.slots(count, rows: rows)
                let factor = Float.random(in: 0.01...1, using: &random)
                let start = (0..<columns).map { _ in random.weight() }
                var sums = start
                slots.withUnsafeBufferPointer {
                    RowSums.add(
                        int8: table, scales: scales, blockShift: blockShift, columns: columns, slots: $0,
                        factor: factor, to: &sums)
                }
                let expected =
                    count == 0
                    ? start
                    : documentedSum(slots, columns: columns, factor: factor, start: start) {
                        row, column, sign in
                        (sign * scales[row >> blockShift]) * Float(table[row * columns + column])
                    }
                #expect(
                    bits(sums) == bits(expected),
                    "\(columns) columns, blocks of \(1 << blockShift), \(count) slots")
            }
        }
    }

    @Test(
        "A row is added to every slot's row in the order of the slots, bit for bit", arguments: awkwardWidths)
    func scatteredRows(columns: Int) {
        var random = SplitMix64(seed: 200 + UInt64(columns))
        let rows = 23
        for count in awkwardCounts {
            let slots = random.slots(count, rows: rows)
            let factor = Float.random(in: 0.01...1, using: &random)
            let values = (0..<columns).map { _ in random.weight() }
            let start = (0..<rows * columns).map { _ in random.weight() }
            var table = start
            var expected = start
            for slot in slots {
                let scale = slot & 1 == 1 ? -factor : factor
                for column in 0..<columns {
                    expected[Int(slot >> 1) * columns + column] += scale * values[column]
                }
            }
            slots.withUnsafeBufferPointer {
                RowSums.scatter(values, columns: columns, slots: $0, factor: factor, toRowsOf: &table)
            }
            #expect(bits(table) == bits(expected), "\(columns) columns, \(count) slots")
        }
    }

    @Test(
        "Rows with factors of their own are added to in the order of the slots, bit for bit", arguments: awkwardWidths)
    func scatteredWeighedRows(columns: Int) {
        var random = SplitMix64(seed: 250 + UInt64(columns))
        let rows = 23
        for count in awkwardCounts {
            let slots = random.slots(count, rows: rows)
            let factor = Float.random(in: 0.01...1, using: &random)
            let rowFactors = (0..<rows).map { _ in Float.random(in: 0...3, using: &random) }
            let values = (0..<columns).map { _ in random.weight() }
            let start = (0..<rows * columns).map { _ in random.weight() }
            var table = start
            var expected = start
            for slot in slots {
                let scale = (slot & 1 == 1 ? -factor : factor) * rowFactors[Int(slot >> 1)]
                for column in 0..<columns {
                    expected[Int(slot >> 1) * columns + column] += scale * values[column]
                }
            }
            slots.withUnsafeBufferPointer {
                RowSums.scatter(
                    values, columns: columns, slots: $0, factor: factor, rowFactors: rowFactors, toRowsOf: &table)
            }
            #expect(bits(table) == bits(expected), "\(columns) columns, \(count) slots")
        }
    }

    @Test("Scaled rows are added in the order of the rows, bit for bit", arguments: awkwardWidths)
    func scaledRows(columns: Int) {
        var random = SplitMix64(seed: 300 + UInt64(columns))
        for rows in [0, 1, 2, 3, 4, 5, 8, 31, 64, 129] {
            let table = (0..<rows * columns).map { _ in random.weight() }
            let coefficients = (0..<rows).map { _ in random.weight() }
            let start = (0..<columns).map { _ in random.weight() }
            var expected = start
            for row in 0..<rows {
                for column in 0..<columns {
                    expected[column] += coefficients[row] * table[row * columns + column]
                }
            }
            var sums = start
            RowSums.add(
                scaledRows: table, rows: rows, columns: columns, coefficients: coefficients, to: &sums)
            #expect(bits(sums) == bits(expected), "\(columns) columns, \(rows) rows")
        }
    }

    @Test("Nothing beyond the last column is written", arguments: awkwardWidths)
    func staysInside(columns: Int) {
        var random = SplitMix64(seed: 400 + UInt64(columns))
        let rows = 5
        let guardValue: Float = 1234.5
        let padding = 16
        let table = (0..<rows * columns).map { _ in random.weight() }
        let bytes = table.map { Int8($0 * 10) }
        let scales = [Float](repeating: 0.5, count: rows)
        let slots = random.slots(9, rows: rows)
        var floatSums = [Float](repeating: guardValue, count: columns + padding)
        var int8Sums = floatSums
        var scaledSums = floatSums
        var scattered = [Float](repeating: guardValue, count: rows * columns + padding)
        slots.withUnsafeBufferPointer { slots in
            RowSums.add(float: table, columns: columns, slots: slots, factor: 1, to: &floatSums)
            RowSums.add(
                int8: bytes, scales: scales, blockShift: 0, columns: columns, slots: slots, factor: 1,
                to: &int8Sums)
            RowSums.scatter(table, columns: columns, slots: slots, factor: 1, toRowsOf: &scattered)
        }
        RowSums.add(scaledRows: table, rows: rows, columns: columns, coefficients: scales, to: &scaledSums)
        for sums in [floatSums, int8Sums, scaledSums] {
            #expect(sums[columns...].allSatisfy { $0 == guardValue })
        }
        #expect(scattered[(rows * columns)...].allSatisfy { $0 == guardValue })
    }

    @Test("Summing is the transpose of scattering")
    func transpose() {
        var random = SplitMix64(seed: 7)
        for columns in awkwardWidths {
            let rows = 40
            let table = (0..<rows * columns).map { _ in random.weight() }
            let values = (0..<columns).map { _ in random.weight() }
            let slots = random.slots(50, rows: rows)
            var sums = [Float](repeating: 0, count: columns)
            var scattered = [Float](repeating: 0, count: rows * columns)
            slots.withUnsafeBufferPointer { slots in
                RowSums.add(float: table, columns: columns, slots: slots, factor: 0.3, to: &sums)
                RowSums.scatter(values, columns: columns, slots: slots, factor: 0.3, toRowsOf: &scattered)
            }
            // ⟨A·w, v⟩ = ⟨w, Aᵀ·v⟩
            let left = zip(sums, values).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
            let right = zip(table, scattered).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
            #expect(abs(left - right) < 1e-4 * (1 + abs(left)), "\(columns) columns")
        }
    }

    @Test("Plain addition adds every element once", arguments: awkwardCounts)
    func plainAddition(count: Int) {
        var random = SplitMix64(seed: 500 + UInt64(count))
        let values = (0..<count + 1).map { _ in random.weight() }
        let start = (0..<count + 1).map { _ in random.weight() }
        var sums = start
        RowSums.add(values, count: count, to: &sums)
        let expected = (0..<count).map { start[$0] + values[$0] } + start[count...]
        #expect(bits(sums) == bits(expected))
    }
}
