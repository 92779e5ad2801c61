/// Adam for a table of rows of which a step touches only some ("lazy" Adam), such as an embedding table.
///
/// A row's moments decay only in the steps that name the row, and one step count serves the whole table, so a
/// row that is rarely seen moves further per sighting than dense Adam would move it. A step costs
/// O(rows named · width), however long the table is.
public struct RowSparseAdam: Sendable {
    /// The number of rows.
    public let rows: Int
    /// The number of parameters in a row.
    public let width: Int

    /// The constants; the learning rate may change between steps.
    public var settings: Adam.Settings {
        get { correction.settings }
        set { correction.settings = newValue }
    }

    /// The number of steps made.
    public var stepCount: Int { correction.stepCount }

    private var correction: AdamBiasCorrection
    private var firstMoment: [Float]
    private var secondMoment: [Float]

    /// The state for a row-major table of `rows` × `width` parameters before the first step.
    public init(rows: Int, width: Int, settings: Adam.Settings = Adam.Settings()) {
        self.rows = rows
        self.width = width
        correction = AdamBiasCorrection(settings: settings)
        firstMoment = [Float](repeating: 0, count: rows * width)
        secondMoment = firstMoment
    }

    /// Makes one step, whose row updates `body` does through the updater it is lent.
    ///
    /// - Parameters:
    ///   - parameters: The table, row-major.
    ///   - body: Calls the updater for each row of the step, from one thread or from several, and returns when
    ///     all of these calls have. The updater means nothing afterwards.
    /// - Precondition: `parameters.count == rows * width`.
    public mutating func step<Result>(
        _ parameters: inout MutableSpan<Float>, _ body: (RowUpdater) throws -> Result
    ) rethrows -> Result {
        precondition(
            parameters.count == firstMoment.count,
            "\(parameters.count) parameters for a table of \(rows) × \(width)")
        correction.advance()
        let (kernel, rows, width) = (correction.kernel, rows, width)
        return try parameters.withUnsafeMutableBufferPointer { parameters in
            try firstMoment.withUnsafeMutableBufferPointer { first in
                try secondMoment.withUnsafeMutableBufferPointer { second in
                    try body(
                        RowUpdater(
                            rows: rows, width: width, kernel: kernel, parameters: parameters, first: first,
                            second: second))
                }
            }
        }
    }

    /// Makes one step on one thread: row `rowNumbers[i]` moves against the i-th `width` elements of `gradients`.
    ///
    /// - Precondition: no row is named twice, and `gradients.count == rowNumbers.count * width`.
    public mutating func step(_ parameters: inout [Float], rows rowNumbers: [Int], gradients: [Float]) {
        precondition(
            gradients.count == rowNumbers.count * width,
            "\(rowNumbers.count) rows of \(width) need \(rowNumbers.count * width) gradient elements, "
                + "but \(gradients.count) were given")
        let width = width
        var table = parameters.mutableSpan
        step(&table) { updater in
            for (place, row) in rowNumbers.enumerated() {
                updater.update(
                    row: row, gradient: gradients.span.extracting(place * width..<(place + 1) * width))
            }
        }
    }
}
