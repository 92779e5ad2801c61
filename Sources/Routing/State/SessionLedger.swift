/// Which model each session has, and how much of its prompt the provider has in its cache.
public struct SessionLedger: Sendable, Equatable {
    /// A session.
    public struct Session: Sendable, Equatable {
        /// Its model.
        public var model: String
        /// The model that routing would have kept to, where a rollout's model of before answers; nil elsewhere.
        public var routedModel: String?
        /// Input tokens of its last request, which the provider has in its cache.
        public var cachedTokens: Int
        /// When it was last used.
        public var lastUsed: Double

        /// A session.
        public init(model: String, routedModel: String? = nil, cachedTokens: Int, lastUsed: Double) {
            self.model = model
            self.routedModel = routedModel
            self.cachedTokens = cachedTokens
            self.lastUsed = lastUsed
        }
    }

    /// Most sessions that are kept; of more, a tenth that was not used for longest is forgotten.
    public let capacity: Int
    /// Identifier → session.
    public private(set) var sessions: [String: Session] = [:]

    /// No sessions.
    public init(capacity: Int = 100_000) { self.capacity = max(capacity, 10) }

    /// A session that is not forgotten at `now`; one from the future is kept, the clock having gone back.
    public func session(_ identifier: String, rules: Policy.SessionRules, at now: Double) -> Session? {
        guard let session = sessions[identifier], now - session.lastUsed <= rules.idleSeconds else { return nil }
        return session
    }

    /// Remembers that a request of a session went to a model.
    ///
    /// - Parameter routedModel: the one that routing would have chosen, where a rollout's model of before answered.
    public mutating func record(
        _ identifier: String, model: String, routedModel: String? = nil, inputTokens: Int, at now: Double
    ) {
        sessions[identifier] = Session(
            model: model, routedModel: routedModel, cachedTokens: max(0, inputTokens), lastUsed: now)
        guard sessions.count > capacity else { return }
        let oldest = sessions.sorted { ($0.value.lastUsed, $0.key) < ($1.value.lastUsed, $1.key) }
        for (identifier, _) in oldest.prefix(max(1, capacity / 10)) { sessions[identifier] = nil }
    }

    /// Forgets a session.
    public mutating func remove(_ identifier: String) { sessions[identifier] = nil }
}
