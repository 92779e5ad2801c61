public import Samples

/// Weighs samples down by age: one whose age is the half-life counts half.
///
/// Age is counted from the newest timestamp among the samples, not from a clock, so that the same data always give the
/// same model.
public struct TimeDecay: Sendable {
    /// What to do with samples without a timestamp.
    public enum Undated: String, Sendable, CaseIterable {
        /// Refuse them.
        case refuse
        /// Count them in full.
        case newest
        /// Count them like the oldest sample.
        case oldest
    }

    /// What decay made of the samples' weights.
    public struct Figures: Sendable, Equatable, Codable {
        /// The half-life.
        public var half_life_days: Double
        /// The newest timestamp, which ages are counted from.
        public var newest: String
        /// The oldest timestamp.
        public var oldest: String
        /// Samples without a timestamp.
        public var undated_rows: Int
        /// (Σ w)² / Σ w² (Kish 1965): as many samples of equal weight would say as much.
        public var effective_rows: Double
    }

    /// Days after which a sample counts half.
    public let halfLifeDays: Double
    /// What to do with samples without a timestamp.
    public let undated: Undated
    private var seconds: [Int64?] = []
    private var weights: [Double] = []
    private var newest: Timestamp?
    private var oldest: Timestamp?

    /// After this many half-lives a sample fades no further: a weight of 0 would take it out of its label.
    private static let mostHalfLives = 30.0

    /// A decay with a half-life above 0.
    public init(halfLifeDays: Double, undated: Undated = .refuse) throws(TrainingError) {
        guard halfLifeDays > 0, halfLifeDays.isFinite else {
            throw TrainingError(.badOption, "the half-life must be a number of days above 0, not \(halfLifeDays)")
        }
        self.halfLifeDays = halfLifeDays
        self.undated = undated
    }

    /// Takes the next sample into account.
    ///
    /// - Throws: Where it has no timestamp and that is not allowed.
    public mutating func append(_ sample: Sample) throws(TrainingError) {
        guard let timestamp = sample.timestamp else {
            guard undated != .refuse else {
                throw TrainingError(
                    .unusableData,
                    "\(sample.location): the row has no `timestamp`, which --decay goes by; add one, or say with --undated newest or oldest how such rows count"
                )
            }
            seconds.append(nil)
            weights.append(sample.weight)
            return
        }
        if newest.map({ timestamp > $0 }) ?? true { newest = timestamp }
        if oldest.map({ timestamp < $0 }) ?? true { oldest = timestamp }
        seconds.append(timestamp.secondsSinceEpoch)
        weights.append(sample.weight)
    }

    /// A factor a sample, in their order: 2 to the power of −age / half-life.
    public func factors() throws(TrainingError) -> [Float] {
        guard let newest, let oldest else {
            throw TrainingError(
                .unusableData,
                "no row has a `timestamp`, so --decay has nothing to go by; add the column or leave the option out")
        }
        return seconds.map { second in
            let age: Double
            switch (second, undated) {
            case (let second?, _): age = Double(newest.secondsSinceEpoch) - Double(second)
            case (nil, .oldest): age = Double(newest.secondsSinceEpoch) - Double(oldest.secondsSinceEpoch)
            case (nil, _): age = 0
            }
            let halfLives = min(age / 86_400 / halfLifeDays, Self.mostHalfLives)
            return Float(exponential(-halfLives * logarithm(2)))
        }
    }

    /// What `factors` make of the weights.
    public func figures() throws(TrainingError) -> Figures {
        let faded = zip(try factors(), weights).map { Double($0) * $1 }
        let sum = faded.reduce(0, +)
        let squares = faded.reduce(0) { $0 + $1 * $1 }
        return Figures(
            half_life_days: halfLifeDays, newest: newest?.description ?? "", oldest: oldest?.description ?? "",
            undated_rows: seconds.count { $0 == nil }, effective_rows: squares > 0 ? sum * sum / squares : 0)
    }
}
