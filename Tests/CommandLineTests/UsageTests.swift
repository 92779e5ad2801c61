import Foundation
import TestSupport
import Testing

@Suite struct UsageTests {
    @Test(arguments: [
        ["nonsense"], ["--nonsense"], ["classify", "--format", "xml", "--", "a"],
        ["classify", "--threads", "0"],
        ["classify", "--threads", "many"], ["classify", "--explain-top", "-1"], ["classify", "--model"],
        ["classify", "--input-format", "pdf"], ["evaluate"], ["evaluate", "a.csv", "--bootstrap", "-1"],
        ["evaluate", "a.csv", "--bootstrap", "100001"], ["evaluate", "a.csv", "--format", "xml"],
        ["models", "nonsense"],
        ["models", "verify"], ["models", "verify", "a", "b"], ["bench"],
        ["bench", "a.csv", "--seconds", "0"],
        ["bench", "a.csv", "--threads", "0"], ["bench", "a.csv", "--passes", "0"], ["train"],
    ])
    func `usage errors say how it is done and end in 2`(arguments: [String]) throws {
        let result = try tasktype(arguments)
        expectRefusal(result, "Usage: tasktype")
    }

    @Test func `help and version go to standard output and end in 0`() throws {
        for arguments in [["--help"], ["-h"], ["help"], []] {
            let result = try tasktype(arguments)
            #expect(result.status == 0)
            #expect(result.errors == "")
            for command in ["classify", "train", "evaluate", "models", "bench"] {
                #expect(result.text.contains(command), "\(arguments)")
            }
        }
        let version = try tasktype("--version")
        #expect(version.status == 0)
        #expect(version.text.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
    }

    @Test(arguments: [
        (
            ["classify"],
            [
                "--input", "--input-format", "--model", "--format", "--explain", "--explain-top", "--time",
                "--strict",
                "--default-label", "--skip-bad-rows", "--threads",
            ]
        ),
        (
            ["train"],
            [
                "--output", "--validation", "--holdout", "--folds", "--kind", "--loss", "--c",
                "--class-weights",
                "--precision", "--hash-bits", "--word-ngrams", "--expected-mix", "--family-weights",
                "--hidden-units", "--default-label", "--seed",
                "--threads",
                "--report", "--skip-bad-rows", "--quiet", "logistic", "mlp", "auto",
            ]
        ),
        (
            ["evaluate"],
            [
                "--model", "--against", "--slice", "--format", "--output", "--fail-under", "--bootstrap",
                "--seed",
                "--skip-bad-rows", "json", "md",
            ]
        ),
        (["models"], ["inspect", "verify"]), (["models", "inspect"], ["--format", "<model>"]),
        (["models", "verify"], ["<model>"]),
        (
            ["simulate"],
            [
                "--traffic", "--policy", "--against", "--mode", "--mix", "--confusion", "--accuracy", "--classify",
                "--model",
                "--classifier-cost", "--classifier-seconds", "--benchmark", "--seed", "--recommend", "--format",
                "--output",
            ]
        ),
        (
            ["policy", "calibrate"],
            [
                "--benchmark", "--min-quality", "--max-cost", "--share-of-best", "--scale", "--input-tokens",
                "--output",
                "--format",
            ]
        ),
        (
            ["evaluate-routing"],
            [
                "--weak", "--strong", "--score", "--choice", "--cost", "--model", "--strong-labels", "--no-classifier",
                "--bootstrap", "--seed", "--format", "--output",
            ]
        ),
        (
            ["bench"],
            [
                "--model", "--max-bytes", "--seconds", "--threads", "--seed", "--requests", "--passes", "--format",
            ]
        ),
    ])
    func `help names every option`(command: [String], options: [String]) throws {
        let result = try tasktype(command + ["--help"])
        #expect(result.status == 0)
        #expect(result.errors == "")
        for option in options + ["OVERVIEW", "USAGE: tasktype " + command.joined(separator: " ")] {
            #expect(result.text.contains(option), "\(option)")
        }
        // Each option is described, not only listed.
        let lines = result.text.split(separator: "\n").map { $0.drop { $0 == " " } }
        for option in options where option.hasPrefix("--") {
            #expect(lines.contains { $0.hasPrefix(option) || $0.contains(", \(option)") }, "\(option)")
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `completion scripts are generated`(shell: String) throws {
        let result = try tasktype("--generate-completion-script", shell)
        #expect(result.status == 0)
        #expect(result.errors == "")
        for part in ["tasktype", "classify", "fail-under"] { #expect(result.text.contains(part)) }
        guard shell == "bash" else { return }
        let check = try ProgramRunner.run(["-n"], program: "/bin/bash", input: result.output)
        #expect(check.status == 0, "\(check.errors)")
    }

    @Test func `an unknown shell has no completion script`() throws {
        #expect(try tasktype("--generate-completion-script", "csh").status == 2)
    }

    @Test func `bench prints latencies and throughput`() throws {
        let folder = try ScratchFolder()
        let data = try folder.write(Corpus.csv(Corpus.texts(20, seed: 1)), to: "data.csv")
        let model = try TrainedModels.linear.get()
        let result = try tasktype("bench", data, "--model", model, "--seconds", "0.1", "--format", "json")
        #expect(result.status == 0, "\(result.errors)")
        let figures = try #require(try object(result.output) as? [String: Double])
        #expect(figures["texts"] == 20)
        let order = try ["p50_seconds", "p90_seconds", "p99_seconds", "p999_seconds"].map {
            try #require(figures[$0])
        }
        #expect(order == order.sorted())
        #expect(try #require(figures["requests_per_second"]) > 0)
        #expect(figures["request_p50_seconds"] == nil)
        #expect(try tasktype("bench", data, "--model", model, "--seconds", "0.1").text.contains("p99"))
        expectRefusal(try tasktype("bench", data, "--model", model, "--max-bytes", "1"), "no texts")
    }

    @Test func `bench measures whole requests where asked to`() throws {
        let folder = try ScratchFolder()
        let data = try folder.write(Corpus.csv(Corpus.texts(20, seed: 1)), to: "data.csv")
        let command = ["bench", data, "--model", try TrainedModels.linear.get(), "--seconds", "0.05", "--requests"]
        let figures = try #require(
            try object(try tasktype(command + ["--format", "json"]).output) as? [String: Double])
        for stage in ["reading", "request"] {
            let median = try #require(figures["\(stage)_p50_seconds"])
            #expect(median > 0)
            #expect(try #require(figures["\(stage)_p99_seconds"]) >= median)
        }
        // A request is its text and `{"text":""}`, and more where the text has to be escaped.
        #expect(try #require(figures["mean_request_bytes"]) >= (try #require(figures["mean_bytes"])) + 11)
        #expect(try #require(figures["whole_requests_per_second"]) > 0)
        #expect(try tasktype(command).text.contains("request in JSON"))
    }

    @Test func `bench with passes classifies each text that often and times nothing`() throws {
        let folder = try ScratchFolder()
        let data = try folder.write(Corpus.csv(Corpus.texts(20, seed: 1)), to: "data.csv")
        let model = try TrainedModels.linear.get()
        func figures(_ passes: String) throws -> [String: Int] {
            let result = try tasktype("bench", data, "--model", model, "--passes", passes, "--format", "json")
            #expect(result.status == 0, "\(result.errors)")
            return try #require(try object(result.output) as? [String: Int])
        }
        let (one, three) = (try figures("1"), try figures("3"))
        #expect(three == ["texts": 20, "passes": 3, "tokens": 3 * (one["tokens"] ?? 0)])
        #expect(try tasktype("bench", data, "--model", model, "--passes", "2").text.hasPrefix("20 texts, 2 times"))
    }

    @Test func `what classify is asked beside classifying is answered for the whole program`() throws {
        #expect(try tasktype("classify", "--version").text == (try tasktype("--version").text))
        #expect(try tasktype("help", "classify").text == (try tasktype("classify", "--help").text))
        for arguments in [["--generate-completion-script", "bash"], ["a", "--generate-completion-script", "bash"]] {
            let result = try tasktype(["classify"] + arguments)
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.text.contains("fail-under"), "the script completes every command")
        }
        // Not the command of that name.
        #expect(try linearAnswer(to: "help").source == "model")
    }

    @Test func `texts alone are answered as they are beside options`() throws {
        let model = try TrainedModels.linear.get()
        let texts = ["Who painted the picture which opens on Mondays?", "", "a  b\nc", "naïve – 東京"]
        for plain in [["--model", model], ["--strict", "--model", model], ["--model", model, "--strict"]] {
            let result = try tasktype(["classify"] + plain + texts)
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.lines.count == texts.count)
            #expect(result.text == (try tasktype(["classify"] + plain + ["--format", "text"] + texts).text))
            #expect(result.text == (try tasktype(["classify"] + texts + plain).text))
        }
        let broken = try tasktype("classify", "--strict", "--model", "missing.safetensors", "a")
        expectRefusal(broken, "missing.safetensors")
        for arguments in [["a", "--model"], ["a", "--model", "--strict"], ["a", "-x"]] {
            expectRefusal(try tasktype(["classify"] + arguments), "Usage: tasktype classify")
        }
    }
}
