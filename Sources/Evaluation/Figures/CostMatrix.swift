/// What it costs to answer one label where another is the truth.
///
/// The unit is the caller's: euros, minutes, points. Right answers may cost something as well, such as the price
/// of the model that a label stands for.
public struct CostMatrix: Sendable, Hashable {
    /// Names of the labels, in the order of rows and columns.
    public let labels: [String]
    /// Cost of each cell, row by row; rows are the truth.
    public let cells: [Double]
    /// Whether every error costs 1 and every right answer nothing.
    public let isZeroOne: Bool

    /// The largest cost that is accepted, so that sums over any number of rows stay finite.
    static let largest = 1e12

    /// Every error costs 1, every right answer nothing.
    public init(zeroOne labels: [String]) {
        self.labels = labels
        cells = (0..<labels.count * labels.count).map { $0 / labels.count == $0 % labels.count ? 0 : 1 }
        isZeroOne = true
    }

    /// A matrix with a finite cost of at least 0 in each cell, row by row.
    ///
    /// - Throws: `EvaluationError` with the code `invalidCosts`.
    public init(labels: [String], cells: [Double]) throws(EvaluationError) {
        guard cells.count == labels.count * labels.count else {
            throw EvaluationError(
                .invalidCosts,
                "\(labels.count) labels need \(labels.count * labels.count) costs, not \(cells.count).")
        }
        guard let wrong = cells.first(where: { !($0 >= 0 && $0 <= Self.largest) }) else {
            self.labels = labels
            self.cells = cells
            isZeroOne = cells == CostMatrix(zeroOne: labels).cells
            return
        }
        throw EvaluationError(
            .invalidCosts, "The cost \(wrong) makes no sense: costs are numbers from 0 to \(Self.largest).")
    }

    /// Cost of answering `predicted` where `truth` is right.
    public subscript(truth: Int, predicted: Int) -> Double { cells[truth * labels.count + predicted] }

    /// The label with the least expected cost, `preferred` among equals, else the first of them (Elkan 2001).
    func leastExpected(_ probabilities: ArraySlice<Float>, preferred: Int) -> Int {
        let count = labels.count
        var expected = [Double](repeating: 0, count: count)
        for (truth, probability) in probabilities.enumerated() where probability > 0 {
            for predicted in 0..<count { expected[predicted] += Double(probability) * cells[truth * count + predicted] }
        }
        // Rounding must not overturn a tie: a decision changes only where that saves something.
        var best = preferred
        for label in 0..<count where expected[label] < expected[best] - 1e-9 * abs(expected[best]) { best = label }
        return best
    }
}
