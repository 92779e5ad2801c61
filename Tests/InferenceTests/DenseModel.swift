import Inference
import TestSupport

/// Memory of tables in tests; freed with its last owner.
final class TableMemory<Element: Sendable>: @unchecked Sendable {
    // Sendable: written to in the initialiser only.
    let base: UnsafeMutablePointer<Element>

    init(_ values: [Element]) {
        base = .allocate(capacity: max(values.count, 1))
        base.initialize(from: values, count: values.count)
    }

    deinit { base.deallocate() }
}

/// Both parts of an int8 table, kept alive together.
final class QuantizedMemory: Sendable {
    let values: TableMemory<Int8>
    let scales: TableMemory<Float>

    init(_ values: [Int8], _ scales: [Float]) {
        self.values = TableMemory(values)
        self.scales = TableMemory(scales)
    }
}

/// How a test's tables are stored.
enum TableKind: CaseIterable, Sendable {
    case float, perRow, blocks

    func table(rows: Int, columns: Int, _ random: inout SplitMix64) -> DenseTable {
        switch self {
        case .float: .float(rows: rows, columns: columns, &random)
        case .perRow: .int8(rows: rows, columns: columns, blockShift: 0, &random)
        case .blocks: .int8(rows: rows, columns: columns, blockShift: 4, &random)
        }
    }
}

/// A table and the very weights it stands for, as a dense matrix in double precision.
struct DenseTable {
    let table: WeightTable
    let dense: [[Double]]

    static func float(rows: Int, columns: Int, _ random: inout SplitMix64) -> DenseTable {
        let weights = (0..<rows * columns).map { _ in Float.random(in: -1...1, using: &random) }
        let memory = TableMemory(weights)
        return DenseTable(
            table: WeightTable(storage: .float(memory.base), rows: rows, columns: columns, owner: memory),
            dense: (0..<rows).map { row in (0..<columns).map { Double(weights[row * columns + $0]) } })
    }

    static func int8(rows: Int, columns: Int, blockShift: Int, _ random: inout SplitMix64) -> DenseTable {
        let values = (0..<rows * columns).map { _ in Int8.random(in: -127...127, using: &random) }
        let scales = (0..<rows >> blockShift).map { _ in Float.random(in: 0...0.01, using: &random) }
        let memory = QuantizedMemory(values, scales)
        return DenseTable(
            table: WeightTable(
                storage: .int8(memory.values.base, scales: memory.scales.base, blockShift: blockShift),
                rows: rows, columns: columns, owner: memory),
            dense: (0..<rows).map { row in
                (0..<columns).map { Double(values[row * columns + $0]) * Double(scales[row >> blockShift]) }
            })
    }
}

/// One family's features of a request.
struct DenseFeatures {
    let slots: [UInt32]
    let scale: Float

    /// Distinct rows with random signs, at the length that a family of weight 1 has.
    init(count: Int, rows: Int, _ random: inout SplitMix64) {
        let chosen = (0..<rows).shuffled(using: &random).prefix(count)
        slots = chosen.map { UInt32($0) << 1 | UInt32(random.next() & 1) }
        scale = count == 0 ? 0 : 1 / Float(count).squareRoot()
    }

    /// What the features add: factor · ± row, summed.
    func product(with table: DenseTable) -> [Double] {
        var sums = [Double](repeating: 0, count: table.table.columns)
        for slot in slots {
            let factor = (slot & 1 == 1 ? -1 : 1) * Double(scale)
            for column in sums.indices { sums[column] += factor * table.dense[Int(slot >> 1)][column] }
        }
        return sums
    }
}

/// Whether floats agree with doubles as far as a few hundred additions allow.
func agree(_ values: [Float], _ expected: [Double], tolerance: Double = 1e-5) -> Bool {
    values.count == expected.count
        && zip(values, expected).allSatisfy { abs(Double($0) - $1) <= tolerance * (1 + abs($1)) }
}
