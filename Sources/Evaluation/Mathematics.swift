#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Natural logarithm.
func naturalLog(_ x: Double) -> Double { log(x) }

/// Natural exponential.
func exponential(_ x: Double) -> Double { exp(x) }

/// Expectation of |X| for X normal with the given mean and standard deviation (the folded normal).
///
/// Leone, Nelson and Nottingham 1961, Technometrics 3(4).
func meanOfFoldedNormal(mean: Double, deviation: Double) -> Double {
    guard deviation > 0 else { return abs(mean) }
    let ratio = mean / deviation
    return deviation * (2 / Double.pi).squareRoot() * exp(-ratio * ratio / 2)
        + mean * erf(ratio / 2.0.squareRoot())
}

/// Distribution function of the standard normal distribution.
func normalDistribution(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }
