/// The number of rows and columns of a matrix.
public struct MatrixShape: Sendable, Hashable, CustomStringConvertible {
    /// The number of rows.
    public let rows: Int
    /// The number of columns.
    public let columns: Int

    /// A shape of `rows` × `columns`, where each may be 0.
    public init(rows: Int, columns: Int) {
        require(
            rows >= 0 && columns >= 0, "a matrix cannot have \(rows) rows and \(columns) columns")
        self.rows = rows
        self.columns = columns
    }

    /// The number of elements.
    public var count: Int { rows * columns }

    /// The shape of the transposed matrix.
    public var transposed: MatrixShape { MatrixShape(rows: columns, columns: rows) }

    /// The shape as a reader writes it: `3 × 4`.
    public var description: String { "\(rows) × \(columns)" }
}

/// A dense matrix of Float, row-major: element (i, j) is `values[i * columns + j]`.
public struct Matrix: Sendable, Equatable {
    /// The number of rows and columns.
    public let shape: MatrixShape
    /// The elements, row after row.
    public private(set) var values: [Float]

    /// A matrix with the same number in every element.
    public init(rows: Int, columns: Int, repeating value: Float = 0) {
        shape = MatrixShape(rows: rows, columns: columns)
        values = [Float](repeating: value, count: shape.count)
    }

    /// A matrix of elements given row after row.
    ///
    /// - Precondition: `values.count == rows * columns`.
    public init(rows: Int, columns: Int, values: [Float]) {
        shape = MatrixShape(rows: rows, columns: columns)
        require(
            values.count == shape.count,
            "a matrix of \(shape) has \(shape.count) elements, but \(values.count) were given")
        self.values = values
    }

    /// The number of rows.
    public var rows: Int { shape.rows }

    /// The number of columns.
    public var columns: Int { shape.columns }

    /// The element in one row and column; for single look-ups, as both indices are checked.
    public subscript(row: Int, column: Int) -> Float {
        get { values[index(row, column)] }
        set { values[index(row, column)] = newValue }
    }

    /// Where a row's elements lie in `values`.
    public func range(ofRow row: Int) -> Range<Int> {
        require(row >= 0 && row < rows, "row \(row) of a matrix with \(rows) rows")
        return row * columns..<(row + 1) * columns
    }

    /// Lends the elements for writing in place; their number cannot change.
    public mutating func withMutableValues<Result>(
        _ body: (inout MutableSpan<Float>) throws -> Result
    ) rethrows -> Result {
        var span = values.mutableSpan
        return try body(&span)
    }

    private func index(_ row: Int, _ column: Int) -> Int {
        require(column >= 0 && column < columns, "column \(column) of a matrix with \(columns) columns")
        return range(ofRow: row).lowerBound + column
    }
}
