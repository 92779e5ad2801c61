public import Conversation

/// Unlabelled requests as they come in, from which a label mix is estimated.
///
/// A uniform sample of bounded size of all that is read (reservoir sampling: Vitter 1985): the mix of twenty thousand
/// requests is known to a third of a point, and more of them would say little more.
public struct TrafficSample: Sendable {
    /// The requests kept.
    public private(set) var requests: [Request] = []
    /// Requests read so far.
    public private(set) var count = 0
    private var generator: SeededGenerator

    /// Requests that there must be for an estimate: of fewer, resampling cannot tell how little they say, since all of
    /// them may have got the same answer by chance.
    public static let minimum = 50

    /// Requests kept at most.
    public static let limit = 20_000

    /// An empty sample.
    public init(seed: UInt64) { generator = SeededGenerator(seed: seed &+ 0x7AFF1C) }

    /// Takes a request into account.
    public mutating func append(_ request: Request) {
        count += 1
        if requests.count < Self.limit {
            requests.append(request)
        } else {
            let place = Int(generator.next() % UInt64(count))
            if place < Self.limit { requests[place] = request }
        }
    }
}
