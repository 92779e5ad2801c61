import Foundation
import TestSupport
import Testing

@testable import Evaluation

/// The texts that reports have to match, by form.
enum GoldenReports {}

@Suite("Reports")
struct ReportTests {
    @Test(arguments: ReportFormat.allCases.filter { $0 != .html })
    func `The report of an evaluation is the text that was agreed on`(format: ReportFormat) throws {
        let report = try ReportSample.evaluation().report(format, header: ReportSample.header)
        #expect(report == GoldenReports.evaluation[format])
    }

    @Test(arguments: ReportFormat.allCases.filter { $0 != .html })
    func `The report of a comparison is the text that was agreed on`(format: ReportFormat) throws {
        let header = ReportSample.comparisonHeader
        let report = ReportSample.report(of: try ReportSample.comparison(), format, header: header)
        #expect(report == GoldenReports.comparison[format])
    }

    @Test func `The JSON has every field that other programs rely on`() throws {
        let report = try ReportSample.evaluation().report(.json, header: ReportSample.header)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(report.utf8)) as? [String: Any])
        #expect(object["rows"] as? Int == 6)
        for name in [
            "accuracy", "accuracy_acceptable", "accuracy_unambiguous", "macro_f1", "log_loss", "brier", "ece",
        ] {
            let value = try #require(object[name] as? Double)
            let interval = try #require(object[name + "_ci95"] as? [Double])
            try #require(interval.count == 2)
            #expect(interval[0] <= value && value <= interval[1])
        }
        let labels = try #require(object["per_label"] as? [String: [String: Double]])
        #expect(labels["code"]?.keys.sorted() == ["f1", "precision", "recall", "support"])
        let confusion = try #require(object["confusion"] as? [String: Any])
        #expect(confusion["labels"] as? [String] == ["simple", "code", "complex|\u{1B}[2J"])
        #expect(confusion["matrix"] as? [[Int]] == [[2, 1, 0], [0, 1, 1], [0, 0, 1]])
        #expect((object["coverage_curve"] as? [[String: Double]])?.count == 20)
        let baselines = try #require(object["baselines"] as? [String: [String: Any]])
        #expect(baselines["majority"]?["label"] as? String == "simple")
        #expect(object["latency_us"] as? [String: Double] == ["p50": 2, "p99": 40])
        #expect((object["slices"] as? [String: Any])?.keys.sorted() == ["language"])
    }

    @Test func `What cannot be computed is null in JSON and a dash in text`() throws {
        let rows = try binaryRows([(1, 0.25)], alternative: [0])
        let evaluation = Evaluation(rows, bootstrap: .none)
        let json = evaluation.report(.json, header: ReportSample.header)
        for field in [
            "\"accuracy_unambiguous\": null", "\"accuracy_ci95\": null", "\"share_uncertain\": null",
            "\"precision\": null", "\"recall\": null", "\"p50\": null", "\"p99\": null",
        ] { #expect(json.contains(field), "\(field)") }
        #expect(!json.lowercased().contains("nan"))
        let text = evaluation.report(.text, header: ReportSample.header)
        #expect(text.contains("accuracy_unambiguous       –"))
        #expect(text.contains("No intervals"))
    }

    @Test(arguments: [UInt64(71), 72, 73, 74, 75, 76])
    func `Plain text fits 100 columns and holds no control characters, whatever the names`(seed: UInt64)
        throws
    {
        var generator = SplitMix64(seed: seed)
        let alphabet = Array("abc |_*<é日本🙂\u{7}\u{202E}\n\u{1B}")
        func name(_ length: Int) -> String {
            String((0..<length).map { _ in alphabet.randomElement(using: &generator) ?? "x" })
        }
        let labelCount = Int.random(in: 1...40, using: &generator)
        var random = RandomRows(seed: seed, rows: 80, labels: labelCount, weighted: true)
        random.labels = (0..<labelCount).map { "\($0)" + name(Int.random(in: 0...70, using: &generator)) }
        let values = (0..<80).map { _ in name(Int.random(in: 0...120, using: &generator)) }
        let rows = try ScoredRows(
            labels: random.labels, truth: random.truth, alternative: random.alternative,
            probabilities: random.probabilities, weights: random.weights, uncertain: random.uncertain,
            slices: [.init(name: name(130) + "x", values: values)], latencies: [1e9])
        let header = ReportHeader(
            model: .init(name: name(150), revision: name(64)), reference: .init(name: "r", revision: "s"),
            data: [name(90), name(300)])
        let other = try random.picking(Array(0..<80)).scored()
        let settings = try Bootstrap.few(20)
        let reports = [
            Evaluation(rows, bootstrap: settings).report(.text, header: header),
            ReportSample.report(
                of: try Comparison(of: rows, against: other, bootstrap: settings), .text, header: header),
        ]
        for line in reports.flatMap({ $0.split(separator: "\n") }) {
            #expect(displayWidth(String(line)) <= 100, "seed \(seed): \(line)")
            #expect(
                !line.unicodeScalars.contains { $0.properties.generalCategory == .control }, "seed \(seed)")
        }
    }

    @Test func `Where the confusion matrix is too wide its largest cells are listed`() throws {
        let labels = (0..<30).map { "a label with a name of its own, number \($0)" }
        let random = RandomRows(seed: 77, rows: 300, labels: 30)
        let rows = try ScoredRows(labels: labels, truth: random.truth, probabilities: random.probabilities)
        let evaluation = Evaluation(rows, bootstrap: .none)
        for format in [ReportFormat.text, .markdown] {
            let report = evaluation.report(format, header: ReportSample.header)
            #expect(report.contains("The largest cells beside the diagonal"))
        }
        let matrix = evaluation.confusion
        let largest = (0..<30).flatMap { row in (0..<30).filter { $0 != row }.map { matrix[row, $0] } }.max()
        let section = evaluation.report(.markdown, header: ReportSample.header)
            .split(separator: "\n").drop { !$0.hasPrefix("| truth") }.dropFirst(2)
        #expect(section.first?.hasSuffix("| \(decimal(largest, digits: 0)) |") == true)
    }

    @Test(arguments: [UInt64(78), 79])
    func `JSON strings and numbers come back as they went in`(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        var strings: [String] = []
        var numbers: [Double] = [0, -1, 1e-300, 9_007_199_254_740_994, 1e300, 0.1]
        for _ in 0..<300 {
            let scalars = (0..<Int.random(in: 0...40, using: &generator)).compactMap { _ in
                Unicode.Scalar(
                    UInt32.random(
                        in: 0...(Bool.random(using: &generator) ? 0x7F : 0x10FFFF), using: &generator))
            }
            strings.append(String(String.UnicodeScalarView(scalars)))
            let number = Double(bitPattern: generator.next())
            if number.isFinite { numbers.append(number) }
        }
        let value = JSONValue.object([
            ("strings", .array(strings.map(JSONValue.string))),
            ("numbers", .array(numbers.map(JSONValue.number))),
        ])
        struct Decoded: Decodable { let strings: [String], numbers: [Double] }
        let decoded = try JSONDecoder().decode(Decoded.self, from: Data(value.serialized.utf8))
        #expect(decoded.strings.map { Array($0.unicodeScalars) } == strings.map { Array($0.unicodeScalars) })
        #expect(decoded.numbers == numbers)
    }

    @Test func `Numbers that are none become null`() {
        let value = JSONValue.array([
            .number(.nan), .figure(.infinity), .figure(nil), .number(-0.0), .bool(true),
        ])
        #expect(value.serialized == "[null, null, null, 0, true]")
    }

    @Test(arguments: [
        (0.12345, 4, "0.1235"), (-0.00001, 4, "0.0000"), (-1.5, 0, "-2"), (12, 1, "12.0"), (0.05, 2, "0.05"),
        (1e20, 2, "1e+20"), (.nan, 2, "–"),
    ])
    func `Decimals are rounded and padded`(value: Double, digits: Int, text: String) {
        #expect(decimal(value, digits: digits) == text)
    }
}
