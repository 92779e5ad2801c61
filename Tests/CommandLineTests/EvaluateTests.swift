import Foundation
import TestSupport
import Testing

@Suite struct EvaluateTests {
    private let model: String
    private let folder: ScratchFolder
    private let data: String

    /// 80 rows of the model's kind, every tenth with a label that is not its own, its own as alternative.
    private static let rows = Corpus.texts(80, seed: 60).enumerated().map { index, row in
        index % 10 == 3 ? LabelledText(text: row.text, label: row.label == "code" ? "simple" : "code") : row
    }

    init() throws {
        model = try TrainedModels.linear.get()
        folder = try ScratchFolder()
        let own = Corpus.texts(80, seed: 60)
        data = try folder.write(
            Corpus.csv(
                Self.rows,
                extra: [
                    ("alt_label", { $0 % 20 == 3 ? own[$0].label : "" }),
                    ("channel", { $0 < 30 ? "web" : "app" }),
                ]), to: "test.csv")
    }

    private func evaluate(_ options: String...) throws -> ProgramResult {
        try tasktype(["evaluate", data, "--model", model, "--bootstrap", "50"] + options)
    }

    /// The labels that `classify` gives the rows: the figures are computed again from them.
    private func predictions() throws -> [Answer] {
        try decodedAnswers(try tasktype("classify", "--model", model, "--format", "jsonl", "--input", data))
    }

    @Test func `JSON has the fields of the contract`() throws {
        let result = try evaluate("--format", "json", "--slice", "channel")
        #expect(result.status == 0, "\(result.errors)")
        let report = try object(result.output)
        #expect(report["rows"] as? Int == 80)
        for name in [
            "accuracy", "accuracy_acceptable", "accuracy_unambiguous", "macro_f1", "log_loss", "brier", "ece",
        ] {
            let value = try #require(report[name] as? Double, "\(name)")
            let interval = try #require(report[name + "_ci95"] as? [Double], "\(name)")
            #expect(interval.count == 2)
            #expect(interval[0] <= interval[1])
            // The calibration error of resamples lies above that of the sample: its interval need not hold it.
            if name != "ece" { #expect(interval[0] <= value && value <= interval[1], "\(name)") }
        }
        let perLabel = try #require(report["per_label"] as? [String: [String: Double]])
        #expect(Set(perLabel.keys) == Set(Corpus.labels))
        for figures in perLabel.values {
            #expect(Set(figures.keys) == ["precision", "recall", "f1", "support"])
        }
        let confusion = try #require(report["confusion"] as? [String: Any])
        #expect(confusion["labels"] as? [String] == Corpus.labels)
        #expect((report["coverage_curve"] as? [Any])?.isEmpty == false)
        let baselines = try #require(report["baselines"] as? [String: Any])
        #expect(baselines["majority"] != nil)
        let latency = try #require(report["latency_us"] as? [String: Double])
        #expect(Set(latency.keys) == ["p50", "p99"])
        let slices = try #require(report["slices"] as? [String: Any])
        #expect(slices["channel"] != nil)
        #expect(slices.keys.allSatisfy { $0 == "channel" || $0.hasPrefix("request_") })
    }

    @Test func `the figures follow from the answers of classify`() throws {
        let report = try object(try evaluate("--format", "json").output)
        let answers = try predictions()
        let right = zip(answers, Self.rows).count { $0.task_type == $1.label }
        // The wrong labels that were put in are wrong, and most others right.
        #expect((64...72).contains(right))
        #expect(report["accuracy"] as? Double == Double(right) / 80)
        let own = Corpus.texts(80, seed: 60)
        let acceptable = answers.indices.count {
            answers[$0].task_type == Self.rows[$0].label
                || $0 % 20 == 3 && answers[$0].task_type == own[$0].label
        }
        #expect(report["accuracy_acceptable"] as? Double == Double(acceptable) / 80)
        #expect(acceptable > right)
        let losses = zip(answers, Self.rows).map { -log(max($0.probabilities[$1.label] ?? 0, 1e-15)) }
        let loss = try #require(report["log_loss"] as? Double)
        #expect(abs(loss - losses.reduce(0, +) / 80) < 1e-4)
        let confusion = try #require(report["confusion"] as? [String: Any])
        let matrix = try #require(confusion["matrix"] as? [[Double]])
        for (truth, row) in zip(Corpus.labels, matrix) {
            for (predicted, count) in zip(Corpus.labels, row) {
                let expected = zip(answers, Self.rows).count {
                    $0.task_type == predicted && $1.label == truth
                }
                #expect(count == Double(expected), "\(truth) as \(predicted)")
            }
        }
    }

    @Test func `the same seed gives the same intervals`() throws {
        func interval(_ seed: String) throws -> [Double]? {
            try object(try evaluate("--format", "json", "--seed", seed).output)["accuracy_ci95"] as? [Double]
        }
        #expect(try interval("3") == (try interval("3")))
    }

    @Test func `bars that are met end in 0, others in 1 with the figure`() throws {
        #expect(try evaluate("--fail-under", "accuracy=0.5,macro_f1=0.5,ece=0.5").status == 0)
        let unmet = try evaluate("--fail-under", "accuracy=0.99,macro_f1=0.5,log_loss=0.0001")
        #expect(unmet.status == 1)
        #expect(unmet.errors.contains("not met: accuracy is 0."), "\(unmet.errors)")
        #expect(unmet.errors.contains("not met: log_loss is "))
        #expect(!unmet.errors.contains("macro_f1"))
        // The report is there all the same.
        #expect(unmet.text.contains("accuracy"))
    }

    @Test(arguments: [
        "acuracy=0.9", "accuracy", "accuracy=high", "accuracy=2", "", "accuracy=0.9,accuracy=0.8",
    ])
    func `bars that make no sense are refused`(bars: String) throws {
        expectRefusal(try evaluate("--fail-under", bars))
    }

    @Test func `an unknown metric is answered with the nearest one`() throws {
        expectRefusal(try evaluate("--fail-under", "macro-f1=0.9"), "macro-f1", "macro_f1")
    }

    @Test func `a second model is compared on the same rows`() throws {
        let other = try TrainedModels.other.get()
        let result = try evaluate("--format", "json", "--against", other)
        #expect(result.status == 0, "\(result.errors)")
        let comparison = try #require(try object(result.output)["comparison"] as? [String: Any])
        #expect(comparison["rows"] as? Int == 80)
        let reference = try #require(comparison["reference"] as? [String: Any])
        #expect(reference["name"] as? String == "other")
        let accuracy = try #require(comparison["accuracy"] as? [String: Any])
        #expect(accuracy["difference"] != nil && accuracy["difference_ci95"] != nil)
        for format in ["text", "md"] {
            let result = try evaluate("--format", format, "--against", other)
            #expect(result.status == 0)
            #expect(result.text.contains("other"))
        }
    }

    @Test func `a model compared with itself differs nowhere`() throws {
        let result = try evaluate("--format", "json", "--against", model)
        let comparison = try #require(try object(result.output)["comparison"] as? [String: Any])
        #expect(comparison["agreement_share"] as? Double == 1)
        #expect((comparison["changed"] as? [Any])?.isEmpty == true)
    }

    @Test func `models of other labels cannot be compared`() throws {
        let rows = try folder.write(
            Corpus.csv(Corpus.texts(40, seed: 3, labels: ["code", "simple"])), to: "two.csv")
        let two = folder("two.safetensors")
        #expect(try tasktype(["train", rows, "--output", two] + TrainedModels.quick).status == 0)
        expectRefusal(try evaluate("--against", two), "two.safetensors", "code, simple")
        expectRefusal(try evaluate("--against", folder("none")), "none", "does not exist")
    }

    @Test func `slices have the figures of their rows`() throws {
        let report = try object(try evaluate("--format", "json", "--slice", "channel").output)
        let slices = try #require(report["slices"] as? [String: [String: Any]])
        let values = try #require(slices["channel"]?["values"] as? [[String: Any]])
        #expect(Set(values.compactMap { $0["value"] as? String }) == ["web", "app"])
        let answers = try predictions()
        let right = (0..<30).count { answers[$0].task_type == Self.rows[$0].label }
        let web = try #require(values.first { $0["value"] as? String == "web" })
        #expect(web["rows"] as? Int == 30)
        #expect(web["accuracy"] as? Double == Double(right) / 30)
    }

    @Test func `an unknown slice is refused with the columns that there are`() throws {
        expectRefusal(try evaluate("--slice", "chanel"), "chanel", "channel")
    }

    @Test(arguments: ["id", "group", "label", "alt_label", "Channel"])
    func `any column can be used to slice, in any case`(column: String) throws {
        let rows = Array(Self.rows[..<12])
        let table = Corpus.csv(
            rows,
            extra: [
                ("id", { "n\($0)" }), ("group", { "g\($0 % 2)" }), ("alt_label", { _ in "code" }),
                ("channel", { _ in "web" }),
            ])
        let path = try folder.write(table, to: "sliced.csv")
        let result = try tasktype(
            "evaluate", path, "--model", model, "--format", "json", "--bootstrap", "0", "--slice", column)
        #expect(result.status == 0, "\(result.errors)")
    }

    @Test func `text and Markdown name the accuracy and every label`() throws {
        for format in ["text", "md"] {
            let result = try evaluate("--format", format)
            #expect(result.status == 0)
            for part in Corpus.labels + ["ccuracy"] {
                #expect(result.text.contains(part), "\(format): \(part)")
            }
        }
        #expect(try evaluate("--format", "md").text.contains("| --"))
    }

    @Test func `a report goes to the file that is named`() throws {
        let result = try evaluate("--format", "json", "--output", folder("report.json"))
        #expect(result.status == 0)
        #expect(result.text == "")
        #expect(try object(try folder.content("report.json"))["rows"] as? Int == 80)
    }

    @Test func `a label unknown to the model is named with its line`() throws {
        let path = try folder.write("text,label\nWho painted it?,simple\nA poem,poem\n", to: "unknown.csv")
        expectRefusal(try tasktype("evaluate", path, "--model", model), "unknown.csv:3:8", "poem")
        let skipping = try tasktype(
            "evaluate", path, "--model", model, "--skip-bad-rows", "--format", "json", "--bootstrap", "0")
        #expect(skipping.status == 0)
        #expect(try object(skipping.output)["rows"] as? Int == 1)
        #expect(skipping.errors.contains("unknown.csv:3:8"))
    }

    @Test func `data or a model that cannot be read are refused`() throws {
        expectRefusal(try tasktype("evaluate", data, "--model", folder("none")), "none", "does not exist")
        expectRefusal(try tasktype("evaluate", folder("none.csv"), "--model", model), "none.csv")
        expectRefusal(
            try tasktype("evaluate", try folder.write("text,label\n", to: "no.csv"), "--model", model), "rows"
        )
        expectRefusal(
            try tasktype("evaluate", try folder.write("text\na\n", to: "u.csv"), "--model", model), "label")
    }

    @Test func `standard input, JSON Lines and gzip are read as well`() throws {
        let table = Corpus.csv(Self.rows)
        let packed = try folder.write(gzipped(Data(table.utf8)), to: "rows.csv.gz")
        let lines = try folder.write(try Corpus.jsonLines(Self.rows), to: "rows.jsonl")
        for (path, input) in [(packed, Data()), (lines, Data()), ("-", Data(table.utf8))] {
            let result = try tasktype(
                ["evaluate", path, "--model", model, "--format", "json", "--bootstrap", "0"], input: input)
            #expect(try object(result.output)["rows"] as? Int == 80, "\(path): \(result.errors)")
        }
    }
}
