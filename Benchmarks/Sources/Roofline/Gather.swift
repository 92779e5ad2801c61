import CRoofline
import FeatureExtraction
import Inference
import TaskType

/// The rows that one request adds, ready to be added again without looking for them.
final class Gather {
    private let tables: UnsafeMutableBufferPointer<roofline_rows>
    private var slots: [UnsafeMutableBufferPointer<UInt32>] = []

    /// The rows that the features in `scratch` ask of a model's tables, to be added to `logits` and `hidden`.
    ///
    /// Rows that a table does not hold, and families of weight 0, add nothing and are left out.
    init(
        _ model: TaskModel, _ scratch: borrowing FeatureScratch, logits: UnsafeMutablePointer<Float>,
        hidden: UnsafeMutablePointer<Float>
    ) {
        var found: [roofline_rows] = []
        for (parts, sums) in [(model.linear?.tables, logits), (model.perceptron?.embeddings, hidden)] {
            guard let parts else { continue }
            for family in FeatureFamily.allCases where scratch.scale(of: family) != 0 {
                let table = parts[family.rawValue]
                let kept = scratch.withSlots(of: family) { slots in
                    slots.compactMap { slot -> UInt32? in
                        guard let index = table.index else { return slot }
                        return index.row(of: Int(slot >> 1)).map { UInt32($0) << 1 | slot & 1 }
                    }
                }
                let memory = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: kept.count)
                _ = memory.initialize(from: kept)
                slots.append(memory)
                found.append(Self.rows(of: table, memory, factor: scratch.scale(of: family), sums))
            }
        }
        tables = .allocate(capacity: found.count)
        _ = tables.initialize(from: found)
    }

    deinit {
        tables.deallocate()
        for memory in slots { memory.deallocate() }
    }

    private static func rows(
        of table: WeightTable, _ slots: UnsafeMutableBufferPointer<UInt32>, factor: Float,
        _ sums: UnsafeMutablePointer<Float>
    ) -> roofline_rows {
        var rows = roofline_rows()
        (rows.width, rows.count, rows.factor, rows.out) = (table.columns, slots.count, factor, sums)
        rows.slots = UnsafePointer(slots.baseAddress)
        switch table.storage {
        case .int8(let weights, let scales, let shift):
            (rows.storage, rows.weights) = (roofline_int8, UnsafeRawPointer(weights))
            (rows.scales, rows.shift) = (scales, UInt32(shift))
        case .int4(let weights, let scales, let shift):
            (rows.storage, rows.weights) = (roofline_int4, UnsafeRawPointer(weights))
            (rows.scales, rows.shift) = (scales, UInt32(shift))
        case .float(let weights): (rows.storage, rows.weights) = (roofline_float, UnsafeRawPointer(weights))
        }
        return rows
    }

    /// Loads and adds the rows.
    @inline(__always)
    func run() { roofline_gather(tables.baseAddress, tables.count) }

    /// Number of rows.
    var rows: Int { tables.reduce(0) { $0 + $1.count } }

    /// Bytes of weights that are added; scales, which whole blocks of rows share, are not counted.
    var bytes: Int { tables.reduce(0) { $0 + $1.count * $1.stride } }

    /// Number of cache lines that hold the rows.
    var lines: Int {
        var lines: Set<UInt> = []
        for table in tables {
            for index in 0..<table.count {
                let start = UInt(bitPattern: table.weights) + UInt(table.slots[index] >> 1) * UInt(table.stride)
                for line in start / 64...(start + UInt(table.stride) - 1) / 64 { lines.insert(line) }
            }
        }
        return lines.count
    }
}

extension roofline_rows {
    /// Bytes of a row.
    fileprivate var stride: Int {
        switch storage {
        case roofline_int8: width
        case roofline_int4: (width + 1) / 2
        default: 4 * width
        }
    }
}
