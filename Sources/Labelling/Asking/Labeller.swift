/// Has rows labelled: several at a time, each until it is answered or given up, each answer in the journal at once.
package actor Labeller {
    /// How rows are asked.
    package struct Settings: Sendable {
        /// Requests in flight.
        package var concurrency = 4
        /// How often a request is sent again that got no answer.
        package var retries = 5
        /// How often a row is asked again whose answer has no label.
        package var repeats = 2
        /// Seconds that an answer may take.
        package var timeLimit = 60.0
        /// Seconds before the first retry.
        package var retryDelay = 1.0
        /// Source of the jitter.
        package var seed: UInt64 = 1
        package var requestsPerMinute: Double?
        package var tokensPerMinute: Double?
        package var budget = Budget.Limits()
        /// Whether rows are asked again to which the journal has no label.
        package var asksEmptyAgain = false

        package init() {}
    }

    /// How a run ended.
    package enum End: Sendable, Equatable {
        /// Every row was answered or given up.
        case complete
        /// The next request might have gone beyond a limit.
        case budget(Budget.Limit)
        /// It was asked to stop.
        case stopped
        /// Nothing more can be had; a sentence.
        case failed(String)
    }

    /// What is known of a key that has no label.
    package struct Empty: Sendable, Equatable {
        /// `nonsense`, `refused`, `no_answer` or `no_text`.
        package let kind: String
        /// In a few words.
        package let reason: String

        package init(kind: String, reason: String) {
            self.kind = kind
            self.reason = reason
        }
    }

    /// What a run did.
    package struct Summary: Sendable {
        package var end = End.complete
        /// Answers by key, those of the journal too.
        package var answers: [String: LabelAnswer] = [:]
        /// Keys that were asked in vain.
        package var empty: [String: Empty] = [:]
        /// Keys that the journal had.
        package var known = 0
        /// Keys that were answered in this run.
        package var answered = 0
        /// Requests beyond the first for a key.
        package var repeated = 0
        package var budget: Budget
    }

    /// No pause that an endpoint asks for is waited out that is longer, in seconds.
    private static let longestPause = 600.0

    private let guide: LabelGuide
    private let request: ChatRequest
    private let settings: Settings
    private let client: ChatClient
    private let delay: RetryDelay
    private let isStopped: @Sendable () -> Bool
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant

    private var journal: Journal
    private var limiter: RateLimiter
    private var summary: Summary
    private var pending: [(key: String, row: Int)] = []
    private var position = 0
    private var inFlight = 0
    private var failuresInARow = 0
    /// Whether the endpoint is asked for JSON, and whether it was seen to take that.
    private var asksForJSON = true
    private var takesJSON = false
    private var ends = false

    package init(
        _ address: EndpointAddress, _ guide: LabelGuide, _ request: ChatRequest, _ settings: Settings,
        journal: Journal, isStopped: @escaping @Sendable () -> Bool
    ) {
        self.guide = guide
        self.request = request
        self.settings = settings
        self.journal = journal
        self.isStopped = isStopped
        client = ChatClient(address, timeLimit: .seconds(settings.timeLimit), concurrency: settings.concurrency)
        delay = RetryDelay(base: settings.retryDelay, seed: settings.seed)
        limiter = RateLimiter(
            requestsPerMinute: settings.requestsPerMinute, tokensPerMinute: settings.tokensPerMinute)
        summary = Summary(budget: Budget(settings.budget))
        start = clock.now
    }

    /// Labels the rows that `keys` stand for; a key that is there several times is asked once.
    ///
    /// - Parameters:
    ///   - message: what is sent for a position in `keys`.
    ///   - progress: is told how many keys of how many are done.
    package func run(
        _ keys: [String], message: @escaping @Sendable (Int) throws -> String,
        progress: @escaping @Sendable (Int, Int) -> Void
    ) async -> Summary {
        var seen: Set<String> = []
        for (row, key) in keys.enumerated() where seen.insert(key).inserted {
            if let entry = journal.entries[key], entry.answer != nil || !settings.asksEmptyAgain {
                summary.known += 1
                record(key, entry.answer)
            } else {
                pending.append((key, row))
            }
        }
        let total = seen.count
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<min(settings.concurrency, pending.count) {
                group.addTask {
                    while let (key, row) = await self.next() {
                        await self.label(key, row, message)
                        progress(await self.done, total)
                    }
                }
            }
        }
        await client.close()
        journal.close()
        return summary
    }

    /// Keys that need no more requests.
    private var done: Int { summary.answers.count + summary.empty.count }

    private func next() -> (key: String, row: Int)? {
        guard !mustEnd, position < pending.count else { return nil }
        position += 1
        return pending[position - 1]
    }

    private var mustEnd: Bool {
        if !ends, isStopped() { end(.stopped) }
        return ends
    }

    private func end(_ end: End) {
        guard !ends else { return }
        ends = true
        summary.end = end
    }

    private func record(_ key: String, _ answer: LabelAnswer?) {
        if let answer {
            summary.answers[key] = answer
        } else {
            summary.empty[key] = Empty(kind: "nonsense", reason: "the model gave no label of the list")
        }
    }

    // MARK: One row

    private func label(_ key: String, _ row: Int, _ message: @Sendable (Int) throws -> String) async {
        var retries = 0
        var repeats = 0
        var sent = 0
        var tokens = ChatReply.Usage()
        while true {
            let text: String
            do { text = try message(row) } catch { return end(.failed("\(error)")) }
            let usesJSON = asksForJSON
            let body = request.body(repeats > 0 ? Prompt.again(text) : text, asksForJSON: usesJSON)
            guard let estimate = await permission(bytes: body.count) else { return }
            if sent > 0 { summary.repeated += 1 }
            sent += 1
            let outcome = await client.send(body)
            inFlight -= 1
            let verdict = settle(outcome, estimate, bytes: body.count, usesJSON: usesJSON)
            tokens.input += verdict.usage?.input ?? 0
            tokens.output += verdict.usage?.output ?? 0
            switch verdict.kind {
            case .answer(let answer): return keep(key, answer, tokens)
            case .nonsense:
                if repeats == settings.repeats { return keep(key, nil, tokens) }
                repeats += 1
            case .withoutJSON: asksForJSON = false
            case .refused(let reason): return give(up: key, Empty(kind: "refused", reason: reason))
            case .hopeless(let sentence): return end(.failed(sentence))
            case .later(let reason, let pause):
                if retries == settings.retries { return give(up: key, Empty(kind: "no_answer", reason: reason)) }
                if let pause { limiter.pause(until: now + pause) }
                await sleep(until: now + max(pause ?? 0, delay.seconds(row: row, attempt: retries)))
                retries += 1
            }
        }
    }

    private func keep(_ key: String, _ answer: LabelAnswer?, _ tokens: ChatReply.Usage) {
        do throws(LabellingError) {
            try journal.append(
                Journal.Entry(
                    key: key, model: request.model, answer: answer, inputTokens: tokens.input,
                    outputTokens: tokens.output))
        } catch {
            return end(.failed(error.message))
        }
        record(key, answer)
        summary.answered += 1
        failuresInARow = 0
    }

    private func give(up key: String, _ empty: Empty) {
        summary.empty[key] = empty
        failuresInARow += 1
        if failuresInARow >= (summary.answered == 0 ? 3 : 10) {
            end(.failed("\(failuresInARow) requests in a row came to nothing, the last because \(empty.reason)"))
        }
    }

    // MARK: Waiting

    private var now: Double { (clock.now - start) / .seconds(1) }

    /// Sleeps, but not on when the run is to end.
    private func sleep(until time: Double) async {
        while time > now, !mustEnd { try? await Task.sleep(for: .seconds(min(0.05, max(0.001, time - now)))) }
    }

    /// Waits for budget and rate; `nil` where the run is to end instead.
    private func permission(bytes: Int) async -> Budget.Estimate? {
        var estimate = summary.budget.estimate(bytes: bytes)
        while let limit = summary.budget.reserve(estimate) {
            // Those in flight may take less than was set aside for them.
            guard limit != .requests, inFlight > 0 else {
                end(.budget(limit))
                return nil
            }
            await sleep(until: now + 0.02)
            guard !mustEnd else { return nil }
            estimate = summary.budget.estimate(bytes: bytes)
        }
        inFlight += 1
        var time = limiter.reserve(now: now, tokens: estimate.input + estimate.output)
        await sleep(until: time)
        while !mustEnd, limiter.isPaused(at: time) {
            time = limiter.end(after: time)
            await sleep(until: time)
        }
        guard !mustEnd else {
            inFlight -= 1
            summary.budget.release(estimate)
            return nil
        }
        return estimate
    }

    // MARK: What came

    private struct Verdict {
        enum Kind {
            case answer(LabelAnswer)
            case nonsense
            case withoutJSON
            case refused(String)
            case later(String, pause: Double?)
            case hopeless(String)
        }

        var kind: Kind
        var usage: ChatReply.Usage?
    }

    private func settle(
        _ outcome: ChatClient.Outcome, _ estimate: Budget.Estimate, bytes: Int, usesJSON: Bool
    ) -> Verdict {
        var verdict: Verdict
        var answered = false
        switch outcome {
        case .timeout:
            verdict = Verdict(kind: .later("no answer came within \(decimal(settings.timeLimit)) s", pause: nil))
        case .failure(let reason): verdict = Verdict(kind: .later("the connection failed (\(reason))", pause: nil))
        case .tooLarge:
            verdict = Verdict(kind: .later("the answer is larger than \(ChatClient.bodyLimit >> 20) MiB", pause: nil))
            answered = true
        case .reply(let status, let retryAfter, let body):
            let reply = ChatReply(body)
            answered = status == 200
            let kind: Verdict.Kind =
                if status != 200 {
                    refusal(status, retryAfter, reply.errorCode, usesJSON: usesJSON)
                } else if !reply.isCompletion {
                    // Some gateways put an error behind status 200.
                    .later("what came is no chat completion" + (reply.errorCode.map { " (\($0))" } ?? ""), pause: nil)
                } else {
                    reply.content.flatMap { LabelAnswer($0, guide) }.map { .answer($0) } ?? .nonsense
                }
            verdict = Verdict(kind: kind, usage: reply.usage)
            if status == 200, usesJSON { takesJSON = true }
        }
        summary.budget.settle(estimate, usage: verdict.usage, bytes: bytes, answered: answered)
        if let usage = verdict.usage {
            limiter.correct(
                reserved: estimate.input + estimate.output, used: Double(usage.input) + Double(usage.output))
        }
        return verdict
    }

    private func refusal(_ status: Int, _ retryAfter: Double?, _ code: String?, usesJSON: Bool) -> Verdict.Kind {
        let shown = "\(status)" + (code.map { " \($0)" } ?? "")
        switch status {
        case 401, 403:
            return .hopeless("the endpoint refuses the key (\(shown)); check the variable of --api-key-env")
        case 402: return .hopeless("the endpoint wants to be paid (\(shown)); see to the account")
        case 404, 405:
            return .hopeless("the endpoint knows no such model or path (\(shown)); check --model and --endpoint")
        case 300..<400:
            return .hopeless("the endpoint points elsewhere (\(shown)); name that address in --endpoint")
        case 429 where code == "insufficient_quota" || code == "billing_hard_limit_reached":
            return .hopeless("the account has no quota left (\(shown)); see to it")
        case 408, 409, 425, 429, 500...:
            if let retryAfter, retryAfter > Self.longestPause {
                return .hopeless("the endpoint asks for a pause of \(decimal(retryAfter)) s (\(shown)); go on later")
            }
            return .later("the endpoint answered \(shown)", pause: retryAfter)
        case 400 where usesJSON && !takesJSON, 422 where usesJSON && !takesJSON: return .withoutJSON
        default: return .refused("the endpoint refused the request (\(shown))")
        }
    }
}

/// A number with at most one decimal, without a useless zero.
func decimal(_ value: Double) -> String {
    let tenths = (value * 10).rounded()
    guard tenths.magnitude < 1e15 else { return "\(value)" }
    let whole = Int(tenths)
    return whole % 10 == 0 ? "\(whole / 10)" : "\(Double(whole) / 10)"
}
