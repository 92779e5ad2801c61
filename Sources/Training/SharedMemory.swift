#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Memory that many threads read and none writes while `Parallel.forEach` runs.
struct SharedConstants: @unchecked Sendable {
    // Sendable: read only, and alive for the call that made it.
    let buffer: UnsafeBufferPointer<Float>
    init(_ buffer: UnsafeBufferPointer<Float>) { self.buffer = buffer }
}

/// Memory of which every thread writes a part of its own while `Parallel.forEach` runs.
struct SharedVariables: @unchecked Sendable {
    // Sendable: the parts are disjoint, and the memory is alive for the call that made it.
    let buffer: UnsafeMutableBufferPointer<Float>
    init(_ buffer: UnsafeMutableBufferPointer<Float>) { self.buffer = buffer }
}

/// e to the power of `x`.
@inline(__always)
func exponential(_ x: Double) -> Double { exp(x) }

/// Natural logarithm of `x`.
@inline(__always)
func logarithm(_ x: Double) -> Double { log(x) }
