/// The upper bounds of a histogram's buckets, ascending; values above the last one fall into a bucket without a bound.
public struct HistogramBounds: Sendable, Equatable, ExpressibleByArrayLiteral {
    /// The bounds.
    public let values: [Double]

    /// Bounds from any numbers: sorted, without repetitions; what is not finite is left out.
    public init(_ values: some Sequence<Double>) {
        var ascending: [Double] = []
        for value in values.filter(\.isFinite).sorted() where ascending.last != value { ascending.append(value) }
        self.values = ascending
    }

    /// Bounds from any numbers: sorted, without repetitions; what is not finite is left out.
    public init(arrayLiteral values: Double...) { self.init(values) }

    /// Latencies in seconds, from 10 µs to 5 s.
    public static let latency: HistogramBounds = [
        10e-6, 25e-6, 50e-6, 100e-6, 250e-6, 500e-6,
        1e-3, 2.5e-3, 5e-3, 10e-3, 25e-3, 50e-3, 100e-3, 250e-3, 500e-3,
        1, 2.5, 5,
    ]

    /// Probabilities in tenths.
    public static let confidence: HistogramBounds = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]

    /// Numbers of inputs in a batch, in powers of two up to 1024.
    public static let batchSize = HistogramBounds((0...10).map { Double(1 << $0) })

    /// Values of an unknown kind, in steps of 1, 2.5 and 5 from 1 to 500,000.
    public static let general: HistogramBounds = [
        1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1e3, 2.5e3, 5e3, 10e3, 25e3, 50e3, 100e3, 250e3, 500e3,
    ]
}
