/// What a run may spend, and what it has spent.
package struct Budget: Sendable {
    /// The most that may be spent; `nil` for no limit.
    package struct Limits: Sendable {
        package var requests: Int?
        package var tokens: Int?
        package var cost: Double?
        /// Price of a million tokens that are sent.
        package var inputPrice: Double?
        /// Price of a million tokens that come back.
        package var outputPrice: Double?

        package init() {}
    }

    /// Which limit ends a run.
    package enum Limit: String, Sendable { case requests, tokens, cost }

    /// What a request is thought to take before it is answered.
    struct Estimate: Sendable {
        var input: Double
        var output: Double
    }

    let limits: Limits
    package private(set) var requests = 0
    package private(set) var inputTokens = 0
    package private(set) var outputTokens = 0
    /// Answers whose tokens the endpoint did not report, so that they were estimated.
    package private(set) var estimatedAnswers = 0
    private var reserved = Estimate(input: 0, output: 0)
    /// The most tokens an answer has had, and tokens for each byte sent.
    private var largestOutput = 0.0
    private var tokensPerByte = 0.0

    /// Bytes for each token before any answer has told: English has about 4, few scripts less than 2.
    private static let firstTokensPerByte = 0.4
    private static let firstOutput = 100.0

    init(_ limits: Limits) { self.limits = limits }

    /// What was spent, in the currency of the prices; `nil` without prices.
    package var cost: Double? {
        guard limits.inputPrice != nil || limits.outputPrice != nil else { return nil }
        return price(Double(inputTokens), Double(outputTokens))
    }

    private func price(_ input: Double, _ output: Double) -> Double {
        (input * (limits.inputPrice ?? 0) + output * (limits.outputPrice ?? 0)) / 1e6
    }

    /// What a request of `bytes` is likely to take, rather more than less.
    func estimate(bytes: Int) -> Estimate {
        let perByte = tokensPerByte > 0 ? tokensPerByte : Self.firstTokensPerByte
        return Estimate(
            input: (Double(bytes) * perByte).rounded(.up), output: largestOutput > 0 ? largestOutput : Self.firstOutput)
    }

    /// Sets aside what a request is likely to take; or says which limit forbids it.
    mutating func reserve(_ estimate: Estimate) -> Limit? {
        if let limit = limits.requests, requests + 1 > limit { return .requests }
        let input = Double(inputTokens) + reserved.input + estimate.input
        let output = Double(outputTokens) + reserved.output + estimate.output
        if let limit = limits.tokens, input + output > Double(limit) { return .tokens }
        if let limit = limits.cost, price(input, output) > limit { return .cost }
        requests += 1
        reserved.input += estimate.input
        reserved.output += estimate.output
        return nil
    }

    /// Gives back what was set aside for a request that was not sent.
    mutating func release(_ estimate: Estimate) {
        requests -= 1
        reserved.input -= estimate.input
        reserved.output -= estimate.output
    }

    /// Settles a request: `usage` as reported, or nil; `answered` tells whether there was an answer at all.
    mutating func settle(_ estimate: Estimate, usage: ChatReply.Usage?, bytes: Int, answered: Bool) {
        reserved.input -= estimate.input
        reserved.output -= estimate.output
        if let usage {
            inputTokens += usage.input
            outputTokens += usage.output
            largestOutput = max(largestOutput, Double(usage.output))
            if bytes > 0 { tokensPerByte = max(tokensPerByte, Double(usage.input) / Double(bytes)) }
        } else if answered {
            inputTokens += Int(estimate.input)
            outputTokens += Int(estimate.output)
            estimatedAnswers += 1
        }
    }
}
