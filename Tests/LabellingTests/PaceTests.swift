import TestSupport
import Testing

@testable import Labelling

@Suite struct PaceTests {
    @Test func `no minute has more requests or tokens than are allowed, whenever they are asked for`() {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SplitMix64(seed: seed)
        for _ in 0..<50 {
            let requests = Double(Int.random(in: 1...300, using: &generator))
            let tokens = Double(Int.random(in: 100...100_000, using: &generator))
            var limiter = RateLimiter(requestsPerMinute: requests, tokensPerMinute: tokens)
            var now = 0.0
            var sent: [(time: Double, tokens: Double)] = []
            for _ in 0..<200 {
                now += Double.random(in: 0...1, using: &generator)
                let size = Double(Int.random(in: 1...200, using: &generator))
                sent.append((limiter.reserve(now: now, tokens: size), size))
            }
            for (first, start) in sent.enumerated() {
                let minute = sent[first...].prefix { $0.time < start.time + 59.999 }
                #expect(Double(minute.count) <= requests + 1e-6, "seed \(seed)")
                let before = minute.dropLast().reduce(0) { $0 + $1.tokens }
                #expect(before <= tokens, "seed \(seed)")
            }
            #expect(zip(sent, sent.dropFirst()).allSatisfy { $0.time <= $1.time }, "seed \(seed)")
        }
    }

    @Test func `without limits nothing waits, and a pause holds everything back`() {
        var limiter = RateLimiter(requestsPerMinute: nil, tokensPerMinute: nil)
        #expect(limiter.reserve(now: 3, tokens: 1e9) == 3)
        #expect(limiter.reserve(now: 3, tokens: 1e9) == 3)
        limiter.pause(until: 10)
        limiter.pause(until: 7)
        #expect(limiter.isPaused(at: 9))
        #expect(limiter.reserve(now: 4, tokens: 1) == 10)
        #expect(!limiter.isPaused(at: 10))
    }

    @Test func `tokens that were not used are given back, and others are made up for`() {
        var limiter = RateLimiter(requestsPerMinute: nil, tokensPerMinute: 60)
        #expect(limiter.reserve(now: 0, tokens: 30) == 0)
        limiter.correct(reserved: 30, used: 10)
        #expect(limiter.reserve(now: 0, tokens: 10) == 10)
        limiter.correct(reserved: 10, used: 20)
        #expect(limiter.reserve(now: 0, tokens: 10) == 30)
    }

    @Test func `retries wait twice as long each time, up to a minute, and follow from the seed`() {
        let delay = RetryDelay(base: 0.5, seed: 7)
        for row in 0..<50 {
            for attempt in 0..<30 {
                let whole = min(60, 0.5 * Double(1 << min(attempt, 20)))
                let seconds = delay.seconds(row: row, attempt: attempt)
                #expect(seconds >= whole / 2 && seconds <= whole)
                #expect(seconds == RetryDelay(base: 0.5, seed: 7).seconds(row: row, attempt: attempt))
            }
        }
        let firsts = Set((0..<50).map { delay.seconds(row: $0, attempt: 0) })
        #expect(firsts.count == 50)
        #expect(RetryDelay(base: 0.5, seed: 8).seconds(row: 0, attempt: 0) != delay.seconds(row: 0, attempt: 0))
    }

    @Test(
        arguments: [
            ("7", 7), (" 0.5 ", 0.5), ("Sun, 06 Nov 1994 08:49:37 GMT", 100), ("Sun, 06 Nov 1994 08:40:00 GMT", 0),
            ("", nil), ("-1", nil), ("soon", nil), ("1e400", nil), ("Sun, 99 Nov 1994 08:49:37 GMT", nil),
            ("Sun, 06 Nov 1994 25:49:37 GMT", nil), ("nan", nil),
        ] as [(String, Double?)])
    func `Retry-After is seconds or a date`(value: String, expected: Double?) {
        #expect(RetryAfter.seconds(value, now: 784_111_777 - 100) == expected)
    }

    @Test func `a budget is not exceeded where answers take what they seem to take`() {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SplitMix64(seed: seed)
        for _ in 0..<100 {
            var limits = Budget.Limits()
            limits.requests = Int.random(in: 1...100, using: &generator)
            limits.tokens = Int.random(in: 1000...50_000, using: &generator)
            limits.inputPrice = 1
            limits.outputPrice = 5
            limits.cost = Double.random(in: 0.001...0.05, using: &generator)
            var budget = Budget(limits)
            var inFlight: [(Budget.Estimate, Int)] = []
            var refusal: Budget.Limit?
            while refusal == nil {
                let bytes = Int.random(in: 500...4000, using: &generator)
                let estimate = budget.estimate(bytes: bytes)
                refusal = budget.reserve(estimate)
                if refusal == nil { inFlight.append((estimate, bytes)) }
                while inFlight.count > 4 || refusal != nil && !inFlight.isEmpty {
                    let (estimate, bytes) = inFlight.removeFirst()
                    budget.settle(estimate, usage: .init(input: bytes / 4, output: 20), bytes: bytes, answered: true)
                }
            }
            #expect(budget.requests <= limits.requests ?? 0, "seed \(seed)")
            #expect(budget.inputTokens + budget.outputTokens <= limits.tokens ?? 0, "seed \(seed)")
            #expect(budget.cost ?? 1 <= limits.cost ?? 0, "seed \(seed)")
        }
    }

    @Test func `answers without a count of tokens are counted by their bytes`() {
        var budget = Budget(.init())
        let estimate = budget.estimate(bytes: 1000)
        #expect(budget.reserve(estimate) == nil)
        budget.settle(estimate, usage: nil, bytes: 1000, answered: true)
        #expect(budget.estimatedAnswers == 1)
        #expect(budget.inputTokens == 400 && budget.outputTokens == 100)
        #expect(budget.reserve(estimate) == nil)
        budget.settle(estimate, usage: nil, bytes: 1000, answered: false)
        #expect(budget.inputTokens == 400 && budget.requests == 2 && budget.cost == nil)
    }

    @Test(arguments: [
        ("https://api.example.com", "https://api.example.com/v1/chat/completions"),
        ("https://api.example.com/v1/", "https://api.example.com/v1/chat/completions"),
        ("http://localhost:8080/openai", "http://localhost:8080/openai/chat/completions"),
        ("https://x.example/d/chat/completions?api-version=1", "https://x.example/d/chat/completions?api-version=1"),
    ])
    func `an address is completed`(given: String, url: String) throws {
        let address = try EndpointAddress(given, key: "k", allowsPlainKey: false)
        #expect(address.url == url)
        #expect(!address.shown.contains("?"))
    }

    @Test(
        arguments: [
            ("ftp://x", nil), ("example.com", nil), ("", nil), ("https://", nil), ("https://me:secret@x.example", nil),
            ("http://api.example.com", "key"), ("http://127.evil.example", "key"), ("http://10.0.0.1/v1", "key"),
            ("https://x.example", "two words"), ("https://x.example", "a\nb"), ("https://x.example", ""),
        ] as [(String, String?)])
    func `addresses and keys that cannot be, or must not be sent, are refused without the secret`(
        given: String, key: String?
    ) {
        let error = #expect(throws: LabellingError.self) {
            try EndpointAddress(given, key: key, allowsPlainKey: false)
        }
        #expect(error?.message.contains("secret") == false && error?.message.contains("two words") == false)
    }

    @Test(arguments: ["http://127.0.0.1:9/v1", "http://[::1]:9", "http://LOCALHOST", "http://127.8.9.10"])
    func `a key may go to this machine unencrypted`(given: String) throws {
        #expect(try EndpointAddress(given, key: "k", allowsPlainKey: false).isLoopback)
    }

    @Test func `further parameters become part of the request, and nothing else may`() throws {
        let request = try ChatRequest(
            model: "m", instructions: "i", parameters: #" {"temperature": 0, "x":{"y":[1]}} "#)
        let body = String(decoding: request.body("t", asksForJSON: true), as: UTF8.self)
        #expect(
            body
                == #"{"model":"m","messages":[{"role":"system","content":"i"},{"role":"user","content":"t"}],"response_format":{"type":"json_object"},"temperature": 0, "x":{"y":[1]}}"#
        )
        #expect(!String(decoding: request.body("t", asksForJSON: false), as: UTF8.self).contains("response_format"))
        for bad in ["x", "[]", "{", #"{"model":"x"}"#, #"{"stream":true}"#, #"{"a":1} x"#] {
            #expect(throws: LabellingError.self) { try ChatRequest(model: "m", instructions: "", parameters: bad) }
        }
        #expect(throws: Never.self) { try ChatRequest(model: "m", instructions: "", parameters: "{}") }
    }
}
