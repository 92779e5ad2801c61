import Routing
import TestSupport
import Testing

@Suite struct AnswerCheckTests {
    private func verdict(
        _ text: String, second: String? = nil, logProbabilities: [Double] = [],
        _ set: (inout Policy.AnswerChecks) -> Void
    ) throws -> AnswerVerdict {
        var checks = Policy.AnswerChecks()
        set(&checks)
        var answer = Answer(text)
        answer.second = second
        answer.logProbabilities = logProbabilities
        return try AnswerChecker([checks]).check(answer, taskType: "simple", mode: "eco")
    }

    @Test func `the length is counted in characters, not bytes`() throws {
        let amount = Policy.Amount(atLeast: 2, atMost: 4)
        #expect(try verdict("äöü") { $0.characters = amount }.passed)
        let short = try verdict("ä") { $0.characters = amount }
        #expect(short.results.first?.reason == "the answer has 1 characters, less than 2")
        #expect(try !verdict("abcde") { $0.characters = amount }.passed)
    }

    @Test func `every required term has to be there`() throws {
        #expect(try verdict("Total (EUR): 5.00") { $0.requiredTerms = ["(EUR)", "5.00"] }.passed)
        let missing = try verdict("total: 5x00") { $0.requiredTerms = ["total", "5.00"] }
        #expect(missing.results.first?.reason == "the answer does not contain `5.00`")
        #expect(try !verdict("TOTAL") { $0.requiredTerms = ["total"] }.passed)
        let folded = try verdict("TOTAL") {
            $0.requiredTerms = ["total"]
            $0.ignoresCase = true
        }
        #expect(folded.passed)
    }

    @Test(arguments: [
        "I'm sorry, but I can't help with that request.", "As an AI language model, I do not have opinions.",
        "I cannot assist with this.", "I’m unable to provide medical advice.", "I am not able to create that image.",
        "That would be against my guidelines.",
    ])
    func `the usual refusals are found`(text: String) throws {
        #expect(try !verdict(text) { $0.usesStandardRefusals = true }.passed)
    }

    @Test(arguments: [
        "Sorry for the delay: the function below parses dates.", "You can't divide by zero, so the loop ends.",
        "The clerk said: no.", "Use `try`; the compiler cannot help it if the type is wrong.",
        "An AI model is a function fitted to data.",
    ])
    func `answers that only sound like refusals pass`(text: String) throws {
        #expect(try verdict(text) { $0.usesStandardRefusals = true }.passed)
    }

    @Test func `an operator's refusal patterns are looked for at the beginning only`() throws {
        let late = String(repeating: "ä", count: 10_000) + "nicht möglich"
        #expect(try verdict(late) { $0.refusalPatterns = ["nicht möglich"] }.passed)
        let early = try verdict("Das ist nicht möglich.") { $0.refusalPatterns = ["nicht möglich"] }
        #expect(early.results.first?.reason == "the answer matches the refusal pattern `nicht möglich`")
    }

    @Test func `an answer that is no JSON, or JSON of another shape, does not pass a schema`() throws {
        let schema = #"{"type":"object","required":["total"]}"#
        #expect(try verdict(" {\"total\": 1}\n") { $0.jsonSchema = schema }.passed)
        #expect(
            try verdict("{\"sum\":1}") { $0.jsonSchema = schema }.results.first?.reason
                == "in the answer, the value has no key `total`")
        #expect(try !verdict("Here you are: {\"total\":1}") { $0.jsonSchema = schema }.passed)
    }

    @Test func `the mean log-probability is compared with the least allowed`() throws {
        #expect(try verdict("a", logProbabilities: [-1, -2]) { $0.minimumLogProbability = -1.5 }.passed)
        #expect(try !verdict("a", logProbabilities: [-1, -2.1]) { $0.minimumLogProbability = -1.5 }.passed)
        #expect(try !verdict("a", logProbabilities: [.nan]) { $0.minimumLogProbability = -1.5 }.passed)
    }

    @Test func `a check without what it needs does not pass, and says what is missing`() throws {
        let verdict = try verdict("a") {
            $0.minimumLogProbability = -1
            $0.minimumAgreement = 0.5
        }
        #expect(!verdict.passed)
        #expect(verdict.results.map { $0.reason?.contains("the request gives no") } == [true, true])
    }

    @Test func `two answers agree by the words they share`() throws {
        func share(_ one: String, _ other: String) throws -> Double? {
            try verdict(one, second: other) { $0.minimumAgreement = 0.9 }.results.first?.value
        }
        #expect(try share("It is 42.", "it is: 42") == 1)
        #expect(try share("It is 42", "It is 43") == 2.0 / 3)
        #expect(try share("a a b", "a c") == 0.4)
        #expect(try share("东京", "京东") == 1)
        #expect(try share("!", "?") == 0)
        #expect(try share("", " ") == 1)
    }

    @Test func `agreement is the same both ways, between 0 and 1, and 1 with itself`() throws {
        var random = SplitMix64(seed: 77)
        let words = ["yes", "No", "42", "4,2", "東京", "é", "-", "the"]
        for _ in 0..<300 {
            func text() -> String {
                (0..<Int.random(in: 0...6, using: &random)).map { _ in words.randomElement(using: &random) ?? "" }
                    .joined(separator: " ")
            }
            let (one, other) = (text(), text())
            func share(_ one: String, _ other: String) throws -> Double {
                try verdict(one, second: other) { $0.minimumAgreement = 0 }.results.first?.value ?? -1
            }
            #expect(try share(one, other) == share(other, one), "\(one) | \(other)")
            #expect(try (0...1).contains(share(one, other)))
            #expect(try share(one, one) == 1)
        }
    }

    @Test func `checks are made in their part of the table only`() throws {
        var checks = Policy.AnswerChecks()
        checks.scope.taskTypes = ["code"]
        checks.requiredTerms = ["func"]
        let checker = try AnswerChecker([checks])
        #expect(checker.check(Answer("x"), taskType: "simple", mode: "eco").results.isEmpty)
        #expect(!checker.check(Answer("x"), taskType: "code", mode: "eco").passed)
        #expect(checker.concerns(taskType: "code", mode: "sport") && !checker.concerns(taskType: "a", mode: "sport"))
    }

    @Test func `a long text is not searched for a large pattern`() throws {
        let text = "\"" + String(repeating: "ab", count: 100_000) + "\""
        let large = try verdict(text) { $0.jsonSchema = #"{"pattern":"[ab]*a[ab]{300}c"}"# }
        #expect(large.results.first?.reason?.contains("takes more than 1000000 steps") == true)
        let small = try verdict(text) { $0.jsonSchema = #"{"pattern":"^[ab]*$"}"# }
        #expect(small.passed)
    }

    /// Automata that need more memory than they are given, and documents with many parts.
    @Test func `hostile answers and patterns end`() throws {
        let text = String((0..<20_000).map { $0 % 7 < 3 ? "a" : "b" })
        let verdict = try verdict("\"" + text + "\"") {
            $0.refusalPatterns = ["[ab]*a[ab]{200}c", "(a?){200}(a){200}$"]
            $0.jsonSchema = #"{"pattern":"[ab]*a[ab]{200}c"}"#
        }
        #expect(verdict.results.count == 2)
        let many = "[" + String(repeating: "{\"a\":[1,2,3]},", count: 100_000) + "0]"
        let schema = #"{"uniqueItems":true,"items":{"anyOf":[{"type":"string"},{"items":{"type":"number"}}]}}"#
        #expect(try !self.verdict(many) { $0.jsonSchema = schema }.passed)
    }

    @Test func `patterns that compile to too much are refused`() {
        var checks = Policy.AnswerChecks()
        checks.refusalPatterns = [#"\pL{500}"#]
        #expect(throws: AnswerChecker.Failure.self) { try AnswerChecker([checks]) }
        // Each is small enough, all together are not.
        checks.refusalPatterns = (0..<60).map { "[ab]*a[ab]{\(200 + $0)}c" }
        #expect(throws: AnswerChecker.Failure.self) { try AnswerChecker([checks]) }
        checks.refusalPatterns.removeLast(40)
        #expect(throws: Never.self) { try AnswerChecker([checks]) }
    }
}
