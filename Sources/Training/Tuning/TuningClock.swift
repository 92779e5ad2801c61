internal import Synchronization

/// The budget of a search in time, and what trials cost so far.
final class TuningClock: Sendable {
    private let deadline: ContinuousClock.Instant?
    private let threads: Int
    private let state = Mutex(State())

    private struct State {
        var began: ContinuousClock.Instant?
        /// Seconds that one thread takes for a unit of work, a row of a fit; the dearest wave's of late.
        var secondsPerUnit = 0.0
        /// Work that one thread does after the search.
        var reservedUnits = 0.0
    }

    /// A clock that ends `seconds` after `start`, less what the work after the search is likely to take.
    init(start: ContinuousClock.Instant, seconds: Double?, threads: Int) {
        deadline = seconds.map { start + .seconds($0) }
        self.threads = max(1, threads)
    }

    /// Whether the budget is used up.
    var isOver: Bool { !leaves(seconds: 0) }

    /// Keeps time for work of `units` on one thread after the search.
    func reserve(units: Double) { state.withLock { $0.reservedUnits = units } }

    private func leaves(seconds: Double) -> Bool {
        guard let deadline else { return true }
        let reserved = state.withLock { $0.secondsPerUnit * $0.reservedUnits }
        return ContinuousClock.now + .seconds(seconds + reserved) <= deadline
    }

    func begin() { state.withLock { $0.began = .now } }

    /// Learns from a wave that has ended.
    func end(units: Double, jobs: Int) {
        state.withLock { state in
            guard let began = state.began, units > 0 else { return }
            let seconds = (ContinuousClock.now - began) / .seconds(1)
            let cost = seconds / units * busyThreads(jobs)
            state.secondsPerUnit = state.secondsPerUnit == 0 ? cost : max(cost, 0.7 * state.secondsPerUnit)
        }
    }

    /// Whether work of `units`, in `jobs` equal parts, is likely to end in time.
    func allows(units: Double, jobs: Int) -> Bool {
        leaves(seconds: state.withLock(\.secondsPerUnit) * units / busyThreads(jobs))
    }

    /// Threads that are busy on average while `jobs` equal jobs are done.
    private func busyThreads(_ jobs: Int) -> Double {
        let waves = (max(jobs, 1) + threads - 1) / threads
        return Double(max(jobs, 1)) / Double(waves)
    }
}
