import Routing
import Synchronization

/// The sessions, in several ledgers with a lock each, so that making room in one holds few up and not for long.
///
/// Decisions are made on event loops, and making room sorts a ledger: so ledgers stay small, however many sessions.
struct SessionShards: Sendable {
    private static let leastCount = 16
    private static let ledgerCapacity = 4096
    private let shards: [Shard]

    private final class Shard: Sendable {
        let ledger: Mutex<SessionLedger>
        init(capacity: Int) { ledger = Mutex(SessionLedger(capacity: capacity)) }
    }

    /// Room for so many sessions in all.
    init(capacity: Int) {
        let count = max(Self.leastCount, capacity / Self.ledgerCapacity)
        shards = (0..<count).map { _ in Shard(capacity: max(capacity / count, 10)) }
    }

    private func shard(_ identifier: String) -> Shard { shards[abs(identifier.hashValue % shards.count)] }

    /// The ledger as a decision about one session looks at it.
    func ledger(_ identifier: String, rules: Policy.SessionRules, at now: Double) -> SessionLedger {
        var result = SessionLedger(capacity: 10)
        let session = shard(identifier).ledger.withLock { $0.session(identifier, rules: rules, at: now) }
        if let session {
            result.record(
                identifier, model: session.model, routedModel: session.routedModel, inputTokens: session.cachedTokens,
                at: session.lastUsed)
        }
        return result
    }

    /// Remembers where a request of a session went.
    func record(_ identifier: String, model: String, routedModel: String?, inputTokens: Int, at now: Double) {
        shard(identifier).ledger.withLock {
            $0.record(identifier, model: model, routedModel: routedModel, inputTokens: inputTokens, at: now)
        }
    }

    /// Sessions that are remembered.
    var total: Int { shards.reduce(0) { $0 + $1.ledger.withLock { $0.sessions.count } } }
}
