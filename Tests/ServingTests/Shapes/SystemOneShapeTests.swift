import JSONCoding
import TestSupport
import Testing

@testable import Serving
@testable import TaskType

@Suite struct SystemOneShapeTests {
    /// A call with one question, as LiteLLM asks it.
    private static func call(_ criteria: String, state: String = #""fix this""#, type: String = "choice") -> String {
        #"{"state":\#(state),"model":"m","questions":{"tier":{"type":"\#(type)","instructions":"Pick one.","criteria":\#(criteria)}}}"#
    }

    private func answer(
        _ criteria: String, _ outcome: Outcome = RouterFixtures.outcome(), aliases: [String: String] = [:]
    ) throws -> String {
        try RouterFixtures.answer(
            SystemOneShape.self, Self.call(criteria), [outcome], limits: WireLimits(labelAliases: aliases))
    }

    private func request(_ state: String) throws -> Request? {
        let body = Self.call(#"["code"]"#, state: state)
        return try SystemOneShape.decode(Array(body.utf8).span, limits: WireLimits()).inputs.first
    }

    @Test func `LiteLLM's tiers are answered with exactly the protocol's keys`() throws {
        #expect(
            try answer(#"{"SIMPLE":"a","MEDIUM":"b","COMPLEX":"c","REASONING":"d"}"#)
                == #"{"model":"m","answers":{"tier":{"type":"choice","choice":"MEDIUM","probabilities":{"SIMPLE":0.125,"MEDIUM":0.5,"COMPLEX":0.25,"REASONING":0.125},"confidence":0.33333334}},"usage":{"input_tokens":2,"output_tokens":0}}"#
        )
    }

    @Test func `each question is answered, and the served model named where the caller names none`() throws {
        let body =
            #"{"questions":{"é\n":{"criteria":["complex","code","simple","reasoning"],"type":"choice"},"b":{"type":"choice","criteria":{"simple":null}}},"state":"x","min_confidence":0.5}"#
        #expect(
            try RouterFixtures.answer(SystemOneShape.self, body, [RouterFixtures.outcome()])
                == #"{"model":"default","answers":{"é\n":{"type":"choice","choice":"code","probabilities":{"complex":0.25,"code":0.5,"simple":0.125,"reasoning":0.125},"confidence":0.33333334},"b":{"type":"choice","choice":"simple","probabilities":{"simple":1.0},"confidence":1.0}},"usage":{"input_tokens":2,"output_tokens":0}}"#
        )
    }

    @Test func `of equally probable options the caller's first is chosen`() throws {
        let even = RouterFixtures.outcome([0.25, 0.25, 0.25, 0.25])
        for order in [["complex", "simple", "code", "reasoning"], ["code", "reasoning", "simple", "complex"]] {
            let text = try answer("[\"" + order.joined(separator: "\",\"") + "\"]", even)
            #expect(text.contains(#""choice":"\#(order[0])""#))
            #expect(text.contains(#""confidence":0.0"#))
        }
    }

    @Test func `labels without an option leave their share to the others`() throws {
        #expect(
            try answer(#"["code","simple"]"#).contains(
                #""choice":"code","probabilities":{"code":0.8,"simple":0.2},"confidence":0.6}"#))
        let none = RouterFixtures.outcome([0, 1, 0, 0])
        #expect(
            try answer(#"["complex","simple"]"#, none).contains(
                #""choice":"complex","probabilities":{"complex":0.5,"simple":0.5},"confidence":0.0}"#))
    }

    @Test func `an option that bears a label's name leaves nothing to its aliases; equal ones share`() throws {
        #expect(
            try answer(#"["MEDIUM","Code","SIMPLE","NON_REASONING","complex","reasoning"]"#).contains(
                #"{"MEDIUM":0.0,"Code":0.5,"SIMPLE":0.125,"NON_REASONING":0.0,"complex":0.25,"reasoning":0.125}"#))
        #expect(
            try answer(#"["CODE","code","simple","complex","reasoning"]"#).contains(
                #"{"CODE":0.25,"code":0.25,"simple":0.125,"complex":0.25,"reasoning":0.125}"#))
        #expect(
            try answer(#"["MEDIUM","Dev","simple","complex","reasoning"]"#, aliases: ["dev": "code"]).contains(
                #"{"MEDIUM":0.25,"Dev":0.25,"simple":0.125,"complex":0.25,"reasoning":0.125}"#))
    }

    @Test func `the operator's aliases go before the tiers of known routers`() throws {
        #expect(
            try answer(#"["medium","code","simple","reasoning"]"#, aliases: ["medium": "complex"]).contains(
                #"{"medium":0.25,"code":0.5,"simple":0.125,"reasoning":0.125}"#))
    }

    @Test func `an option that is no label is refused by its name`() throws {
        let error = #expect(throws: WireError.self) { try answer(#"{"code":"a","cheap":"b"}"#) }
        #expect(
            error
                == WireError(
                    422, "unknown_option",
                    "the option `cheap` of the question `tier` is none of the model's labels (simple, code, reasoning, complex); use their names, or configure it as an alias of one",
                    field: "questions.tier.criteria.cheap"))
        #expect(throws: WireError.self) { try answer(#"["code","cheap"]"#, aliases: ["cheap": "no label"]) }
    }

    @Test func `without a model all options are equal, and the default label's is chosen if there is one`() throws {
        #expect(
            try answer(#"["SIMPLE","MEDIUM","COMPLEX","REASONING"]"#, RouterFixtures.unclassified())
                == #"{"model":"m","answers":{"tier":{"type":"choice","choice":"COMPLEX","probabilities":{"SIMPLE":0.25,"MEDIUM":0.25,"COMPLEX":0.25,"REASONING":0.25},"confidence":0.0}},"usage":{"input_tokens":0,"output_tokens":0}}"#
        )
        #expect(
            try answer(#"["MEDIUM","code"]"#, RouterFixtures.unclassified("code")).contains(#""choice":"code""#))
        #expect(
            try answer(#"["cheap","dear"]"#, RouterFixtures.unclassified()).contains(
                #""choice":"cheap","probabilities":{"cheap":0.5,"dear":0.5},"confidence":0.0"#))
    }

    @Test(arguments: 1...20)
    func `probabilities sum to 1, the choice has the highest, and confidence follows from it`(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let names = ["simple", "SIMPLE", "code", "Code", "medium", "MEDIUM", "complex", "reasoning", "NON_REASONING"]
        for _ in 0..<200 {
            let raw = (0..<4).map { _ in
                Bool.random(using: &random) ? Float.random(in: 0...1, using: &random) : 1e-30
            }
            let total = raw.reduce(0, +)
            let outcome = RouterFixtures.outcome(raw.map { $0 / total })
            let options = names.shuffled(using: &random).prefix(Int.random(in: 1...9, using: &random))
            let answer = try SystemOneAnswer(
                SystemOneQuestion(id: "q", options: Array(options)), outcome.prediction, aliases: [:])
            let p = answer.probabilities
            #expect(abs(p.reduce(0, +) - 1) < 1e-6)
            #expect(answer.choice == p.firstIndex(of: p.max() ?? 0))
            #expect((0...1).contains(answer.confidence))
            if p.count > 1 {
                let n = Float(p.count)
                #expect(abs(answer.confidence - (n * p[answer.choice] - 1) / (n - 1)) < 1e-6)
            } else {
                #expect(answer.confidence == 1)
            }
        }
    }

    @Test func `a state may be text, a conversation, strings, or any other JSON`() throws {
        #expect(try request(#""a\nb""#) == .text("a\nb"))
        #expect(
            try request(#"[{"role":"user","content":"a"}]"#)
                == .conversation([Message(role: .user, text: "a")], toolCount: 0))
        #expect(
            try request(#"{"x":1,"tools":[{}],"messages":[{"role":"user","content":"a"}]}"#)
                == .conversation([Message(role: .user, text: "a")], toolCount: 1))
        #expect(try request(#"{"text":"a"}"#) == .text("a"))
        #expect(try request(#"[ "a" , "b" ]"#) == .text("a\nb"))
        #expect(
            try request(#"{ "a" : [1, true, {"\u00e9 \"b\"": "c  d\n"}] }"#)
                == .text(#"{"a":[1,true,{"é \"b\"":"c  d\n"}]}"#))
        #expect(try request(#"["a", 1]"#) == .text(#"["a",1]"#))
        #expect(try request(#"[{"role":1}]"#) == .text(#"[{"role":1}]"#))
        #expect(try request(#"{"messages":"a"}"#) == .text(#"{"messages":"a"}"#))
        #expect(try request(#"{"text":"a","messages":[]}"#) == .text(#"{"text":"a","messages":[]}"#))
        #expect(try request("{}") == .text("{}"))
    }

    @Test func `the request is found in what LiteLLM composes`() throws {
        #expect(LiteLLMState.request(of: "\nClassify this message:\nfix\nthis") == .text("fix\nthis"))
        #expect(
            LiteLLMState.request(
                of: """

                    Caller system prompt, quoted as task context:
                    Be brief.

                    Recent conversation (context only, do not classify these):
                    [1] user: a
                    [7] more of a
                    [2] assistant: b
                    [3] c

                    Conversation so far: ~12 tokens across the request

                    Classify this message:
                    d

                    Classify this message:
                    """)
                == .conversation(
                    [
                        Message(role: .system, text: "Be brief."), Message(role: .user, text: "a\n[7] more of a"),
                        Message(role: .assistant, text: "b"), Message(role: .user, text: "c"),
                        Message(role: .user, text: "d\n\nClassify this message:"),
                    ], toolCount: 0))
        for other in [
            "", "\n", "Classify this message:\nx", "\nClassify this message: x", "\nConversation so far: ~",
            "\nCaller system prompt, quoted as task context:\nx",
            "\nRecent conversation (context only, do not classify these):\n[1] x\n\nConversation so far: ~2",
        ] {
            #expect(LiteLLMState.request(of: other) == nil, "\(other)")
        }
        #expect(try request(#""\nClassify this message:\nhi""#) == .text("hi"))
    }

    @Test(arguments: [
        (#"{}"#, "400 missing_field state"), (#"{"state":null,"questions":{}}"#, "400 missing_field state"),
        (#"{"state":1}"#, "422 wrong_type state"), (#"{"state":true}"#, "422 wrong_type state"),
        (#"{"state":"a","state":"b"}"#, "422 duplicate_field state"),
        (#"{"state":"a\ud800"}"#, "400 invalid_unicode -"), (#"{"state":{"\ude00":1}}"#, "400 invalid_unicode -"),
        (#"{"state":["a",1,"\ude00"]}"#, "400 invalid_unicode -"), (#"{"state":{"a":}}"#, "400 invalid_json -"),
        (#"{"state":[1,"a"}"#, "400 invalid_json -"), (#"{"x":"\ud800"}"#, "400 invalid_unicode -"),
        (#"{"state":"a"}"#, "422 missing_field questions"),
        (#"{"state":"a","questions":{}}"#, "422 missing_field questions"),
        (#"{"state":"a","questions":null}"#, "422 missing_field questions"),
        (#"{"state":"a","questions":[]}"#, "422 wrong_type questions"),
        (#"{"state":"a","questions":{},"questions":{}}"#, "422 duplicate_field questions"),
        (#"{"state":"a","model":1}"#, "422 wrong_type model"),
        (#"{"state":"a","model":"m","model":"m"}"#, "422 duplicate_field model"),
        (#"{"state":"a","questions":{"q":1}}"#, "422 wrong_type questions.q"),
        (#"{"state":"a","questions":{"q":null}}"#, "422 wrong_type questions.q"),
        (#"{"state":"a","questions":{"q":{},"q":{}}}"#, "422 duplicate_field questions.q"),
        (#"{"state":"a","questions":{"q":{}}}"#, "422 missing_field questions.q.type"),
        (#"{"state":"a","questions":{"q":{"type":1}}}"#, "422 wrong_type questions.q.type"),
        (#"{"state":"a","questions":{"q":{"type":"a","type":"a"}}}"#, "422 duplicate_field questions.q.type"),
        (
            #"{"state":"a","questions":{"q":{"criteria":["low",{"x":1}],"type":"score"}}}"#,
            "422 unsupported_type questions.q.type"
        ),
        (#"{"state":"a","questions":{"q":{"type":"choice"}}}"#, "422 missing_field questions.q.criteria"),
        (
            #"{"state":"a","questions":{"q":{"type":"choice","criteria":null}}}"#,
            "422 missing_field questions.q.criteria"
        ),
        (#"{"state":"a","questions":{"q":{"type":"choice","criteria":{}}}}"#, "422 missing_field questions.q.criteria"),
        (#"{"state":"a","questions":{"q":{"type":"choice","criteria":[]}}}"#, "422 missing_field questions.q.criteria"),
        (#"{"state":"a","questions":{"q":{"type":"choice","criteria":"a"}}}"#, "422 wrong_type questions.q.criteria"),
        (
            #"{"state":"a","questions":{"q":{"type":"choice","criteria":["a",1]}}}"#,
            "422 wrong_type questions.q.criteria[1]"
        ),
        (
            #"{"state":"a","questions":{"q":{"type":"choice","criteria":["a","a"]}}}"#,
            "422 duplicate_field questions.q.criteria.a"
        ),
        (
            #"{"state":"a","questions":{"q":{"type":"choice","criteria":{"a":"","a":""}}}}"#,
            "422 duplicate_field questions.q.criteria.a"
        ),
        (
            #"{"state":"a","questions":{"q":{"type":"choice","criteria":{"a":1}}}}"#,
            "422 wrong_type questions.q.criteria.a"
        ),
        (
            #"{"state":"a","questions":{"q":{"type":"choice","instructions":[],"criteria":["a"]}}}"#,
            "422 wrong_type questions.q.instructions"
        ),
    ])
    func `a call that makes no sense is refused by naming the field`(body: String, verdict: String) {
        #expect(RouterFixtures.verdict(SystemOneShape.self, body) == verdict)
    }

    @Test func `a question of another type is refused with what is supported`() throws {
        let error = RouterFixtures.refusal(SystemOneShape.self, Array(Self.call("[]", type: "noul").utf8))
        #expect(
            error?.message
                == "the question `tier` has the type `noul`; only `choice` is supported, with its options in `criteria`"
        )
    }

    @Test func `questions and options have their limits`() {
        let options = (0..<256).map { "\"\($0)\"" }
        #expect(
            RouterFixtures.verdict(SystemOneShape.self, Self.call("[" + options.joined(separator: ",") + "]"))
                == "422 too_many_options questions.tier.criteria")
        #expect(
            RouterFixtures.verdict(
                SystemOneShape.self, Self.call("[" + options.dropFirst().joined(separator: ",") + "]")) == nil)
        let question = #"{"type":"choice","criteria":["code"]}"#
        #expect(
            RouterFixtures.verdict(
                SystemOneShape.self,
                #"{"state":"a","questions":{"1":\#(question),"2":\#(question),"3":\#(question)}}"#,
                limits: WireLimits(batchSize: 2)) == "422 batch_too_large questions")
    }

    @Test func `bodies that are no JSON object are refused`() {
        for (body, status) in RouterFixtures.hostileBodies {
            let error = RouterFixtures.refusal(SystemOneShape.self, body)
            #expect(error?.status == status, "\(String(decoding: body.prefix(40), as: UTF8.self))")
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `no value in any field is answered by anything but JSON`(seed: UInt64) throws {
        #expect(
            try RouterFixtures.fault(
                SystemOneShape.self, seed: seed, rounds: 3000,
                templates: [
                    #"{"state":§,"questions":{"q":{"type":"choice","criteria":["code"]}}}"#,
                    #"{"state":"a","model":§,"questions":{"q":{"type":"choice","instructions":§,"criteria":§}}}"#,
                    #"{"state":"a","questions":{"q":{"criteria":{"SIMPLE":§,"code":§},"type":§}}}"#,
                    #"{"state":"a","questions":§}"#, #"{"questions":{"q":§},"state":§}"#,
                ],
                good: [#""choice""#, #"["SIMPLE","code"]"#],
                keys: ["SIMPLE", "code", "type", "criteria", "messages", "role", "text", "x"]) == nil)
    }
}
