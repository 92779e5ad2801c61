internal import FeatureExtraction
internal import Inference
internal import TaskType
internal import VectorKernels

/// A way of making a model smaller: a precision, and the share of its rows that are kept.
struct CompressionRecipe: Sendable, Equatable {
    var precision: WeightPrecision
    /// Share of the rows that are not zero, 0 to 1; those of the largest effect are kept.
    var keptShare: Double
}

/// A float model with its rows in the order of their effect, ready to be cut at any length.
struct PrunableModel: Sendable {
    let model: TaskModel
    private let linear: RankedRows?
    private let perceptron: RankedRows?

    init(_ model: TaskModel, _ effects: RowEffects) {
        self.model = model
        linear = model.linear.map { RankedRows($0.tables, effects) }
        perceptron = model.perceptron.map { RankedRows($0.embeddings, effects) }
    }

    /// Rows that are not zero.
    var rowCount: Int { (linear?.rows.count ?? 0) + (perceptron?.rows.count ?? 0) }

    /// Rows that a share keeps.
    func keptRows(_ share: Double) -> Int {
        [linear, perceptron].compactMap { $0 }.reduce(0) { $0 + Self.count($1, share) }
    }

    private static func count(_ ranked: RankedRows, _ share: Double) -> Int {
        Int((share * Double(ranked.rows.count)).rounded(.down))
    }

    /// The model with the rows of the least effect left out; both parts lose the same share.
    func pruned(keeping share: Double) -> TaskModel {
        guard share < 1 else { return model }
        var result = model
        if let part = model.linear, let linear {
            result.linear = LogisticRegression(tables: Self.cut(part.tables, linear, share), bias: part.bias)
        }
        if let part = model.perceptron, let perceptron {
            result.perceptron = MultilayerPerceptron(
                embeddings: Self.cut(part.embeddings, perceptron, share), hiddenBias: part.hiddenBias,
                outputWeights: part.outputWeights, outputBias: part.outputBias)
        }
        return result
    }

    /// Bytes of weights and scales that a recipe leaves of the tables, without the rest of the file.
    func tableBytes(_ recipe: CompressionRecipe) -> Int {
        func bytes(_ tables: [WeightTable]?, _ ranked: RankedRows?) -> Int {
            guard let tables, let ranked else { return 0 }
            let held = ranked.heldRows(Self.count(ranked, recipe.keptShare))
            return zip(tables, held).reduce(0) { sum, table in
                sum + recipe.precision.byteCount(rows: table.1, columns: table.0.columns)
            }
        }
        return bytes(model.linear?.tables, linear) + bytes(model.perceptron?.embeddings, perceptron)
    }

    private static func cut(_ tables: [WeightTable], _ ranked: RankedRows, _ share: Double) -> [WeightTable] {
        var bitmaps = tables.map { [UInt8](repeating: 0, count: $0.rows / 8) }
        for row in ranked.rows.prefix(count(ranked, share)) {
            let bucket = Int(row & 0xFFFF_FFFF)
            bitmaps[Int(row >> 32)][bucket / 8] |= 1 << UInt8(bucket % 8)
        }
        return zip(tables, bitmaps).map { $0.keeping($1) }
    }
}

extension WeightTable {
    /// A float table of the rows in a bitmap, with the weights of this one.
    func keeping(_ bitmap: [UInt8]) -> WeightTable {
        let index = bitmap.withUnsafeBufferPointer { RowIndex(bitmap: $0) }
        // One row at least, since kernels want one to read.
        let memory = SharedBuffer<Float>(count: max(index.keptCount, 1) * columns, repeating: 0)
        for bucket in 0..<rows {
            guard let row = index.row(of: bucket) else { continue }
            for column in 0..<columns { memory[row * columns + column] = weight(row: bucket, column: column) }
        }
        return WeightTable(
            storage: .float(UnsafePointer(memory.base)), rows: rows, columns: columns, index: index, owner: memory)
    }

    /// The same weights as floats, of the same rows.
    func dequantized() -> WeightTable {
        if case .float = storage { return self }
        if let index { return keeping(index.bitmap) }
        let memory = SharedBuffer<Float>(count: rows * columns, repeating: 0)
        for row in 0..<rows {
            for column in 0..<columns { memory[row * columns + column] = weight(row: row, column: column) }
        }
        return WeightTable(storage: .float(UnsafePointer(memory.base)), rows: rows, columns: columns, owner: memory)
    }
}

extension TaskModel {
    /// The model with float tables, so that they can be packed in another way.
    func dequantized() -> TaskModel {
        var model = self
        if let part = linear {
            model.linear = LogisticRegression(tables: part.tables.map { $0.dequantized() }, bias: part.bias)
        }
        if let part = perceptron {
            model.perceptron = MultilayerPerceptron(
                embeddings: part.embeddings.map { $0.dequantized() }, hiddenBias: part.hiddenBias,
                outputWeights: part.outputWeights, outputBias: part.outputBias)
        }
        return model
    }
}
