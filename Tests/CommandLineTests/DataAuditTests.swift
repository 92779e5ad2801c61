import Foundation
import TestSupport
import Testing

/// `data audit` and `data select`, which ask models.
@Suite struct DataAuditTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func data(_ arguments: String...) throws -> ProgramResult {
        try tasktype(["data"] + arguments + ["--quiet"])
    }

    /// 160 learnable rows, of which every twentieth has another label than its own.
    private static let rows = Corpus.texts(160, seed: 51).enumerated().map { index, row in
        index % 20 == 7 ? LabelledText(text: row.text, label: row.label == "code" ? "simple" : "code") : row
    }

    @Test func `rows with a wrong label are found, with the right one and the reasons`() throws {
        let input = try folder.write(Corpus.csv(Self.rows, extra: [("id", { "n\($0)" })]), to: "in.csv")
        let result = try data("audit", input, "--threshold", "1", "--format", "json", "--output", folder("out.csv"))
        #expect(result.status == 0, "\(result.errors)")
        let report = try object(result.output)
        let doubts = try #require(report["doubts"] as? [[String: Any]])
        let wrong = Set(Self.rows.indices.filter { $0 % 20 == 7 })
        let found = doubts.compactMap { $0["row"] as? Int }
        // Of 8 wrong labels at most two go unnoticed, and few right ones are doubted.
        #expect(wrong.intersection(found).count >= 6, "\(found)")
        #expect(found.count <= 12, "\(found)")
        let own = Corpus.texts(160, seed: 51)
        for doubt in doubts {
            let row = try #require(doubt["row"] as? Int)
            #expect(doubt["line"] as? Int == row + 2)
            #expect(doubt["label"] as? String == Self.rows[row].label)
            #expect((doubt["features"] as? [Any])?.isEmpty == false)
            if wrong.contains(row) { #expect(doubt["suggested_label"] as? String == own[row].label) }
        }
        let written = String(decoding: try folder.content("out.csv"), as: UTF8.self).split(separator: "\n")
        #expect(
            written[0]
                == "text,label,id,suggested_label,label_probability,suggested_probability,audit_score,audit_reason")
        #expect(written.count == doubts.count + 1)
        // Written again, the columns would be there twice.
        expectRefusal(try data("audit", folder("out.csv"), "--output", folder("again.csv")), "suggested_label")
    }

    @Test func `an alt_label that is suggested is no error`() throws {
        let own = Corpus.texts(160, seed: 51)
        let input = try folder.write(
            Corpus.csv(Self.rows, extra: [("alt_label", { $0 % 20 == 7 ? own[$0].label : "" })]), to: "in.csv")
        let report = try object(try data("audit", input, "--threshold", "1", "--format", "json").output)
        let doubts = try #require(report["doubts"] as? [[String: Any]])
        #expect(!doubts.contains { ($0["row"] as? Int ?? 0) % 20 == 7 })
    }

    @Test func `the same rows and seed give the same answer on any number of threads`() throws {
        let input = try folder.write(Corpus.csv(Self.rows), to: "in.csv")
        let first = try data("audit", input, "--threads", "1", "--format", "json", "--count", "20").output
        #expect(try data("audit", input, "--threads", "3", "--format", "json", "--count", "20").output == first)
    }

    @Test func `what cannot be judged is said`() throws {
        let one = try folder.write("text,label\none two,a\nthree four,a\n", to: "one.csv")
        expectRefusal(try data("audit", one), "fewer than two labels")
        let same = try folder.write("text,label\nsame,a\nsame,b\n", to: "same.csv")
        expectRefusal(try data("audit", same), "nearly equal texts")
        let lone = try folder.write(Corpus.csv(Self.rows) + "a poem,poem\n", to: "lone.csv")
        #expect(try data("audit", lone).text.contains("the rows of poem are not judged"))
    }

    @Test func `requests that differ are chosen, with a reason each`() throws {
        let model = try TrainedModels.linear.get()
        let known = Corpus.texts(30, seed: 1).map(\.text)
        let strange = [
            "Перепиши это письмо вежливее, пожалуйста.", "Перепиши это письмо вежливее, пожалуйста!", "1 + 1",
        ]
        let input = try folder.write((known + strange + [""]).joined(separator: "\n") + "\n", to: "in.txt")
        let result = try data(
            "select", input, "--count", "5", "--model", model, "--output", folder("out.csv"), "--format", "json")
        #expect(result.status == 0, "\(result.errors)")
        let report = try object(result.output)
        #expect(report["rows"] as? Int == 34)
        let choices = try #require(report["choices"] as? [[String: Any]])
        #expect(choices.count == 5)
        let lines = choices.compactMap { $0["line"] as? Int }
        #expect(Set(lines).count == 5)
        // The two of another script are nearly the same: one is taken early, the other is not.
        #expect(lines.prefix(2).contains { $0 == 31 || $0 == 32 }, "\(lines)")
        #expect(!(lines.contains(31) && lines.contains(32)), "\(lines)")
        #expect(choices.contains { ($0["reason"] as? String)?.hasPrefix("new: ") == true })
        let written = String(decoding: try folder.content("out.csv"), as: UTF8.self).split(separator: "\n")
        #expect(written[0] == "text,reason")
        #expect(written.count == 6)
        let again = try data("select", input, "--count", "5", "--model", model, "-o", folder("b.csv"), "--threads", "1")
        #expect(again.status == 0)
        #expect(try folder.content("b.csv") == folder.content("out.csv"))
    }

    @Test func `as many as there are different ones are chosen, and no more`() throws {
        let input = try folder.write("text,source\nhello there,a\nHELLO there,b\n", to: "in.csv")
        let result = try data(
            "select", input, "--count", "5", "--model", try TrainedModels.linear.get(), "--output", folder("out.jsonl"))
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.text.contains("only 1 of 5 could be chosen"), "\(result.text)")
        expectRefusal(try data("select", input, "--count", "0", "--output", folder("out.csv")), "--count")
        expectRefusal(
            try data("select", input, "--count", "1", "--model", folder("none"), "--output", folder("o.csv")), "none")
    }
}
