import Foundation
import Samples
import TestSupport
import Testing

/// Random tables come back as they were written, whoever wrote them and however they arrive.
@Suite struct RoundTripTests {
    private static let pieces = [
        "\"", "\"\"", "\n", "\r\n", "\r", ",", "\0", " ", "a", "word", "é", "日本", "😀", "👩‍👩‍👧", "\u{FEFF}",
        "\u{2028}", "'",
        "\\", "\t", "e\u{301}",
    ]

    private static func string(using random: inout SplitMix64) -> String {
        (0..<Int.random(in: 0...8, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
            .joined()
    }

    /// Rows of a text that is not blank, a label and a note.
    private static func table(using random: inout SplitMix64) -> [[String]] {
        (0..<Int.random(in: 0...6, using: &random)).map { row in
            ["x" + string(using: &random), "label\(row)", string(using: &random)]
        }
    }

    private static func encode(_ rows: [[String]], using random: inout SplitMix64) -> String {
        let end = ["\n", "\r\n", "\r"].randomElement(using: &random) ?? "\n"
        let lines = ([["text", "label", "note"]] + rows).map { row in
            row.map { field in
                let needsQuotes = field.utf8.contains { "\",\r\n".utf8.contains($0) }
                return needsQuotes || Bool.random(using: &random)
                    ? "\"" + field.replacingOccurrences(of: "\"", with: "\"\"", options: .literal) + "\""
                    : field
            }.joined(separator: ",")
        }
        return lines.joined(separator: end) + (Bool.random(using: &random) ? end : "")
    }

    /// Compared as bytes: Swift's strings are equal already when they are canonically equivalent.
    private static func bytes(_ rows: [[String]]) -> [[[UInt8]]] { rows.map { $0.map { Array($0.utf8) } } }

    private static func rows(_ samples: [Sample]) -> [[String]] {
        samples.map { [$0.text ?? "", $0.label ?? "", $0.extra["note"] ?? ""] }
    }

    @Test(arguments: 1...64)
    func `CSV comes back whatever the buffer's size`(bufferSize: Int) throws {
        let seed = UInt64(bufferSize)
        var random = SplitMix64(seed: seed)
        var options = SampleReader.Options()
        options.bufferSize = bufferSize
        for _ in 0..<20 {
            let rows = Self.table(using: &random)
            let table = Self.encode(rows, using: &random)
            let found = Self.rows(try read(table, options: options))
            #expect(Self.bytes(found) == Self.bytes(rows), "seed \(seed): \(table.debugDescription)")
        }
    }

    @Test(arguments: [1, 2, 3, 5, 8, 13, 64, 1 << 18])
    func `JSON Lines come back whatever the buffer's size`(bufferSize: Int) throws {
        let seed = UInt64(bufferSize)
        var random = SplitMix64(seed: seed)
        var options = SampleReader.Options()
        options.bufferSize = bufferSize
        for _ in 0..<50 {
            let rows = Self.table(using: &random)
            var lines = Data()
            for row in rows {
                lines +=
                    try JSONEncoder().encode(["text": row[0], "label": row[1], "note": row[2]])
                    + Data("\n".utf8)
            }
            let found = Self.rows(try read(Array(lines), as: .jsonLines, options: options))
            #expect(Self.bytes(found) == Self.bytes(rows), "seed \(seed)")
        }
    }

    @Test(
        .enabled(if: PythonOracle.isAvailable, "needs TASKTYPE_PYTHON"),
        arguments: ["QUOTE_MINIMAL", "QUOTE_ALL"])
    func `what Python's csv writes is read`(quoting: String) throws {
        let seed: UInt64 = 4180
        var random = SplitMix64(seed: seed)
        let tables = (0..<100).map { _ in Self.table(using: &random) }
        let written: [String] = try PythonOracle.run(
            """
            import csv, io, json, sys
            def write(rows, end):
                out = io.StringIO(newline="")
                writer = csv.writer(out, quoting=csv.\(quoting), lineterminator=end)
                writer.writerow(["text", "label", "note"])
                writer.writerows(rows)
                return out.getvalue()
            # Minimal quoting leaves a CR bare where the line terminator has none, which Python then reads as a row's end.
            tables = json.load(sys.stdin)
            print(json.dumps([write(rows, "\\n" if i % 2 and "\(quoting)" == "QUOTE_ALL" else "\\r\\n") for i, rows in enumerate(tables)]))
            """, json: tables)
        for (rows, table) in zip(tables, written) {
            #expect(Self.bytes(Self.rows(try read(table))) == Self.bytes(rows), "seed \(seed)")
        }
    }

    @Test(.enabled(if: PythonOracle.isAvailable, "needs TASKTYPE_PYTHON"))
    func `any bytes are split into records as Python's csv splits them`() throws {
        let seed: UInt64 = 2_025
        var random = SplitMix64(seed: seed)
        let alphabet = ["\"", "\"", "\n", "\r", "\r\n", ",", ",", "a", "b", "é", " "]
        let tables = (0..<1_500).map { _ in
            "text,note\n"
                + (0..<Int.random(in: 0...14, using: &random)).map { _ in
                    alphabet.randomElement(using: &random) ?? ""
                }
                .joined()
        }
        // Strict Python refuses a whole table for what is here one bad row, so such tables are compared only in that.
        let expected: [[[String]]] = try PythonOracle.run(
            """
            import csv, io, json, sys
            def strict(table):
                rows = []
                try:
                    for row in csv.reader(io.StringIO(table, newline=""), strict=True): rows.append(row)
                except csv.Error: return [["error"]]
                return rows
            print(json.dumps([strict(table) for table in json.load(sys.stdin)]))
            """, json: tables)
        var options = unlabelled
        options.allowsEmptyText = true
        var compared = 0
        for (table, expected) in zip(tables, expected) {
            var options = options
            options.skipsBadRows = true
            var reader = SampleReader(bytes: Array(table.utf8), name: "t", format: .csv, options: options)
            let found = try reader.readAll().map { [$0.text ?? "", $0.extra["note"] ?? ""] }
            let faults = reader.skippedRows.map(\.code)
            let isMalformed = faults.contains(.unclosedQuote) || faults.contains(.textAfterQuote)
            #expect(isMalformed == (expected == [["error"]]), "seed \(seed): \(table.debugDescription)")
            guard !isMalformed else { continue }
            let rows = expected.dropFirst().filter { $0.count == 2 }
            #expect(Self.bytes(found) == Self.bytes(Array(rows)), "seed \(seed): \(table.debugDescription)")
            compared += 1
        }
        #expect(compared > 300)
    }
}
