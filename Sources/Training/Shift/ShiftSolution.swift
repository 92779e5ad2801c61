internal import LinearAlgebra

/// The label mix that explains what a classifier says of traffic, given what it says of rows of each label.
///
/// Black box shift estimation (Lipton, Wang & Smola 2018): where only the labels' shares differ between held-out rows and
/// traffic, the mean prediction on traffic is q = C · π, with column j of C the mean prediction on rows of label j. π is
/// the least-squares solution, clipped to shares and scaled to sum to 1. The classifier may be biased and badly
/// calibrated, as long as C can be inverted.
struct ShiftSolution: Sendable {
    /// The estimated shares.
    let shares: [Double]
    /// What clipping took off: 0 where the prediction on traffic is a mix of those on the labels.
    let clipped: Double

    /// - Parameters:
    ///   - confusion: C, row-major, labels × labels, a column a true label.
    ///   - prediction: q.
    /// - Returns: nil where the columns of C depend on each other.
    init?(confusion: [Double], prediction: [Double]) {
        let count = prediction.count
        var square = [Double](repeating: 0, count: count * count)
        var right = [Double](repeating: 0, count: count)
        for label in 0..<count {
            for row in 0..<count {
                let value = confusion[row * count + label]
                right[label] += value * prediction[row]
                for other in 0...label { square[label * count + other] += value * confusion[row * count + other] }
            }
        }
        guard let solution = try? Cholesky.solve(square, right), solution.allSatisfy(\.isFinite) else { return nil }
        let positive = solution.map { max($0, 0) }
        let sum = positive.reduce(0, +)
        guard sum > 0 else { return nil }
        shares = positive.map { $0 / sum }
        clipped = solution.reduce(0) { $0 + max(-$1, 0) }
    }
}

/// How well the columns of a confusion matrix can be told apart.
struct ConfusionCondition: Sendable {
    /// Largest over smallest singular value; infinite where two mixes look alike.
    let number: Double
    /// The two labels that trade places at least cost: more of one and less of the other look alike.
    let labels: (Int, Int)

    init(confusion: [Double], labelCount count: Int) {
        var square = [Double](repeating: 0, count: count * count)
        for row in 0..<count {
            for column in 0..<count {
                for other in 0..<count {
                    square[column * count + other] += confusion[row * count + column] * confusion[row * count + other]
                }
            }
        }
        guard let eigen = try? SymmetricEigenvalues(of: square, order: count), let largest = eigen.values.last,
            let smallest = eigen.values.first
        else {
            number = .infinity
            labels = (0, min(1, count - 1))
            return
        }
        // Squares of singular values: what is below their rounding is zero.
        number = smallest > 1e-14 * largest ? (largest / smallest).squareRoot() : .infinity
        let direction = eigen.vectors[0..<count]
        let highest = direction.indices.max { direction[$0] < direction[$1] } ?? 0
        let lowest = direction.indices.min { direction[$0] < direction[$1] } ?? 0
        labels = (min(highest, lowest), max(highest, lowest))
    }
}
