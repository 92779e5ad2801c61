import LinearAlgebra

/// The last few steps and changes of gradient, which stand for the inverse Hessian.
///
/// A ring of m pairs (s, y). A pair's vectors are allocated when the ring first reaches them and are written
/// in place from then on.
struct LBFGSHistory {
    private let memory: Int
    private var steps: [[Float]] = []
    private var changes: [[Float]] = []
    /// sᵀy of each pair.
    private var products: [Double] = []
    /// Scratch of the two loops.
    private var coefficients: [Double]
    /// The pairs that count, oldest first, as places in the ring.
    private var order: [Int] = []
    /// γ = sᵀy / yᵀy of the newest pair: the scale of the initial Hessian (Nocedal & Wright, 7.20).
    private var scale = 1.0

    init(memory: Int) {
        self.memory = max(0, memory)
        coefficients = [Double](repeating: 0, count: self.memory)
    }

    var isEmpty: Bool { order.isEmpty }

    /// Forgets every pair and keeps the storage.
    mutating func reset() {
        order.removeAll(keepingCapacity: true)
        scale = 1
    }

    /// Adds the pair s = newPoint − point and y = newGradient − gradient, in place of the oldest if need be.
    ///
    /// A pair without positive curvature, which would spoil the positive definite approximation, is left out.
    mutating func append(
        point: [Float], newPoint: [Float], gradient: [Float], newGradient: [Float]
    ) {
        guard memory > 0 else { return }
        let place = freePlace(dimension: point.count)
        LBFGSHistory.subtract(point, from: newPoint, into: &steps[place])
        LBFGSHistory.subtract(gradient, from: newGradient, into: &changes[place])
        let product = VectorOperations.dot(steps[place], changes[place])
        let changeNorm = VectorOperations.norm2(changes[place])
        let stepNorm = VectorOperations.norm2(steps[place])
        guard product > 1e-8 * stepNorm * changeNorm, (product / changeNorm / changeNorm).isFinite else {
            return
        }
        products[place] = product
        scale = product / changeNorm / changeNorm
        order.append(place)
    }

    /// Overwrites `direction` with −H·gradient by the two-loop recursion (Nocedal & Wright, Algorithm 7.4).
    ///
    /// O(m·n).
    mutating func writeDirection(gradient: [Float], into direction: inout [Float]) {
        VectorOperations.copy(gradient, to: &direction)
        for place in order.reversed() {
            let coefficient = VectorOperations.dot(steps[place], direction) / products[place]
            coefficients[place] = coefficient
            VectorOperations.add(scaled: Float(-coefficient), changes[place], to: &direction)
        }
        VectorOperations.scale(&direction, by: Float(-scale))
        for place in order {
            let correction = VectorOperations.dot(changes[place], direction) / products[place]
            VectorOperations.add(
                scaled: Float(-coefficients[place] - correction), steps[place], to: &direction)
        }
    }

    /// A place in the ring that no pair in `order` uses, after dropping the oldest when all are in use.
    private mutating func freePlace(dimension: Int) -> Int {
        if let unused = steps.indices.first(where: { !order.contains($0) }) { return unused }
        if steps.count < memory {
            steps.append([Float](repeating: 0, count: dimension))
            changes.append([Float](repeating: 0, count: dimension))
            products.append(0)
            return steps.count - 1
        }
        return order.removeFirst()
    }

    private static func subtract(_ a: [Float], from b: [Float], into result: inout [Float]) {
        VectorOperations.copy(b, to: &result)
        VectorOperations.add(scaled: -1, a, to: &result)
    }
}
