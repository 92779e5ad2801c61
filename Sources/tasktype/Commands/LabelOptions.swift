import ArgumentParser
import Labelling

/// Where `data label` asks, and with which key.
struct LabelEndpointOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Address of an OpenAI-compatible server, such as https://api.example.com/v1; /chat/completions is added where it is missing.",
            valueName: "url"))
    var endpoint: String

    @Option(help: ArgumentHelp("Model that is asked.", valueName: "name"))
    var model: String

    @Option(
        name: .customLong("api-key-env"),
        help: ArgumentHelp(
            "Environment variable that holds the key (default: OPENAI_API_KEY, where it is set); empty for none.",
            valueName: "variable"))
    var keyVariable: String?

    @Flag(help: "Send the key over http to another machine, where all on the way can read it.")
    var allowPlainKey = false

    @Option(
        help: ArgumentHelp(
            "Further parameters of each request, as a JSON object, such as {\"temperature\": 0}.", valueName: "json"))
    var parameters: String?

    /// The address with the key from the environment.
    func address() throws -> EndpointAddress {
        let name = keyVariable ?? "OPENAI_API_KEY"
        let key = name.isEmpty ? nil : environmentVariable(name)
        if let keyVariable, !keyVariable.isEmpty, key == nil {
            throw LabellingError("the environment has no variable \(keyVariable); set it to the key")
        }
        return try EndpointAddress(
            endpoint, key: keyVariable == nil && key == "" ? nil : key, allowsPlainKey: allowPlainKey)
    }
}

/// How `data label` asks: pace, patience, and what it may spend.
struct LabelPaceOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Requests in flight.", valueName: "n"))
    var concurrency = 4

    @Option(help: ArgumentHelp("Seconds that an answer may take.", valueName: "seconds"))
    var timeout = 60.0

    @Option(help: ArgumentHelp("How often a request is sent again that got no answer.", valueName: "n"))
    var retries = 5

    @Option(
        help: ArgumentHelp(
            "Seconds before the first retry; doubled for each further one, up to 60.", valueName: "seconds"))
    var retryDelay = 1.0

    @Option(help: ArgumentHelp("How often a row is asked again whose answer names no label.", valueName: "n"))
    var repeats = 2

    @Option(help: ArgumentHelp("The most requests a minute, evenly spaced.", valueName: "n"))
    var requestsPerMinute: Double?

    @Option(help: ArgumentHelp("The most tokens a minute.", valueName: "n"))
    var tokensPerMinute: Double?

    @Option(help: ArgumentHelp("The most requests of this run.", valueName: "n"))
    var maxRequests: Int?

    @Option(help: ArgumentHelp("The most tokens of this run, sent and received.", valueName: "n"))
    var maxTokens: Int?

    @Option(help: ArgumentHelp("The most that this run may cost; needs both prices.", valueName: "amount"))
    var maxCost: Double?

    @Option(help: ArgumentHelp("Price of a million tokens sent.", valueName: "amount"))
    var priceIn: Double?

    @Option(help: ArgumentHelp("Price of a million tokens received.", valueName: "amount"))
    var priceOut: Double?

    @Option(help: ArgumentHelp("Source of the jitter between retries.", valueName: "n"))
    var seed: UInt64 = 1

    func validate() throws {
        if !(1...256).contains(concurrency) { throw ValidationError("--concurrency must be 1 to 256.") }
        if !(timeout >= 0.1 && timeout <= 3600) { throw ValidationError("--timeout must be 0.1 to 3600 seconds.") }
        if !(0...20).contains(retries) { throw ValidationError("--retries must be 0 to 20.") }
        if !(0...20).contains(repeats) { throw ValidationError("--repeats must be 0 to 20.") }
        if !(retryDelay >= 0.01 && retryDelay <= 60) {
            throw ValidationError("--retry-delay must be 0.01 to 60 seconds.")
        }
        for (name, value) in [
            ("requests-per-minute", requestsPerMinute), ("tokens-per-minute", tokensPerMinute),
        ] {
            if let value, !(value > 0 && value.isFinite) {
                throw ValidationError("--\(name) must be a positive number.")
            }
        }
        for (name, value) in [("max-requests", maxRequests), ("max-tokens", maxTokens)] {
            if let value, value < 1 { throw ValidationError("--\(name) must be at least 1.") }
        }
        for (name, value) in [("max-cost", maxCost), ("price-in", priceIn), ("price-out", priceOut)] {
            if let value, !(value >= 0 && value.isFinite) {
                throw ValidationError("--\(name) must be a number, 0 or more.")
            }
        }
        if maxCost != nil, priceIn == nil || priceOut == nil {
            throw ValidationError("--max-cost needs --price-in and --price-out, per million tokens.")
        }
    }

    /// The settings that the options stand for.
    var settings: Labeller.Settings {
        var settings = Labeller.Settings()
        settings.concurrency = concurrency
        settings.retries = retries
        settings.repeats = repeats
        settings.timeLimit = timeout
        settings.retryDelay = retryDelay
        settings.seed = seed
        settings.requestsPerMinute = requestsPerMinute
        settings.tokensPerMinute = tokensPerMinute
        settings.budget.requests = maxRequests
        settings.budget.tokens = maxTokens
        settings.budget.cost = maxCost
        settings.budget.inputPrice = priceIn
        settings.budget.outputPrice = priceOut
        return settings
    }
}

/// What `data label` tells the model about the labels.
struct LabelGuideOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Labelling guide, a text file that describes each label; a guide for the four task types where this is left out.",
            valueName: "file"))
    var guide: String?

    @Option(
        help: ArgumentHelp(
            "Labels of --guide, such as bug,feature,question; the four task types where this is left out.",
            valueName: "names"))
    var labels: String?

    @Option(
        help: ArgumentHelp(
            "Bytes of a request that are shown to the model; of longer ones the head and the tail.", valueName: "bytes")
    )
    var window = 16384

    func validate() throws {
        if !(200...10_000_000).contains(window) { throw ValidationError("--window must be 200 to 10000000 bytes.") }
        if labels != nil, guide == nil {
            throw ValidationError("--labels needs --guide FILE, a text that describes each of them.")
        }
    }

    /// The guide that was named, or the one for task types.
    func labelGuide() throws -> LabelGuide {
        guard let guide else { return .taskTypes }
        let names =
            labels?.split(separator: ",", omittingEmptySubsequences: false).map { name in
                var name = name
                while name.first == " " { name.removeFirst() }
                while name.last == " " { name.removeLast() }
                return String(name)
            } ?? LabelGuide.taskTypes.labels
        return try LabelGuide(labels: names, text: try readText(guide, limit: LabelGuide.byteLimit))
    }
}
