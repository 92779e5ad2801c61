/// What a model must be to answer a request.
struct Limits {
    /// Tests that a model may fail, in the order in which they are named.
    struct Tests: OptionSet {
        let rawValue: UInt8
        static let tier = Tests(rawValue: 1)
        static let capability = Tests(rawValue: 2)
        static let context = Tests(rawValue: 4)
        static let health = Tests(rawValue: 8)
    }

    var floor: Int
    var ceiling: Int
    /// Who set the bounds.
    var floorCause = Decision.Cause.override
    var ceilingCause = Decision.Cause.override
    /// Capabilities needed.
    var needs: UInt64 = 0
    /// Tokens of input and output that must fit.
    var tokens = 0
    /// Models that are down, by index; empty where none is.
    var down: Set<Int> = []
    /// Tests that are not made, since no model passes them all.
    var waived: Tests = []

    /// The tests that a model fails.
    @inline(__always)
    func failures(of index: Int, _ model: CompiledPolicy.Model) -> Tests {
        var tests: Tests = []
        if model.tier < floor || model.tier > ceiling { tests.insert(.tier) }
        if model.capabilities & needs != needs { tests.insert(.capability) }
        if model.contextWindow < tokens { tests.insert(.context) }
        if !down.isEmpty, down.contains(index) { tests.insert(.health) }
        return tests.subtracting(waived)
    }

    /// What a model that fails these tests was passed over for.
    func cause(_ tests: Tests, _ model: CompiledPolicy.Model) -> Decision.Cause {
        if tests.contains(.tier) { return model.tier > ceiling ? ceilingCause : floorCause }
        if tests.contains(.capability) { return .capability }
        return tests.contains(.context) ? .context : .health
    }
}

extension CompiledPolicy {
    /// The model that answers: the first of `list` that passes all tests, else the one of the catalogue that is nearest
    /// in tier, then cheapest, then first.
    ///
    /// Where none passes, tests are waived: bounds of tiers, then health, then both; then, the request being longer than
    /// any window, the largest window is taken; then the list's first model, which at least can say what is wrong.
    ///
    /// - Returns: the model, and the limits with what was waived.
    func select(_ list: [Int], _ limits: Limits, _ size: RequestSize) -> (model: Int, limits: Limits) {
        var limits = limits
        for index in list where limits.failures(of: index, models[index]).isEmpty { return (index, limits) }
        let anchor = min(max(models[list[0]].tier, limits.floor), limits.ceiling)
        for waived in [[], .tier, .health, [.tier, .health]] as [Limits.Tests] {
            limits.waived = waived
            for index in list where limits.failures(of: index, models[index]).isEmpty { return (index, limits) }
            if let index = nearest(to: anchor, limits, size) { return (index, limits) }
        }
        for waived in [[.tier, .context], [.tier, .context, .health]] as [Limits.Tests] {
            limits.waived = waived
            let able = models.indices.filter { limits.failures(of: $0, models[$0]).isEmpty }
            guard let largest = able.map({ models[$0].contextWindow }).max() else { continue }
            limits.tokens = largest
            limits.waived.remove(.context)
            if let index = nearest(to: anchor, limits, size) { return (index, limits) }
        }
        limits.waived = [.tier, .capability, .context, .health]
        return (list[0], limits)
    }

    private func nearest(to tier: Int, _ limits: Limits, _ size: RequestSize) -> Int? {
        var best: (distance: Int, cost: Double, index: Int)?
        for (index, model) in models.enumerated() where limits.failures(of: index, model).isEmpty {
            let candidate = (abs(model.tier - tier), size.cost(model), index)
            if let found = best, (found.distance, found.cost, found.index) <= candidate { continue }
            best = candidate
        }
        return best?.index
    }
}

/// How long a request and its answer are.
struct RequestSize {
    var input: Int
    var output: Int

    func cost(_ model: CompiledPolicy.Model, cached: Int = 0) -> Double {
        model.cost(input: input, cached: cached, output: output)
    }
}
