internal import Inference
internal import ModelFormat
internal import VectorKernels

/// Collects a model's tables for a file, and what the file has to say of them.
struct TableWriter {
    var writer: SafetensorsWriter
    let precision: WeightPrecision
    /// Whether rows of zeros are left out of the tables where that makes them smaller.
    let leavesOutZeroRows: Bool
    private(set) var int4Tensors: [String] = []
    /// Whether any table needs a reader that knows version 2.
    private(set) var isCompressed = false

    init(_ writer: SafetensorsWriter, precision: WeightPrecision, leavesOutZeroRows: Bool) {
        self.writer = writer
        self.precision = precision
        self.leavesOutZeroRows = leavesOutZeroRows
    }

    /// Adds a table: floats in the precision asked for, with or without their rows of zeros; what is quantised already as
    /// it is, since going back to floats would gain nothing.
    mutating func add(_ table: WeightTable, _ prefix: String) throws(ModelFileError) {
        switch table.storage {
        case .float(let weights):
            try add(floats: UnsafeBufferPointer(start: weights, count: table.heldRows * table.columns), table, prefix)
        case .int8(let values, let scales, let shift):
            let bytes = UnsafeBufferPointer(start: values, count: table.heldRows * table.columns)
            try writer.add("\(prefix).weight", shape: [table.heldRows, table.columns], values: Array(bytes))
            try add(scales: scales, shift, table, prefix)
        case .int4(let bytes, let scales, let shift):
            let stride = (table.columns + 1) / 2
            try add(
                packed: Array(UnsafeBufferPointer(start: bytes, count: table.heldRows * stride)),
                shape: [table.heldRows, stride], prefix)
            try add(scales: scales, shift, table, prefix)
        }
    }

    private mutating func add(
        scales: UnsafePointer<Float>, _ shift: Int, _ table: WeightTable, _ prefix: String
    ) throws(ModelFileError) {
        let count = (table.heldRows + (1 << shift) - 1) >> shift
        try writer.add(
            "\(prefix).scale", shape: [count], values: Array(UnsafeBufferPointer(start: scales, count: count)))
        if let index = table.index { try add(bitmap: index.bitmap, prefix) }
    }

    private mutating func add(
        floats weights: UnsafeBufferPointer<Float>, _ table: WeightTable, _ prefix: String
    ) throws(ModelFileError) {
        let columns = table.columns
        guard table.index != nil || leavesOutZeroRows else {
            return try add(Array(weights), rows: table.rows, columns: columns, prefix)
        }
        var bitmap = [UInt8](repeating: 0, count: table.rows / 8)
        var kept: [Float] = []
        for bucket in 0..<table.rows {
            guard let held = table.index.map({ $0.row(of: bucket) }) ?? bucket else { continue }
            let row = weights[held * columns..<(held + 1) * columns]
            if leavesOutZeroRows, row.allSatisfy({ $0 == 0 }) { continue }
            bitmap[bucket / 8] |= 1 << UInt8(bucket % 8)
            kept += row
        }
        let count = kept.count / columns
        let (all, some) = (
            precision.byteCount(rows: table.rows, columns: columns), precision.byteCount(rows: count, columns: columns)
        )
        if table.index == nil, all <= some + bitmap.count {
            return try add(Array(weights), rows: table.rows, columns: columns, prefix)
        }
        try add(kept, rows: count, columns: columns, prefix)
        try add(bitmap: bitmap, prefix)
    }

    private mutating func add(
        _ values: [Float], rows: Int, columns: Int, _ prefix: String
    ) throws(ModelFileError) {
        guard precision != .float32 else {
            return try writer.add("\(prefix).weight", shape: [rows, columns], values: values)
        }
        let table = values.withUnsafeBufferPointer {
            QuantizedTable($0, rows: rows, columns: columns, precision: precision)
        }
        if precision == .int4 {
            try add(packed: table.nibbles(columns: columns), shape: [rows, (columns + 1) / 2], prefix)
        } else {
            try writer.add("\(prefix).weight", shape: [rows, columns], values: table.values)
        }
        try writer.add("\(prefix).scale", shape: [table.scales.count], values: table.scales)
    }

    private mutating func add(packed: [UInt8], shape: [Int], _ prefix: String) throws(ModelFileError) {
        let name = "\(prefix).weight"
        try writer.add(name, shape: shape, values: packed)
        int4Tensors.append(name)
        isCompressed = true
    }

    private mutating func add(bitmap: [UInt8], _ prefix: String) throws(ModelFileError) {
        try writer.add("\(prefix).rows", shape: [bitmap.count], values: bitmap)
        isCompressed = true
    }
}

extension WeightPrecision {
    /// Bytes of the weights and scales of a table in a file.
    public func byteCount(rows: Int, columns: Int) -> Int {
        let block = rowsPerScale(columns: columns)
        return switch self {
        case .float32: 4 * rows * columns
        case .int8: rows * columns + 4 * ((rows + block - 1) / block)
        case .int4: rows * ((columns + 1) / 2) + 4 * ((rows + block - 1) / block)
        }
    }
}

/// Symmetric quantisation: `weight ≈ value · scale(block)`.
///
/// In 8 bits the block's largest weight is at ±127. In 4 bits values are −7...7, and of a few scales the one with the
/// smallest sum of squared errors is taken, since cutting the largest weight often serves the many small ones.
struct QuantizedTable {
    let values: [Int8]
    let scales: [Float]

    init(_ weights: UnsafeBufferPointer<Float>, rows: Int, columns: Int, precision: WeightPrecision = .int8) {
        var limit = precision.rowsPerScale(columns: columns)
        // A block is no longer than the table, in powers of two.
        while limit > 1, limit / 2 >= rows { limit /= 2 }
        let blockLength = limit * columns
        var values = [Int8](repeating: 0, count: weights.count)
        var scales: [Float] = []
        scales.reserveCapacity((rows + limit - 1) / limit)
        for start in stride(from: 0, to: weights.count, by: blockLength) {
            let block = start..<min(start + blockLength, weights.count)
            let largest = block.reduce(Float(0)) { max($0, abs(weights[$1])) }
            let steps: Float = precision == .int4 ? 7 : 127
            let scale =
                precision == .int4 ? Self.bestScale(weights, block, largest: largest) : largest / steps
            scales.append(scale)
            guard scale > 0 else { continue }
            for index in block {
                // A scale among the smallest floats is too coarse to divide exactly, so the quotient may pass the limit.
                values[index] = Int8(min(max((weights[index] / scale).rounded(), -steps), steps))
            }
        }
        self.values = values
        self.scales = scales
    }

    private static func bestScale(
        _ weights: UnsafeBufferPointer<Float>, _ block: Range<Int>, largest: Float
    ) -> Float {
        var best: (error: Float, scale: Float) = (.infinity, largest / 7)
        for share: Float in [1, 0.9, 0.8, 0.7] {
            let scale = share * largest / 7
            guard scale > 0 else { break }
            var error: Float = 0
            for index in block {
                let value = min(max((weights[index] / scale).rounded(), -7), 7)
                let difference = weights[index] - value * scale
                error += difference * difference
            }
            if error < best.error { best = (error, scale) }
        }
        return best.scale
    }

    /// Two values a byte, the even column in the lower half; rows begin at a byte.
    func nibbles(columns: Int) -> [UInt8] {
        let stride = (columns + 1) / 2
        var bytes = [UInt8](repeating: 0, count: values.count / columns * stride)
        for (index, value) in values.enumerated() {
            let (row, column) = index.quotientAndRemainder(dividingBy: columns)
            bytes[row * stride + column / 2] |= UInt8(bitPattern: value & 0x0F) << UInt8(4 * (column % 2))
        }
        return bytes
    }
}
