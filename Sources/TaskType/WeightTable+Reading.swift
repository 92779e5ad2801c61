internal import FeatureExtraction
internal import Inference
internal import ModelFormat
internal import VectorKernels

/// Reads a model's tables: floats, 8-bit and 4-bit weights, of all rows or of those that are kept.
///
/// Everything is checked before a kernel sees it: kernels do not look whether a row lies inside its table.
struct TableReader {
    let file: SafetensorsFile
    /// Whether the file's version knows 4-bit weights and kept rows; to older ones such tensors are not the model's.
    let knowsCompression: Bool
    /// The tensors whose bytes hold two 4-bit weights each.
    let int4Tensors: Set<String>

    init(_ file: SafetensorsFile, version: String) throws(MetadataProblem) {
        self.file = file
        knowsCompression = version == MetadataKey.extendedFormatVersion
        guard knowsCompression, file.metadata[MetadataKey.int4Tensors] != nil else {
            int4Tensors = []
            return
        }
        let names = try file.decodeMetadata(MetadataKey.int4Tensors, as: [String].self)
        for name in names {
            guard let info = file.info(of: name), info.dtype == .u8 else {
                throw MetadataProblem(
                    "its metadata \(MetadataKey.int4Tensors) name \(name), which is no tensor of type U8 in it")
            }
        }
        int4Tensors = Set(names)
    }

    /// The table under `prefix`, with a row a bucket and a column a label or hidden unit.
    func table(_ prefix: String, rows: Int, columns: Int) throws(MetadataProblem) -> WeightTable {
        let name = "\(prefix).weight"
        guard let info = file.info(of: name) else { throw MetadataProblem("it lacks the tensor \(name)") }
        let index = try index("\(prefix).rows", rows: rows)
        let held = index?.keptCount ?? rows
        let isInt4 = int4Tensors.contains(name)
        let shape = [held, isInt4 ? (columns + 1) / 2 : columns]
        guard info.shape == shape else {
            let kept = index == nil ? "" : ", as \(prefix).rows keeps \(held) rows"
            throw MetadataProblem("tensor \(name) has shape \(info.shape) where \(shape) is needed\(kept)")
        }
        func make(_ storage: WeightTable.Storage, _ owner: any AnyObject & Sendable) -> WeightTable {
            WeightTable(storage: storage, rows: rows, columns: columns, index: index, owner: owner)
        }
        // No row is kept: kernels still want one to read.
        if held == 0 {
            let memory = ZeroRow(columns: columns)
            return make(.float(memory.values), memory)
        }
        if isInt4 {
            let weights: TensorView<UInt8> = try view(name)
            try checkPadding(weights, columns: columns)
            let (scales, shift) = try scales(prefix, rows: held, isWhole: index == nil)
            return try withPointers(weights, scales) { make(.int4($0, scales: $1, blockShift: shift), weights.bytes) }
        }
        switch info.dtype {
        case .f32:
            let weights = try TaskModel.floats(file, name, shape: shape)
            return try withPointers(weights, weights) { values, _ in make(.float(values), weights.bytes) }
        case .i8:
            let (scales, shift) = try scales(prefix, rows: held, isWhole: index == nil)
            let weights: TensorView<Int8> = try view(name)
            return try withPointers(weights, scales) { make(.int8($0, scales: $1, blockShift: shift), weights.bytes) }
        default:
            let listed = info.dtype == .u8 && knowsCompression ? ", and \(MetadataKey.int4Tensors) do not name it" : ""
            throw MetadataProblem("tensor \(name) has type \(info.dtype.rawValue), not F32 or I8\(listed)")
        }
    }

    /// The kept rows, nil where the table has all of them.
    private func index(_ name: String, rows: Int) throws(MetadataProblem) -> RowIndex? {
        guard knowsCompression, let info = file.info(of: name) else { return nil }
        guard info.dtype == .u8, info.shape == [rows / 8] else {
            throw MetadataProblem(
                "tensor \(name) has type \(info.dtype.rawValue) and shape \(info.shape) where a bitmap U8 [\(rows / 8)] "
                    + "of the \(rows) rows is needed")
        }
        let view: TensorView<UInt8> = try view(name)
        return view.withUnsafeBufferPointer { RowIndex(bitmap: $0) }
    }

    /// The scales of a table's blocks, and the binary logarithm of a block's rows.
    private func scales(
        _ prefix: String, rows: Int, isWhole: Bool
    ) throws(MetadataProblem) -> (TensorView<Float>, shift: Int) {
        let name = "\(prefix).scale"
        let count = file.info(of: name)?.shape.first ?? 0
        guard count > 0, count <= rows, !isWhole || rows % count == 0 else {
            throw MetadataProblem("tensor \(name) does not divide the \(rows) rows of \(prefix).weight")
        }
        let scales = try TaskModel.floats(file, name, shape: [count])
        // The power of two of rows that gives this number of blocks; the last block of kept rows may be shorter.
        let shift = (0..<Int.bitWidth - 2).first { (rows + (1 << $0) - 1) >> $0 <= count } ?? 0
        guard (rows + (1 << shift) - 1) >> shift == count else {
            throw MetadataProblem(
                isWhole
                    ? "tensor \(name) gives blocks of \(rows / count) rows, not a power of two"
                    : "tensor \(name) has \(count) scales for \(rows) rows, which no block of a power of two of rows gives"
            )
        }
        return (scales, shift)
    }

    /// With an odd number of columns the last half byte of a row stands for nothing and is 0.
    private func checkPadding(_ weights: TensorView<UInt8>, columns: Int) throws(MetadataProblem) {
        guard columns % 2 == 1 else { return }
        let stride = (columns + 1) / 2
        let isClean = weights.withUnsafeBufferPointer { bytes in
            var used: UInt8 = 0
            for last in Swift.stride(from: stride - 1, to: bytes.count, by: stride) { used |= bytes[last] }
            return used & 0xF0 == 0
        }
        guard isClean else {
            throw MetadataProblem("a 4-bit tensor of \(columns) columns has weights beyond the last of them")
        }
    }

    private func view<Element: TensorElement>(_ name: String) throws(MetadataProblem) -> TensorView<Element> {
        do { return try file.tensor(name) } catch { throw MetadataProblem(TaskModel.problem(error, in: file)) }
    }

    /// Pointers into the file, which the table keeps alive by its owner.
    private func withPointers<First, Second>(
        _ first: TensorView<First>, _ second: TensorView<Second>,
        _ body: (UnsafePointer<First>, UnsafePointer<Second>) -> WeightTable
    ) throws(MetadataProblem) -> WeightTable {
        let table = first.withUnsafeBufferPointer { one in
            second.withUnsafeBufferPointer { other -> WeightTable? in
                guard let one = one.baseAddress, let other = other.baseAddress else { return nil }
                return body(one, other)
            }
        }
        guard let table else { throw MetadataProblem("a tensor of weights is empty") }
        return table
    }
}

/// A row of zeros, for tables of which no row is kept.
private final class ZeroRow: @unchecked Sendable {
    // Sendable: written to in the initialiser only.
    private let memory: UnsafeMutableBufferPointer<Float>

    init(columns: Int) {
        memory = .allocate(capacity: max(columns, 1))
        memory.initialize(repeating: 0)
    }

    deinit { memory.deallocate() }

    var values: UnsafePointer<Float> {
        guard let base = memory.baseAddress else { preconditionFailure("a row without columns") }
        return UnsafePointer(base)
    }
}
