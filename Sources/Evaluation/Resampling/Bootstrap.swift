internal import Dispatch
internal import Synchronization

/// Settings of the bootstrap (Efron and Tibshirani 1993): rows, or the groups that they form, are drawn with
/// replacement, each as likely as any other, and the figure is computed again on every resample.
public struct Bootstrap: Sendable, Hashable {
    /// Number of resamples; 0 leaves the intervals out.
    public let resamples: Int
    /// The same seed gives the same intervals, whatever the number of threads.
    public let seed: UInt64
    /// The most threads to use, or nil for as many as the machine has cores (32 at most).
    public let threads: Int?
    /// Number of groups that were drawn whole, in what an evaluation or comparison tells of its resamples; nil where rows
    /// were drawn one by one.
    public private(set) var groups: Int?

    /// 1,000 resamples with seed 0.
    public static let standard = Bootstrap(checkedResamples: 1000, seed: 0, threads: nil)

    /// No resamples: figures without bootstrap intervals.
    public static let none = Bootstrap(checkedResamples: 0, seed: 0, threads: nil)

    /// Settings with a number of resamples from 0 to 1,000,000 and at least one thread.
    ///
    /// - Throws: `EvaluationError` with the code `invalidBootstrap`.
    public init(resamples: Int = 1000, seed: UInt64 = 0, threads: Int? = nil) throws(EvaluationError) {
        guard (0...1_000_000).contains(resamples) else {
            throw EvaluationError(
                .invalidBootstrap, "\(resamples) resamples are not possible: use 0 (no intervals) to 1000000."
            )
        }
        if let threads, threads < 1 {
            throw EvaluationError(.invalidBootstrap, "\(threads) threads are not possible: use at least 1.")
        }
        self.init(checkedResamples: resamples, seed: seed, threads: threads)
    }

    private init(checkedResamples: Int, seed: UInt64, threads: Int?) {
        self.resamples = checkedResamples
        self.seed = seed
        self.threads = threads
    }

    /// The settings without the number of threads, which has no influence on the results, and with the number of groups.
    func reproducible(over clusters: RowClusters?) -> Bootstrap {
        var settings = Bootstrap(checkedResamples: resamples, seed: seed, threads: nil)
        settings.groups = clusters?.count
        return settings
    }

    /// Calls `statistic` with how often each row was drawn, once a resample, and returns its results in order.
    ///
    /// With `clusters`, as many of these are drawn as there are, and each row comes as often as its group. One group tells
    /// nothing of others: then there are no resamples.
    package func run<Result: Sendable>(
        rows: Int, clusters: RowClusters? = nil, _ statistic: @escaping @Sendable ([UInt32]) -> Result
    ) -> [Result] {
        run(rows: rows, clusters: clusters) { counts, _ in statistic(counts) }
    }

    /// The same for a statistic that draws more than rows; its draws are the resample's own.
    package func run<Result: Sendable>(
        rows: Int, clusters: RowClusters? = nil,
        _ statistic: @escaping @Sendable ([UInt32], inout SeededGenerator) -> Result
    ) -> [Result] {
        guard resamples > 0, clusters?.count ?? rows > 1 else { return [] }
        let workers = min(threads ?? 32, resamples)
        let collected = Mutex<[[Result]]>(Array(repeating: [], count: workers))
        DispatchQueue.concurrentPerform(iterations: workers) { worker in
            var results: [Result] = []
            var counts = [UInt32](repeating: 0, count: rows)
            var drawn = [UInt32](repeating: 0, count: clusters?.count ?? 0)
            for resample in stride(from: worker, to: resamples, by: workers) {
                if !results.isEmpty { for row in counts.indices { counts[row] = 0 } }
                var generator = SeededGenerator(seed: seed, stream: resample)
                if let clusters {
                    for cluster in drawn.indices { drawn[cluster] = 0 }
                    for _ in drawn.indices { drawn[generator.index(below: drawn.count)] &+= 1 }
                    for row in counts.indices { counts[row] = drawn[Int(clusters.ofRow[row])] }
                } else {
                    for _ in 0..<rows { counts[generator.index(below: rows)] &+= 1 }
                }
                results.append(statistic(counts, &generator))
            }
            collected.withLock { $0[worker] = results }
        }
        let shares = collected.withLock { $0 }
        return (0..<resamples).map { shares[$0 % workers][$0 / workers] }
    }
}
