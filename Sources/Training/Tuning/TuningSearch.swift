internal import FeatureExtraction
internal import Inference

/// Searches settings of the linear model by successive halving, in rounds.
///
/// A round judges several configurations on a part of the rows, the better half of them on two folds, and the best on
/// all; the next round draws from the neighbourhood of the best so far. Which configurations are considered, in what
/// order, and what each scores follow from data, options and seed alone; the clock decides only after which wave the
/// search ends.
struct TuningSearch {
    let base: TuningRows
    let splits: [Split]
    /// The same rows dealt to other folds, to judge finalists without the luck that made them so; empty for one split.
    let confirmationSplits: [Split]
    /// Rows that take part in trials.
    let isCompared: [Bool]
    let space: TuningSpace
    let options: TrainingOptions
    let tuning: TuningOptions
    let clock: TuningClock
    /// Rows under other features than those of `base`.
    let extract: (FeatureSettings) throws -> TuningRows
    let progress: (String) -> Bool

    private(set) var trials: [TuningReport.Trial] = []
    private(set) var finished: [Finished] = []
    private var considered: Set<TuningConfiguration> = []
    private var partial: [(configuration: TuningConfiguration, score: TrialScore, c: Double)] = []
    private var extracted: [(settings: FeatureSettings, rows: TuningRows)] = []
    private var generator: SeededGenerator
    private(set) var defaultsIndex = 0
    private var defaultsConfirmation: HeldOutLogits?
    private var confirmations: [Int: PairedMerit] = [:]

    /// A configuration that was judged on all held-out rows.
    struct Finished: Sendable {
        let number: Int
        let configuration: TuningConfiguration
        let c: Double
        let heldOut: HeldOutLogits
        let score: TrialScore
    }

    private static let firstRound = 12
    private static let laterRounds = 8
    /// Data sets of more features than this keep the features of the defaults: reading them anew would take longer than
    /// a trial.
    static let extractedFeatures = 50_000_000
    private static let keptExtractions = 5

    init(
        base: TuningRows, splits: [Split], confirmationSplits: [Split], isCompared: [Bool], space: TuningSpace,
        options: TrainingOptions, tuning: TuningOptions, clock: TuningClock,
        extract: @escaping (FeatureSettings) throws -> TuningRows, progress: @escaping (String) -> Bool
    ) {
        self.base = base
        self.splits = splits
        self.confirmationSplits = confirmationSplits
        self.isCompared = isCompared
        self.space = space
        self.options = options
        self.tuning = tuning
        self.clock = clock
        self.extract = extract
        self.progress = progress
        generator = SeededGenerator(seed: options.seed ^ 0x7E57_AB1E)
        extracted = [(base.settings, base)]
    }

    // MARK: The schedule

    mutating func run() throws {
        try judgeDefaults()
        var candidates = space.openings(around: finished[defaultsIndex].configuration)
        considered.formUnion(candidates)
        var round = 1
        while try play(round, candidates) {
            candidates = draw(Self.laterRounds)
            if candidates.isEmpty { return }
            round += 1
        }
    }

    /// One round; false where the budget ended in it.
    private mutating func play(_ round: Int, _ candidates: [TuningConfiguration]) throws -> Bool {
        let leader = self.leader
        let list = round == 1 ? finished.map(\.configuration) + candidates : candidates
        guard
            let first = try judge(
                list.map { ($0, startingPath(for: $0)) }, on: [partSplit], rung: "part", "round \(round)")
        else { return false }
        var entries = zip(list, first).map { (configuration: $0.0, score: $0.1.score, c: $0.1.c) }
        partial += entries
        // The defaults have been judged in full already.
        entries.removeAll { entry in finished.contains { $0.configuration == entry.configuration } }
        var survivors = best(entries, entries.count > Self.laterRounds ? 4 : 3)
        if splits.count > 2 {
            let paths = survivors.map { ($0.configuration, path(around: $0.c, $0.configuration)) }
            guard
                let second = try judge(
                    paths, on: splits.prefix(2).map(trialSplit), rung: "two-folds", "round \(round), second rung")
            else { return false }
            survivors = best(zip(survivors, second).map { ($0.0.configuration, $0.1.score, $0.1.c) }, 2)
        } else {
            survivors = Array(survivors.prefix(2))
        }
        guard
            try finish(
                survivors.map { ($0.configuration, path(around: $0.c, $0.configuration)) }, "round \(round), finalists")
        else { return false }
        if self.leader != leader || round == 1 {
            guard try judgePartners() else { return false }
            guard try confirmLeader() else { return false }
        }
        return true
    }

    /// New configurations near the best so far.
    private mutating func draw(_ count: Int) -> [TuningConfiguration] {
        let parents = best(partial, 4).map(\.configuration) + [finished[leader].configuration]
        var drawn: [TuningConfiguration] = []
        var attempts = 0
        while drawn.count < count, attempts < 200 {
            attempts += 1
            let parent = parents[Int.random(in: 0..<parents.count, using: &generator)]
            let configuration = space.neighbour(of: parent, &generator)
            if considered.insert(configuration).inserted { drawn.append(configuration) }
        }
        return drawn
    }

    // MARK: Steps

    /// Trial 0: what a run without a search chooses from.
    private mutating func judgeDefaults() throws {
        let configurations = space.losses.map { loss in
            var configuration = space.defaults
            configuration.loss = loss
            return configuration
        }
        considered.formUnion(configurations)
        let path = tuning.inverseRegularizations ?? options.inverseRegularizations
        guard
            let results = try judge(
                configurations.map { ($0, path) }, on: splits.map(trialSplit), rung: "defaults", "the defaults",
                count: 1)
        else {
            throw TrainingError(
                .badOption,
                "the budget is too short for one trial, that of the defaults on all held-out rows; give --tune more "
                    + "seconds, or train without it; nothing was written")
        }
        for (configuration, result) in zip(configurations, results) {
            finished.append(
                Finished(
                    number: 0, configuration: configuration, c: result.c, heldOut: result.heldOut, score: result.score))
        }
        defaultsIndex = TrialScore.best(finished.map(\.score)) ?? 0
    }

    /// Judges configurations on all held-out rows.
    private mutating func finish(_ list: [(TuningConfiguration, [Double])], _ stage: String) throws -> Bool {
        let new = list.filter { entry in !finished.contains { $0.configuration == entry.0 } }
        if new.isEmpty { return true }
        let number = nextNumber
        guard let results = try judge(new, on: splits.map(trialSplit), rung: "full", stage) else { return false }
        for (index, (entry, result)) in zip(new, results).enumerated() {
            finished.append(
                Finished(
                    number: number + index, configuration: entry.0, c: result.c, heldOut: result.heldOut,
                    score: result.score))
        }
        return true
    }

    /// Judges the leader with other losses and weightings: same features, other errors, good company in an average.
    private mutating func judgePartners() throws -> Bool {
        let leader = finished[self.leader]
        var list: [(TuningConfiguration, [Double])] = []
        func add(_ configuration: TuningConfiguration) {
            if !considered.contains(configuration) { list.append((configuration, startingPath(for: configuration))) }
        }
        for loss in space.losses where loss != leader.configuration.loss {
            var partner = leader.configuration
            partner.loss = loss
            if loss == .softmax, partner.weighting == .logCountRatio { partner.weighting = .inverseDocumentFrequency }
            add(partner)
        }
        if !space.fixed.contains(.weighting), space.losses.contains(.squaredHinge) {
            var partner = leader.configuration
            partner.loss = .squaredHinge
            partner.weighting = leader.configuration.weighting == .logCountRatio ? .none : .logCountRatio
            add(partner)
        }
        considered.formUnion(list.map(\.0))
        return try finish(list, "partners of the best")
    }

    /// Judges the leader, and the defaults once, on folds that had no part in its rise.
    private mutating func confirmLeader() throws -> Bool {
        let leader = self.leader
        guard !confirmationSplits.isEmpty, leader != defaultsIndex, confirmations[leader] == nil else { return true }
        var list = [finished[leader]]
        if defaultsConfirmation == nil { list.insert(finished[defaultsIndex], at: 0) }
        guard
            let results = try judge(
                list.map { ($0.configuration, path(upTo: $0.c)) }, on: confirmationSplits.map(trialSplit),
                rung: "confirmation", "confirmation", takesLast: true)
        else { return false }
        if defaultsConfirmation == nil { defaultsConfirmation = results[0].heldOut }
        if let reference = defaultsConfirmation, let heldOut = results.last?.heldOut {
            confirmations[leader] = PairedMerit(heldOut, over: reference, seed: options.seed)
        }
        return true
    }

    private var nextNumber: Int { trials.last.map { $0.number + 1 } ?? 0 }

    // MARK: What is best

    /// The best of what was judged in full.
    var leader: Int { TrialScore.best(finished.map(\.score)) ?? defaultsIndex }

    /// Whether what was judged in full may take the place of the defaults.
    ///
    /// A winner of many is partly lucky: its lead must be one standard error, two where there were no other folds to
    /// confirm it on, and must not turn round on those.
    func deserves(_ index: Int) -> Bool {
        let lead = PairedMerit(finished[index].heldOut, over: finished[defaultsIndex].heldOut, seed: options.seed)
        guard let confirmation = confirmations[index] else { return lead.isBetter(by: 2) }
        let mean = (lead.difference + confirmation.difference) / 2
        return confirmation.difference > 0 && mean >= lead.standardError
    }

    private func best(
        _ entries: [(configuration: TuningConfiguration, score: TrialScore, c: Double)], _ count: Int
    ) -> [(configuration: TuningConfiguration, score: TrialScore, c: Double)] {
        var rest = entries
        var chosen: [(configuration: TuningConfiguration, score: TrialScore, c: Double)] = []
        while chosen.count < count, let index = TrialScore.best(rest.map(\.score)) {
            chosen.append(rest.remove(at: index))
        }
        return chosen
    }

    // MARK: Paths and splits

    private func startingPath(for configuration: TuningConfiguration) -> [Double] {
        if let given = tuning.inverseRegularizations { return given }
        return configuration.loss == .softmax ? [1, 3, 10, 30] : [0.1, 0.3, 1, 3]
    }

    private func path(around c: Double, _ configuration: TuningConfiguration) -> [Double] {
        tuning.inverseRegularizations ?? [c / 2, c, 2 * c]
    }

    /// The way to a C that was chosen: one warm start before it.
    func path(upTo c: Double) -> [Double] { [c / 4, c] }

    private func trialSplit(_ split: Split) -> TrialSplit {
        var trained: [Int] = []
        var judged: [Int] = []
        for row in isCompared.indices where isCompared[row] {
            if !split.isHeldOut[row] { trained.append(row) } else if split.isJudged[row] { judged.append(row) }
        }
        return TrialSplit(trained: trained, judged: judged)
    }

    /// The split of the cheap rung.
    ///
    /// With folds, two fifths of them are learnt from and the others judged, so that little training
    /// meets many judged rows; with one split, a third of the rows is learnt from.
    private var partSplit: TrialSplit {
        guard splits.count > 1 else {
            let all = trialSplit(splits[0])
            guard all.trained.count > 1_000 else { return all }
            var generator = SeededGenerator(seed: options.seed &+ 0x9A27)
            return TrialSplit(
                trained: all.trained.filter { _ in generator.next() % 3 == 0 }, judged: all.judged)
        }
        let learntFolds = splits.prefix(max(1, splits.count * 2 / 5))
        var trained: [Int] = []
        var judged: [Int] = []
        for row in isCompared.indices where isCompared[row] {
            if learntFolds.contains(where: { $0.isHeldOut[row] }) {
                trained.append(row)
            } else if splits.contains(where: { $0.isJudged[row] }) {
                judged.append(row)
            }
        }
        return TrialSplit(trained: trained, judged: judged)
    }

    // MARK: Judging

    private struct Result: Sendable {
        let c: Double
        let heldOut: HeldOutLogits
        let score: TrialScore
    }

    /// Judges configurations, all splits of all of them at the same time; nil where the budget does not allow it.
    private mutating func judge(
        _ list: [(configuration: TuningConfiguration, path: [Double])], on splits: [TrialSplit], rung: String,
        _ stage: String, count: Int? = nil, takesLast: Bool = false
    ) throws -> [Result]? {
        let number = nextNumber
        if let limit = tuning.trials, number + (count ?? list.count) > limit { return nil }
        let units = list.reduce(0.0) { sum, entry in
            sum + splits.reduce(0.0) { $0 + Double($1.trained.count * entry.path.count) }
        }
        guard clock.allows(units: units, jobs: list.count * splits.count) else { return nil }
        guard
            progress(
                "\(stage): trial \(number)\(list.count > 1 && count == nil ? " to \(number + list.count - 1)" : "")")
        else { throw TrainingError(.interrupted, "stopped; nothing was written") }
        var jobs: [TrialJob] = []
        for entry in list {
            let rows = try rows(for: entry.configuration)
            for split in splits {
                jobs.append(
                    TrialJob(
                        rows: rows, configuration: entry.configuration, path: entry.path, split: split,
                        seed: options.seed))
            }
        }
        let work = jobs
        let clock = clock
        let interrupted = tuning.isInterrupted
        clock.begin()
        let logits = Parallel(threads: max(1, options.threads)).map(work.count) { index in
            work[index].run { interrupted() || clock.isOver }
        }
        if interrupted() { throw TrainingError(.interrupted, "stopped; nothing was written") }
        guard logits.allSatisfy({ $0 != nil }) else { return nil }
        let base = base
        let entries = list
        let results = Parallel(threads: max(1, options.threads)).map(list.count) { index in
            Self.result(
                entries[index].path, splits, base,
                logits: (0..<splits.count).map { logits[index * splits.count + $0] ?? [] }, takesLast: takesLast)
        }
        clock.end(units: units, jobs: work.count)
        for (index, result) in results.enumerated() {
            guard result.heldOut.logits.allSatisfy(\.isFinite) else {
                throw TrainingError(
                    .failed, "training with C = \(result.c) diverged; check the sample weights")
            }
            trials.append(
                TuningReport.Trial(
                    number: count == 1 ? number : number + index, rung: rung,
                    configuration: list[index].configuration,
                    summary: list[index].configuration.summary(beside: space.defaults),
                    inverse_regularization: result.c, accuracy: result.score.accuracy,
                    macro_f1: result.score.macroF1, log_loss: result.score.logLoss))
        }
        return results
    }

    /// Puts the splits' logits together and takes the best C.
    private static func result(
        _ path: [Double], _ splits: [TrialSplit], _ rows: TuningRows, logits: [[[Float]]], takesLast: Bool
    ) -> Result {
        let judged = splits.flatMap(\.judged)
        let candidates = (takesLast ? path.count - 1..<path.count : 0..<path.count).map { step in
            let heldOut = rows.heldOut(judged, logits: logits.flatMap { $0[step] })
            return Result(c: path[step], heldOut: heldOut, score: TrialScore(heldOut))
        }
        return candidates[TrialScore.best(candidates.map(\.score)) ?? 0]
    }

    /// The rows under a configuration's features, read anew where they are not at hand.
    mutating func rows(for configuration: TuningConfiguration) throws -> TuningRows {
        let settings = configuration.features(base.settings)
        func isSame(_ other: FeatureSettings) -> Bool {
            var other = other
            other.familyWeights = settings.familyWeights
            return other == settings
        }
        if let index = extracted.firstIndex(where: { isSame($0.settings) }) {
            let found = extracted.remove(at: index)
            extracted.append(found)
            return found.rows
        }
        let rows = try extract(settings)
        extracted.append((settings, rows))
        if extracted.count > Self.keptExtractions { extracted.removeFirst() }
        return rows
    }
}
