/// The step count of Adam, and the correction of both moments for having started at 0.
struct AdamBiasCorrection {
    var settings: Adam.Settings
    private(set) var stepCount = 0
    /// β₁ᵗ and β₂ᵗ.
    private var firstPower = 1.0
    private var secondPower = 1.0

    init(settings: Adam.Settings) { self.settings = settings }

    mutating func advance() {
        stepCount += 1
        firstPower *= Double(settings.firstDecay)
        secondPower *= Double(settings.secondDecay)
    }

    /// The constants of the present step.
    ///
    /// Both corrections are drawn out of the loop: α·m̂ / (√v̂ + ε) equals a·m / (√v + e) with
    /// a = α·√(1 − β₂ᵗ) / (1 − β₁ᵗ) and e = ε·√(1 − β₂ᵗ).
    var kernel: AdamKernel {
        let root = (1 - secondPower).squareRoot()
        return AdamKernel(
            rate: Float(Double(settings.learningRate) * root / (1 - firstPower)),
            epsilon: Float(Double(settings.epsilon) * root), firstDecay: settings.firstDecay,
            secondDecay: settings.secondDecay)
    }
}

/// One step of Adam over stretches of equal length.
///
/// The four buffers have equal counts, which the callers have checked, and do not overlap. Pointers, because a
/// table's rows are updated by several threads; element by element, so that the loop vectorises.
struct AdamKernel {
    let rate: Float
    let epsilon: Float
    let firstDecay: Float
    let secondDecay: Float

    func update(
        _ parameters: UnsafeMutableBufferPointer<Float>, _ first: UnsafeMutableBufferPointer<Float>,
        _ second: UnsafeMutableBufferPointer<Float>, gradient: UnsafeBufferPointer<Float>
    ) {
        for index in gradient.indices {
            let slope = gradient[index]
            let m = firstDecay * first[index] + (1 - firstDecay) * slope
            let v = secondDecay * second[index] + (1 - secondDecay) * slope * slope
            first[index] = m
            second[index] = v
            // v is never negative; `abs` lets the compiler see it, and only then are the roots vectorised.
            parameters[index] -= rate * m / (abs(v).squareRoot() + epsilon)
        }
    }
}
