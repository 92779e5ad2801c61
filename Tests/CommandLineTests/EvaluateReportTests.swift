import Foundation
import TestSupport
import Testing

@Suite struct EvaluateReportTests {
    private let model: String
    private let folder: ScratchFolder
    private let data: String

    /// 60 rows of the model's kind, every tenth with a label that is not its own.
    private static let rows = Corpus.texts(60, seed: 61).enumerated().map { index, row in
        index % 10 == 3 ? LabelledText(text: row.text, label: row.label == "code" ? "simple" : "code") : row
    }

    init() throws {
        model = try TrainedModels.linear.get()
        folder = try ScratchFolder()
        data = try folder.write(Corpus.csv(Self.rows, extra: [("id", { "id-\($0)" })]), to: "test.csv")
    }

    private func evaluate(_ options: String...) throws -> ProgramResult {
        try tasktype(["evaluate", data, "--model", model, "--bootstrap", "20"] + options)
    }

    @Test func `an HTML report is one page that fetches and runs nothing`() throws {
        let path = folder("report.html")
        let result = try evaluate("--format", "html", "--output", path, "--against", try TrainedModels.other.get())
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.text == "")
        let page = String(decoding: try folder.content("report.html"), as: UTF8.self)
        #expect(page.hasPrefix("<!DOCTYPE html>") && page.hasSuffix("</html>\n"))
        for part in ["<script", "src=", "http://", "https://", "@import", "url("] {
            // The name of the SVG and HTML dialects is no address that is fetched.
            #expect(!page.replacing("xmlns=\"http://www.w3.org/", with: "").contains(part), "\(part)")
        }
        #expect(page.contains("default-src &#39;none&#39;"))
        for part in ["id=\"comparison\"", "McNemar", "id=\"reliability\"", "id=\"risk-coverage\"", "µs"] {
            #expect(page.contains(part), "\(part)")
        }
    }

    @Test(arguments: ["html", "json", "md", "text"])
    func `texts and their words are in a report only where that is asked for`(format: String) throws {
        let errors = Self.rows.enumerated().filter { $0.offset % 10 == 3 }
        let silent = String(decoding: try evaluate("--format", format).output, as: UTF8.self)
        for (_, row) in errors {
            // Single words, such as capital and before, are also the program's own.
            let words = row.text.split(separator: " ")
            for (word, next) in zip(words, words.dropFirst()) where word.count + next.count > 8 {
                #expect(!silent.contains("\(word) \(next)"), "\(word) \(next)")
            }
            #expect(!silent.contains("word:") && !silent.contains("chars:"))
        }
        #expect(silent.contains("id-3"))
        guard format == "html" || format == "json" else { return }
        let open = String(decoding: try evaluate("--format", format, "--show-texts").output, as: UTF8.self)
        #expect(errors.contains { open.contains($0.element.text) })
        #expect(open.contains("word:"))
    }

    @Test(arguments: ["html", "json"])
    func `without latency the same input gives the same bytes`(format: String) throws {
        let options = ["--format", format, "--no-latency", "--show-texts", "--against", try TrainedModels.other.get()]
        let reports = try (0..<2).map { _ in
            try tasktype(["evaluate", data, "--model", model, "--bootstrap", "20"] + options).output
        }
        #expect(reports[0] == reports[1])
        #expect(!String(decoding: reports[0], as: UTF8.self).contains("µs"))
    }

    @Test func `costs and an order of labels tell errors apart`() throws {
        let costs = try folder.write("truth,predicted,cost\n*,*,1\n\ncode,*,4\n", to: "costs.csv")
        let result = try evaluate(
            "--format", "json", "--costs", costs, "--label-order", "simple, code,reasoning,complex")
        #expect(result.status == 0, "\(result.errors)")
        let report = try object(result.output)
        let confusion = try #require(report["confusion"] as? [String: Any])
        let matrix = try #require(confusion["matrix"] as? [[Double]])
        var cost = 0.0
        for (truth, row) in matrix.enumerated() {
            for (answer, count) in row.enumerated() where answer != truth {
                cost += count * (Corpus.labels[truth] == "code" ? 4 : 1)
            }
        }
        let rules = try #require(report["costs"] as? [String: Any])
        let argmax = try #require(rules["most_probable"] as? [String: Any])
        #expect(abs((argmax["cost"] as? Double ?? -1) - cost / 60) < 1e-9)
        #expect(rules["zero_one"] as? Bool == false)
        let order = try #require(report["label_order"] as? [String: Any])
        #expect((order["weight_by_distance"] as? [Double])?.reduce(0, +) == 60)
        #expect(try object(try evaluate("--format", "json").output)["label_order"] is NSNull)
    }

    @Test func `costs and orders that make no sense are refused`() throws {
        let costs = try folder.write("truth,predicted,cost\n\ncode,poem,1\n", to: "bad.csv")
        expectRefusal(try evaluate("--costs", costs), "Line 3", "poem", "reasoning")
        expectRefusal(try evaluate("--costs", folder("none.csv")), "none.csv")
        expectRefusal(try evaluate("--label-order", "code,simple"), "complex")
        expectRefusal(try evaluate("--label-order", "code,simple,complex,reasoning,poem"), "poem")
        expectRefusal(try evaluate("--format", "pdf"), "html")
    }

    @Test func `rows that the training data hold are counted, and judged apart`() throws {
        let known = Array(Self.rows[..<7])
        let changed = Self.rows[7..<12].map {
            LabelledText(text: "  " + $0.text.uppercased().replacing(".", with: "!"), label: $0.label)
        }
        let one = try folder.write(Corpus.csv(known), to: "one.csv")
        let two = try folder.write(try Corpus.jsonLines(changed + Corpus.texts(9, seed: 5)), to: "two.jsonl")
        let result = try evaluate("--format", "json", "--training", one, "--training", two)
        #expect(result.status == 0, "\(result.errors)")
        let leaks = try #require(try object(result.output)["leaks"] as? [String: Any])
        #expect(leaks["exact"] as? Int == 7)
        #expect(leaks["normalized"] as? Int == 5)
        #expect(leaks["training_rows"] as? Int == 21)
        #expect(leaks["rows"] as? [Int] == Array(0..<12))
        expectRefusal(try evaluate("--training", folder("none.csv")), "none.csv")
    }

    @Test func `requests are sliced by what they are, without being asked`() throws {
        let path = try folder.write(
            "text,label\nWhat is the capital of the country?,simple\nКто написал эту картину?,simple\n"
                + "\"\(String(repeating: "Write a function. ", count: 40))\",code\n", to: "mixed.csv")
        let result = try tasktype(
            "evaluate", path, "--model", model, "--format", "json", "--bootstrap", "0")
        let slices = try #require(try object(result.output)["slices"] as? [String: [String: Any]])
        func values(_ name: String) -> [String] {
            (slices[name]?["values"] as? [[String: Any]])?.compactMap { $0["value"] as? String } ?? []
        }
        #expect(values("request_script") == ["Latin", "Cyrillic"])
        #expect(values("request_bytes") == ["below 100", "300 to 999"])
        // All have one turn.
        #expect(slices["request_turns"] == nil)
    }

    @Test func `hostile rows of any size do nothing to a page`() throws {
        let texts = [
            "</style><script>alert(1)</script> what", "\u{202E}\u{7}\"><img src=x onerror=alert(1)>",
            String(repeating: "🙂<b>", count: 1 << 20),
        ]
        let rows = texts.map { LabelledText(text: $0, label: "complex") }
        let path = try folder.write(Corpus.csv(rows), to: "hostile \"><script>.csv")
        let result = try tasktype(
            "evaluate", path, "--model", model, "--format", "html", "--bootstrap", "0", "--show-texts")
        #expect(result.status == 0, "\(result.errors)")
        let page = String(decoding: result.output, as: UTF8.self)
        #expect(!page.contains("<script") && !page.contains("<img") && !page.contains("\u{202E}"))
        #expect(page.utf8.count < 300_000)
    }
}
