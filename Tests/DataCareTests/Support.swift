import Foundation
import Samples
import TestSupport

@testable import DataCare

/// Texts of random words, so that most share nothing but a few words.
func randomTexts(_ count: Int, words: ClosedRange<Int> = 6...14, _ random: inout SplitMix64) -> [String] {
    (0..<count).map { _ in
        (0..<Int.random(in: words, using: &random)).map { _ in randomWord(&random) }.joined(separator: " ")
    }
}

func randomWord(_ random: inout SplitMix64) -> String {
    String(
        (0..<Int.random(in: 2...8, using: &random)).map { _ in
            "abcdefghijklmnopqrstuvwxyz".randomElement(using: &random) ?? "a"
        })
}

/// `text` with one word more, which leaves long texts nearly the same.
func edited(_ text: String, _ random: inout SplitMix64) -> String {
    var words = text.split(separator: " ").map(String.init)
    words.insert("so", at: Int.random(in: 0...words.count, using: &random))
    return words.joined(separator: " ")
}

/// A row of a table of the tests.
struct TestRow {
    var text: String
    var label: String? = "a"
    var alternative = ""
    var group = ""
    var split = ""
    var timestamp = ""
}

/// The table of a CSV file made of `rows`.
func table(_ rows: [TestRow], threads: Int = 2) throws -> RowTable {
    let folder = try ScratchFolder()
    return try table(paths: [folder.write(csv(rows), to: "rows.csv")], threads: threads)
}

func csv(_ rows: [TestRow]) -> String {
    "text,label,alt_label,group,split,timestamp\n"
        + rows.map { row in
            [row.text, row.label ?? "", row.alternative, row.group, row.split, row.timestamp]
                .map(RecordWriter.csvField).joined(separator: ",") + "\n"
        }.joined()
}

func table(paths: [String], threads: Int = 2) throws -> RowTable {
    var options = RowTableReader.Options()
    options.threads = threads
    options.keepsRecords = true
    options.reading.requiresLabel = false
    var reader = try RowTableReader(options: options)
    try reader.read(paths)
    return reader.table
}

/// Jaccard similarity as sets of strings tell it, with none of the code under test.
func jaccardOfStrings(_ first: String, _ second: String) -> Double {
    func shingles(_ text: String) -> Set<String> {
        let letters = Array(text)
        guard letters.count > 5 else { return [text] }
        return Set((0...letters.count - 5).map { String(letters[$0..<$0 + 5]) })
    }
    let (left, right) = (shingles(first), shingles(second))
    return Double(left.intersection(right).count) / Double(left.union(right).count)
}
