import Foundation
import TestSupport
import Testing

/// `data label` against an endpoint that behaves as each test wants.
@Suite struct DataLabelTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    /// The label that the fake model gives: the first word of the text.
    private static func truth(_ call: FakeEndpoint.Call) -> FakeEndpoint.Action {
        .content(#"{"label":"\#(call.text.prefix { $0 != " " })","alt_label":null,"confidence":0.8}"#)
    }

    private func arguments(_ endpoint: FakeEndpoint, _ input: String, _ options: [String]) -> [String] {
        [
            "data", "label", input, "--endpoint", endpoint.url, "--model", "fake", "--output", folder("out.csv"),
            "--quiet",
            "--retry-delay", "0.01",
        ] + options
    }

    private func label(_ endpoint: FakeEndpoint, _ input: String, _ options: String...) throws -> ProgramResult {
        try ProgramRunner.run(arguments(endpoint, input, options), environment: ["OPENAI_API_KEY": nil])
    }

    private func text(_ name: String) throws -> String { String(decoding: try folder.content(name), as: UTF8.self) }

    /// `count` rows whose first word is their label.
    private func rows(_ count: Int) throws -> String {
        let labels = Corpus.labels
        let lines = (0..<count).map { "\($0),\(labels[$0 % 4]) is row number \($0)\n" }
        return try folder.write("id,text\n" + lines.joined(), to: "in.csv")
    }

    /// Label and text of every row that was written.
    private func written() throws -> [(text: String, label: String)] {
        try text("out.csv").split(separator: "\n").dropFirst().map { line in
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
            return (String(cells[1]), String(cells[2]))
        }
    }

    private func expectAllRight(_ count: Int, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let rows = try written()
        #expect(rows.count == count, sourceLocation: sourceLocation)
        #expect(
            rows.allSatisfy { $0.text.hasPrefix($0.label + " ") && !$0.label.isEmpty }, sourceLocation: sourceLocation)
        #expect(rows.enumerated().allSatisfy { $1.text.hasSuffix(" \($0)") }, sourceLocation: sourceLocation)
    }

    // MARK: What is written

    @Test func `rows keep their order and columns, and get the model's labels beside their own`() throws {
        let endpoint = try FakeEndpoint { call in
            call.text.contains("cats")
                ? .content(#"{"label":"simple","alt_label":"reasoning","confidence":0.5}"#) : Self.truth(call)
        }
        let input = try folder.write(
            "\u{FEFF}prompt,label,alt_label,note\r\n\"code, \"\"quoted\"\"\nand more\",code,,\"x,y\"\r\ncats,reasoning,simple,\r\nsimple now,,,\r\n,,,empty\r\n",
            to: "in.csv")
        let result = try label(endpoint, input, "--format", "json")
        // The first text's first word has a comma at its end; the answer is no label.
        #expect(result.status == 0, "\(result.errors)")
        let expected = """
            prompt,label,alt_label,note,llm_label,llm_alt_label,llm_confidence,llm_model
            "code, ""quoted""
            and more",code,,"x,y",,,,
            cats,reasoning,simple,,simple,reasoning,0.5,fake
            simple now,,,,simple,,0.8,fake
            ,,,empty,,,,

            """
        #expect(try text("out.csv") == expected)
        let report = try object(result.output)
        #expect(report["rows"] as? Int == 4 && report["labelled"] as? Int == 2 && report["left_empty"] as? Int == 2)
        let kinds = (report["empty"] as? [[String: Any]])?.compactMap { $0["kind"] as? String }
        #expect(kinds == ["nonsense", "no_text"])
        let agreement = try #require(report["agreement"] as? [String: Any])
        #expect(agreement["rows"] as? Int == 1 && agreement["same"] as? Double == 0)
        #expect(agreement["acceptable"] as? Double == 1 && agreement["overlapping"] as? Double == 1)
        let differing = try #require((agreement["differing"] as? [[String: Any]])?.first)
        #expect((differing["place"] as? String)?.hasSuffix("in.csv:4") == true)
        #expect(endpoint.answered["code, \"quoted\"\nand more"] == 3)
    }

    @Test func `empty labels are filled where that is wanted, and say where they come from`() throws {
        let endpoint = try FakeEndpoint { call in
            .content(#"{"label":"\#(call.text.prefix { $0 != " " })","alt_label":"complex"}"#)
        }
        let input = try folder.write(
            "text,label,origin\ncode a,code,written\nsimple b,,\nsimple c,reasoning,\n", to: "in.csv")
        #expect(try label(endpoint, input, "--fill", "--column-prefix", "first").status == 0)
        #expect(
            try text("out.csv") == """
                text,label,origin,alt_label,first_label,first_alt_label,first_confidence,first_model
                code a,code,written,,code,complex,,fake
                simple b,simple,llm:fake,complex,simple,complex,,fake
                simple c,reasoning,,,simple,complex,,fake

                """)
        let lines = try folder.write(
            "{\"task_type\":null, \"text\":\"simple b\",\"x\":{\"y\":[1, 2]}}\n{\"text\":\"code a\",\"label\":\"code\"}\n",
            to: "in.jsonl")
        let result = try ProgramRunner.run(
            [
                "data", "label", lines, "--endpoint", endpoint.url, "--model", "fake", "-o", folder("out.jsonl"),
                "--fill",
                "--unlabelled-only",
            ], environment: ["OPENAI_API_KEY": nil])
        #expect(result.status == 0, "\(result.errors)")
        #expect(
            try text("out.jsonl") == """
                {"text":"simple b","x":{"y":[1, 2]},"label":"simple","origin":"llm:fake","alt_label":"complex","llm_label":"simple","llm_alt_label":"complex","llm_confidence":"","llm_model":"fake"}
                {"text":"code a","label":"code","llm_label":"","llm_alt_label":"","llm_confidence":"","llm_model":""}

                """)
        #expect(result.text.contains("1 labelled"), "\(result.text)")
        let again = try label(endpoint, folder("out.jsonl"))
        expectRefusal(again, "`llm_label` already")
    }

    @Test func `labels of one's own come with a guide of one's own`() throws {
        let endpoint = try FakeEndpoint { _ in .content("Bug") }
        let input = try folder.write("it crashes\nplease add a door\n", to: "in.txt")
        let guide = try folder.write("bug: something is broken\nwish: something is missing\n", to: "guide.txt")
        let result = try label(endpoint, input, "--guide", guide, "--labels", "bug, wish")
        #expect(result.status == 0, "\(result.errors)")
        #expect(
            try text("out.csv").hasPrefix(
                "text,llm_label,llm_alt_label,llm_confidence,llm_model\nit crashes,bug,,,fake\n"))
        #expect(
            endpoint.calls.allSatisfy {
                $0.instructions.contains("something is missing") && $0.path == "/v1/chat/completions"
            })
        expectRefusal(try label(endpoint, input, "--guide", guide, "--labels", "bug,poem"), "`poem`")
        expectRefusal(try label(endpoint, input, "--labels", "bug,wish"), "--guide")
        expectRefusal(try label(endpoint, input, "--guide", folder("none.txt")), "none.txt")
        let strange = try folder.write("text,label\nx,poem\n", to: "strange.csv")
        expectRefusal(try label(endpoint, strange), "`poem`", "--labels")
    }

    // MARK: Endpoints that fail

    @Test func `failures, silence, closed connections and nonsense are got over`() throws {
        let endpoint = try FakeEndpoint { call in
            guard call.earlier == 0 else { return Self.truth(call) }
            switch (call.text.split(separator: " ").last.flatMap { Int($0) } ?? 0) % 12 {
            case 0: return .reply(status: 500)
            case 1: return .reply(status: 429, headers: ["retry-after": "0.05"])
            case 2: return .reply(status: 503, headers: ["retry-after": "0"], body: Data("busy".utf8))
            case 3: return .stall
            case 4: return .close()
            case 5: return .close(part: "HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"choices\":[")
            case 6: return .content("I would rather talk about the weather.")
            case 7: return .content(#"{"label":"poem"}"#)
            case 8: return .reply(status: 200, body: Data(repeating: UInt8(ascii: "x"), count: 5 << 20))
            case 9: return .reply(status: 200, body: Data([0x7B, 0x22, 0xFF, 0xFE, 0x22]))
            case 10: return .reply(status: 200, body: Data("{}".utf8))
            default: return .close(part: "no HTTP at all\r\n\r\n")
            }
        }
        let result = try label(
            endpoint, try rows(24), "--timeout", "2", "--concurrency", "8", "--format", "json")
        #expect(result.status == 0, "\(result.errors)")
        try expectAllRight(24)
        let report = try object(result.output)
        #expect(report["requests"] as? Int == 48 && report["requests_repeated"] as? Int == 24, "\(result.text)")
        #expect(endpoint.calls.count == 48)
        #expect(endpoint.largestInFlight > 1 && endpoint.largestInFlight <= 8)
    }

    @Test func `a row that is answered with nonsense again and again stays empty and is named`() throws {
        let endpoint = try FakeEndpoint { call in
            call.text.hasSuffix(" 2") ? .content("¿qué?") : Self.truth(call)
        }
        let input = try rows(4)
        let result = try label(endpoint, input, "--repeats", "3")
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.text.contains("in.csv:4: the model gave no label"), "\(result.text)")
        #expect(endpoint.calls.count { $0.text.hasSuffix(" 2") } == 4)
        #expect(endpoint.calls.last { $0.text.hasSuffix(" 2") }?.message.contains("JSON object only") == true)
        #expect(try written().map(\.label) == ["code", "complex", "", "simple"])
        // Nonsense was an answer: it is not paid for twice, unless that is wanted.
        #expect(try label(endpoint, input).status == 0)
        #expect(endpoint.calls.count == 7)
        #expect(try label(endpoint, input, "--ask-empty-again", "--repeats", "0").status == 0)
        #expect(endpoint.calls.count == 8)
    }

    @Test func `an endpoint that takes no response_format is asked without it`() throws {
        let endpoint = try FakeEndpoint { call in
            String(decoding: call.body, as: UTF8.self).contains("response_format")
                ? .reply(status: 400, body: Data(#"{"error":{"code":"unknown_parameter"}}"#.utf8)) : Self.truth(call)
        }
        #expect(try label(endpoint, try rows(6), "--concurrency", "1").status == 0)
        try expectAllRight(6)
        #expect(endpoint.calls.count == 7)
    }

    @Test func `a row that the endpoint refuses stays empty, and the others are labelled`() throws {
        let endpoint = try FakeEndpoint { call in
            call.text.hasSuffix(" 3")
                ? .reply(status: 400, body: Data(#"{"error":{"code":"content_filter","message":"row number 3"}}"#.utf8))
                : Self.truth(call)
        }
        let result = try label(endpoint, try rows(8), "--concurrency", "1")
        #expect(result.status == 0)
        #expect(
            result.text.contains("in.csv:5: the endpoint refused the request (400 content_filter)"), "\(result.text)")
        #expect(!(result.text + result.errors).contains("row number"))
        #expect(try written().map(\.label).count { $0.isEmpty } == 1)
    }

    @Test(arguments: [
        (401, "{\"error\":{\"code\":\"invalid_api_key\"}}", "key (401 invalid_api_key)"), (403, "", "key (403)"),
        (402, "", "402"), (404, "{}", "--model"), (301, "", "elsewhere"),
        (429, "{\"error\":{\"type\":\"insufficient_quota\"}}", "quota"),
    ])
    func `what cannot get better ends the run with one sentence`(status: Int, body: String, part: String) throws {
        let endpoint = try FakeEndpoint { _ in
            .reply(status: status, headers: ["location": "/x"], body: Data(body.utf8))
        }
        let result = try label(endpoint, try rows(40), "--concurrency", "2")
        expectRefusal(result, part, "out.csv was not written")
        #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
        #expect(endpoint.calls.count <= 4)
        #expect(try folder.names() == ["in.csv"])
    }

    @Test func `an endpoint that is not there, or always fails, is given up soon`() throws {
        let endpoint = try FakeEndpoint { _ in .reply(status: 500) }
        let input = try rows(40)
        expectRefusal(try label(endpoint, input, "--retries", "1"), "in a row", "500")
        #expect(endpoint.calls.count <= 16)
        let result = try tasktype(
            "data", "label", input, "--endpoint", "http://127.0.0.1:1", "--model", "m", "--output", folder("out.csv"),
            "--retries", "1", "--retry-delay", "0.01", environment: ["OPENAI_API_KEY": nil])
        expectRefusal(result, "connection")
        #expect(try folder.names() == ["in.csv"])
    }

    @Test func `what is no chat completion is no answer, and is asked again by the next run`() throws {
        let first = try FakeEndpoint { call in
            call.text.hasSuffix(" 2")
                ? .reply(status: 200, body: Data(#"{"error":{"code":"overloaded","message":"row number 2"}}"#.utf8))
                : Self.truth(call)
        }
        let input = try rows(6)
        let result = try label(first, input, "--retries", "2")
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.text.contains("in.csv:4: what came is no chat completion (overloaded)"), "\(result.text)")
        #expect(!result.text.contains("row number 2"))
        #expect(first.calls.count == 8)
        let second = try FakeEndpoint(Self.truth)
        #expect(try label(second, input).status == 0)
        #expect(second.calls.map(\.text) == ["reasoning is row number 2"])
        try expectAllRight(6)
    }

    @Test func `a pause of hours is not waited for`() throws {
        let endpoint = try FakeEndpoint { _ in .reply(status: 429, headers: ["retry-after": "7200"]) }
        expectRefusal(try label(endpoint, try rows(2)), "7200 s")
    }

    // MARK: Stops

    @Test func `a killed run goes on where it was, and asks for nothing that the journal has`() throws {
        let endpoint = try FakeEndpoint { call in
            usleep(4000)
            return Self.truth(call)
        }
        let input = try rows(300)
        let journal = folder("out.csv.journal")
        func entries() -> Set<String> {
            let text = (try? String(contentsOfFile: journal, encoding: .utf8)) ?? ""
            return Set(text.split(separator: "\n").dropFirst().filter { $0.hasSuffix("}") }.map(String.init))
        }
        var journalled: [Int] = []
        for _ in 0..<3 {
            let program = try ProgramRunner.start(
                arguments(endpoint, input, []), environment: ["OPENAI_API_KEY": nil])
            let goal = (journalled.last ?? 0) + 40
            #expect(try program.wait { entries().count >= goal })
            program.send(SIGKILL)
            #expect(try program.wait().signal == SIGKILL)
            journalled.append(entries().count)
            #expect(!FileManager.default.fileExists(atPath: folder("out.csv")))
        }
        // What a kill leaves of a line is dropped.
        let handle = try #require(FileHandle(forWritingAtPath: journal))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("{\"key\":\"to".utf8))
        try handle.close()
        let result = try label(endpoint, input, "--format", "json")
        #expect(result.status == 0, "\(result.errors)")
        try expectAllRight(300)
        #expect(try object(result.output)["texts_known"] as? Int == journalled.last)
        // Only what was in flight when the program was killed may have come twice: 4 at a time, 3 times.
        let twice = endpoint.answered.values.reduce(0) { $0 + $1 - 1 }
        #expect(endpoint.answered.count == 300 && twice <= 12, "\(twice)")
        #expect(entries().count == 300)
    }

    @Test func `nothing that was journalled is asked again, also by another run that shares the cache`() throws {
        let endpoint = try FakeEndpoint(Self.truth)
        let input = try folder.write("text\ncode x\nsimple y\ncode x\n", to: "in.csv")
        #expect(try label(endpoint, input, "--cache", folder("cache")).status == 0)
        #expect(endpoint.calls.count == 2)
        let more = try folder.write("{\"text\":\"simple y\"}\n{\"text\":\"complex z\"}\n", to: "more.jsonl")
        #expect(try label(endpoint, more, "--cache", folder("cache")).status == 0)
        #expect(endpoint.calls.count == 3)
        // Another model, window or guide is another question.
        #expect(
            try label(endpoint, input, "--cache", folder("cache"), "--parameters", "{\"temperature\":0}").status == 0)
        #expect(endpoint.calls.count == 5)
        #expect(String(decoding: endpoint.calls[4].body, as: UTF8.self).contains("\"temperature\":0"))
        expectRefusal(try label(endpoint, input, "--cache", input), "no journal")
        #expect(!(try text("cache")).contains("code x"))
    }

    @Test func `Ctrl-C ends the run, keeps the answers and says how to go on`() throws {
        let endpoint = try FakeEndpoint { call in
            usleep(10_000)
            return Self.truth(call)
        }
        let input = try rows(200)
        let program = try ProgramRunner.start(arguments(endpoint, input, []), environment: ["OPENAI_API_KEY": nil])
        #expect(try program.wait { endpoint.calls.count > 20 })
        program.send(SIGINT)
        let result = try program.wait()
        #expect(result.status == 130 && result.text == "")
        #expect(result.errors.contains("goes on from there"), "\(result.errors)")
        let answered = endpoint.answered.count
        #expect(try folder.names() == ["in.csv", "out.csv.journal"])
        #expect(try text("out.csv.journal").split(separator: "\n").count == answered + 1)
        #expect(try label(endpoint, input).status == 0)
        try expectAllRight(200)
        #expect(endpoint.answered.values.allSatisfy { $0 == 1 })
    }

    // MARK: Budget and pace

    @Test func `a spent budget leaves what is done, and says so`() throws {
        let endpoint = try FakeEndpoint { call in
            call.earlier == 0 && call.text.hasSuffix("0") ? .reply(status: 500) : Self.truth(call)
        }
        let input = try rows(50)
        let first = try label(endpoint, input, "--max-requests", "20")
        #expect(first.status == 1)
        #expect(first.errors.contains("the budget of requests is spent"), "\(first.errors)")
        #expect(endpoint.calls.count == 20)
        #expect(try written().count == 50)
        let done = try written().count { !$0.label.isEmpty }
        #expect(done >= 16 && done <= 20)
        #expect(first.text.contains("\(50 - done) not asked"), "\(first.text)")
        #expect(try label(endpoint, input).status == 0)
        try expectAllRight(50)
        #expect(endpoint.answered.values.allSatisfy { $0 == 1 })
    }

    @Test func `tokens and money are counted as the endpoint reports them, and not overspent`() throws {
        let endpoint = try FakeEndpoint { call in
            guard case .content(let content, _, _) = Self.truth(call) else { return .stall }
            return .content(content, input: call.body.count / 4, output: 50)
        }
        let input = try rows(60)
        let tokens = try label(endpoint, input, "--max-tokens", "20000", "--format", "json")
        #expect(tokens.status == 1 && tokens.errors.contains("budget of tokens"), "\(tokens.errors)")
        let spent = endpoint.calls.reduce(0) { $0 + $1.body.count / 4 + 50 }
        #expect(spent <= 20_000 && spent > 15_000, "\(spent)")
        let counted = try #require(try object(tokens.output)["tokens"] as? [String: Any])
        #expect((counted["input"] as? Int ?? 0) + (counted["output"] as? Int ?? 0) == spent)
        let before = endpoint.calls.count
        let money = try label(
            endpoint, input, "--max-cost", "0.01", "--price-in", "1", "--price-out", "2", "--format", "json")
        #expect(money.status == 1 && money.errors.contains("budget of cost"), "\(money.errors)")
        let cost = endpoint.calls[before...].reduce(0.0) { $0 + (Double($1.body.count / 4) + 100) / 1e6 }
        #expect(cost <= 0.01 && cost > 0.007, "\(cost)")
        #expect(abs((try object(money.output)["cost"] as? Double ?? 0) - cost) < 1e-9)
    }

    @Test func `no more requests come in a time than are allowed`() throws {
        let endpoint = try FakeEndpoint(Self.truth)
        #expect(try label(endpoint, try rows(13), "--requests-per-minute", "600").status == 0)
        let times = endpoint.calls.map(\.time).sorted()
        // Twelve spaces of 0.1 s; a busy machine may delay the first, and without spaces all come at once.
        #expect(times[12] - times[0] > 0.6, "\(times)")
    }

    @Test func `a pause that the endpoint asks for is kept by all`() throws {
        let endpoint = try FakeEndpoint { call in
            usleep(20_000)
            return call.text.hasSuffix(" 5") && call.earlier == 0
                ? .reply(status: 429, headers: ["retry-after": "1"]) : Self.truth(call)
        }
        #expect(try label(endpoint, try rows(60), "--concurrency", "3").status == 0)
        let start = try #require(endpoint.calls.first { $0.text.hasSuffix(" 5") }).time
        // Only what was on its way already.
        let meanwhile = endpoint.calls.count { $0.time > start && $0.time < start + 0.8 }
        #expect(meanwhile <= 4, "\(endpoint.calls.map(\.time))")
        try expectAllRight(60)
    }

    // MARK: Secrets

    @Test func `the key is sent, and appears nowhere else`() throws {
        let endpoint = try FakeEndpoint { call in
            call.text.hasSuffix(" 1")
                ? .reply(status: 400, body: Data("{\"error\":{\"message\":\"sk-very-secret\"}}".utf8))
                : Self.truth(call)
        }
        let result = try ProgramRunner.run(
            arguments(endpoint, try rows(6), ["--api-key-env", "MY_KEY", "--concurrency", "1"]),
            environment: ["MY_KEY": "sk-very-secret", "OPENAI_API_KEY": nil])
        #expect(result.status == 0, "\(result.errors)")
        #expect(endpoint.calls.allSatisfy { $0.headers["authorization"] == "Bearer sk-very-secret" })
        #expect(!endpoint.calls.contains { String(decoding: $0.body, as: UTF8.self).contains("secret") })
        for text in [result.text, result.errors, try text("out.csv"), try text("out.csv.journal")] {
            #expect(!text.contains("secret"))
        }
        let without = try FakeEndpoint(Self.truth)
        #expect(try label(without, try rows(2)).status == 0)
        #expect(without.calls.allSatisfy { $0.headers["authorization"] == nil })
    }

    @Test func `a key is not sent unencrypted to another machine`() throws {
        let input = try rows(2)
        let result = try tasktype(
            "data", "label", input, "--endpoint", "http://192.0.2.1/v1", "--model", "m", "--output", folder("out.csv"),
            environment: ["OPENAI_API_KEY": "sk-very-secret"])
        expectRefusal(result, "unencrypted", "--allow-plain-key")
        #expect(!result.errors.contains("secret"))
        let missing = try tasktype(
            "data", "label", input, "--endpoint", "https://192.0.2.1/v1", "--model", "m", "--output", folder("out.csv"),
            "--api-key-env", "NO_SUCH_KEY")
        expectRefusal(missing, "NO_SUCH_KEY")
    }

    @Test(arguments: [
        ["--concurrency", "0"], ["--timeout", "0"], ["--retries", "-1"], ["--max-requests", "0"], ["--max-cost", "1"],
        ["--requests-per-minute", "0"], ["--tokens-per-minute", "nan"], ["--window", "10"], ["--parameters", "x"],
        ["--column-prefix", "a b"], ["--endpoint", "nowhere"], ["--model", ""], ["--repeats", "99"],
    ])
    func `options out of range are refused by name`(options: [String]) throws {
        let endpoint = try FakeEndpoint(Self.truth)
        expectRefusal(try ProgramRunner.run(arguments(endpoint, try rows(2), options)), options[0])
        #expect(endpoint.calls.isEmpty)
    }
}
