/// Spaces requests evenly, so that no minute has more of them, or of their tokens, than are allowed.
///
/// A leaky bucket without a burst: each request moves the time of the next. It has no clock; times are seconds on any.
struct RateLimiter: Sendable {
    private let secondsPerRequest: Double
    private let secondsPerToken: Double
    private var nextRequest = -Double.infinity
    private var nextToken = -Double.infinity
    private var pausedUntil = -Double.infinity

    /// A limiter; `nil` for no limit.
    init(requestsPerMinute: Double?, tokensPerMinute: Double?) {
        secondsPerRequest = requestsPerMinute.map { 60 / $0 } ?? 0
        secondsPerToken = tokensPerMinute.map { 60 / $0 } ?? 0
    }

    /// When a request that asks at `now` and is thought to take `tokens` may be sent; its place is taken.
    mutating func reserve(now: Double, tokens: Double) -> Double {
        let start = max(now, nextRequest, nextToken, pausedUntil)
        nextRequest = start + secondsPerRequest
        nextToken = start + tokens * secondsPerToken
        return start
    }

    /// Makes up for a request that took another number of tokens than was thought.
    mutating func correct(reserved: Double, used: Double) { nextToken += (used - reserved) * secondsPerToken }

    /// Sends nothing before `time`.
    mutating func pause(until time: Double) { pausedUntil = max(pausedUntil, time) }

    /// Whether a request that was to be sent at `time` has to wait longer after all.
    func isPaused(at time: Double) -> Bool { time < pausedUntil }

    /// The end of the pause, if there is one after `time`.
    func end(after time: Double) -> Double { max(time, pausedUntil) }
}
