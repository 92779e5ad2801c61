#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Natural logarithm of `x`.
func naturalLogarithm(_ x: Double) -> Double { log(x) }
