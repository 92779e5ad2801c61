/// Exact two-sided McNemar test (McNemar 1947): the probability of a split at least as uneven as
/// `onlyFirst` to `onlySecond` if each disagreement fell to either side by the toss of a fair coin.
///
/// 1 where there are no disagreements; O(disagreements).
package func exactMcNemarP(onlyFirst: Int, onlySecond: Int) -> Double {
    let smaller = min(onlyFirst, onlySecond)
    let trials = onlyFirst + onlySecond
    guard onlyFirst != onlySecond else { return 1 }
    var logTerm = -Double(trials) * naturalLog(2)
    for drawn in 0..<smaller { logTerm += naturalLog(Double(trials - drawn) / Double(drawn + 1)) }
    // Terms shrink towards zero successes; relative to the largest they can be summed without underflow.
    var term = 1.0
    var sum = 1.0
    for successes in stride(from: smaller, to: 0, by: -1) {
        term *= Double(successes) / Double(trials - successes + 1)
        sum += term
        if term < 1e-18 * sum { break }
    }
    return min(1, 2 * exponential(logTerm + naturalLog(sum)))
}
