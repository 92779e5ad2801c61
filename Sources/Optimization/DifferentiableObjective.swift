/// A function of many Float variables that knows its gradient, to be minimised.
public protocol DifferentiableObjective {
    /// The number of variables.
    var dimension: Int { get }

    /// Returns the value at `point`, in Double, and overwrites every element of `gradient`.
    ///
    /// A point outside the function's domain is answered with NaN or an infinity. An objective that gives the
    /// same bits for the same point makes the whole minimisation repeat bit for bit.
    ///
    /// - Parameters:
    ///   - point: `dimension` variables.
    ///   - gradient: `dimension` elements, whose former contents mean nothing.
    mutating func evaluate(at point: [Float], gradient: inout [Float]) -> Double
}
