import ArgumentParser
import Routing

/// What a gateway would say of a request, beside its text.
struct RouteOptions: ParsableArguments {
    @Option(help: "Mode, such as eco, balanced or sport; the policy's default where this is left out.")
    var mode: String?

    @Option(help: ArgumentHelp("Model that the request asks for.", valueName: "name"))
    var modelOverride: String?

    @Option(help: ArgumentHelp("Least tier that the request asks for.", valueName: "tier"))
    var minimumTier: String?

    @Option(help: ArgumentHelp("Metadata, such as project=search or user_tier=free.", valueName: "key=value"))
    var metadata: [String] = []

    @Option(help: ArgumentHelp("A header, such as x-team=search.", valueName: "name=value"))
    var header: [String] = []

    @Option(help: ArgumentHelp("A tag.", valueName: "tag"))
    var tag: [String] = []

    @Option(help: ArgumentHelp("Input tokens; estimated from the text where this is left out.", valueName: "n"))
    var inputTokens: Int?

    @Option(help: ArgumentHelp("Most tokens that the answer may have.", valueName: "n"))
    var maxTokens: Int?

    @Option(help: ArgumentHelp("Tools offered.", valueName: "n"))
    var tools = 0

    @Option(help: ArgumentHelp("Images attached.", valueName: "n"))
    var images = 0

    @Option(help: ArgumentHelp("Model or provider that is taken to be down.", valueName: "name"))
    var down: [String] = []

    @Option(
        help: ArgumentHelp(
            "What a budget is taken to have spent, such as daily=80.5; of the owner that the metadata names.",
            valueName: "budget=amount"))
    var spent: [String] = []

    func validate() throws {
        for (name, number) in [
            ("--input-tokens", inputTokens), ("--max-tokens", maxTokens), ("--tools", tools), ("--images", images),
        ] {
            if let number, number < 0 { throw ValidationError("\(name) must not be negative.") }
        }
        for pair in metadata + header + spent where parts(pair) == nil {
            throw ValidationError("'\(pair)' should be two parts with = between them.")
        }
        for pair in spent where Double(parts(pair)?.value ?? "").map({ $0.isFinite && $0 >= 0 }) != true {
            throw ValidationError("--spent \(pair): the amount must be a number, 0 or more.")
        }
    }

    /// A request with what the options say.
    func apply(to request: inout RoutingRequest) {
        request.mode = mode
        request.modelOverride = modelOverride
        request.minimumTier = minimumTier
        for pair in metadata { if let (name, value) = parts(pair) { request.metadata[name] = value } }
        for pair in header { if let (name, value) = parts(pair) { request.headers[name.lowercased()] = value } }
        request.tags = tag
        if let inputTokens { request.inputTokens = inputTokens }
        request.maximumOutputTokens = maxTokens
        request.toolCount += tools
        request.imageCount += images
    }

    /// Names that the policy does not have end a dry run, since whoever tries something out wants to know.
    func check(against policy: Policy) throws {
        if let mode, !policy.modes.contains(mode) { throw unknown("--mode", mode, policy.modes) }
        let names = policy.models.map(\.name)
        if let model = modelOverride, !names.contains(model) { throw unknown("--model-override", model, names) }
        if let tier = minimumTier, !policy.tiers.contains(tier) { throw unknown("--minimum-tier", tier, policy.tiers) }
        let providers = Set(policy.models.map(\.provider)).sorted()
        for name in down where !names.contains(name) && !providers.contains(name) {
            throw unknown("--down", name, names + providers)
        }
        let budgets = policy.budgets.map(\.name)
        for pair in spent {
            if let name = parts(pair)?.name, !budgets.contains(name) { throw unknown("--spent", name, budgets) }
        }
    }

    /// The state that the options describe.
    func state(_ policy: Policy, now: Double) -> RoutingState {
        var state = RoutingState(now: now)
        for name in down { state.health.markDown(name) }
        var request = RoutingRequest(text: "")
        apply(to: &request)
        for pair in spent {
            guard let (name, text) = parts(pair), let amount = Double(text) else { continue }
            let budget = policy.budgets.filter { $0.name == name }
            state.budgets.spend(amount, metadata: request.metadata, budgets: budget, at: now)
        }
        return state
    }

    private func unknown(_ option: String, _ name: String, _ names: [String]) -> Failure {
        let hint = names.isEmpty ? "the policy has none" : "the policy has \(names.joined(separator: ", "))"
        return Failure("\(option) \(name): there is none of this name; \(hint)")
    }

    private func parts(_ pair: String) -> (name: String, value: String)? {
        guard let equals = pair.firstIndex(of: "="), equals != pair.startIndex else { return nil }
        return (String(pair[..<equals]), String(pair[pair.index(after: equals)...]))
    }
}
