import DataCare
import Samples

/// Rows whose timestamps lie in the future: a wrong clock or time zone wrote them more often than not.
///
/// They are told of and change nothing: the same data give the same model, whenever it is trained.
struct FutureTimestamps {
    private let now = currentTime
    private var count = 0
    private var first: SampleLocation?

    mutating func note(_ sample: Sample) {
        guard let timestamp = sample.timestamp, timestamp.secondsSinceEpoch > now else { return }
        count += 1
        if first == nil { first = sample.location }
    }

    /// A warning on standard error, if there are such rows.
    func report() {
        guard let first else { return }
        StandardError.write(
            "warning: \(count == 1 ? "1 timestamp lies" : "\(count) timestamps lie") in the future, the first at \(first); "
                + "check the clock or the time zone that wrote them\n")
    }
}
