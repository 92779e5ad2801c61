/// A function of a few Double variables that knows its gradient and its Hessian, to be minimised.
public protocol TwiceDifferentiableObjective {
    /// The number of variables n.
    var dimension: Int { get }

    /// Returns the value at `point`; NaN or an infinity outside the function's domain.
    mutating func value(at point: [Double]) -> Double

    /// Returns the value at `point` and overwrites `gradient` and the lower triangle of `hessian`.
    ///
    /// - Parameters:
    ///   - point: n variables.
    ///   - gradient: n elements, whose former contents mean nothing.
    ///   - hessian: n × n elements, row-major, whose former contents mean nothing.
    mutating func evaluate(at point: [Double], gradient: inout [Double], hessian: inout [Double]) -> Double
}
