import Foundation
import Samples
import TestSupport
import Testing

@testable import DataCare

@Suite struct ReadingTests {
    @Test func `a file that is changed while it is read stops the run`() throws {
        let folder = try ScratchFolder()
        let path = try folder.write("text,label\none,a\ntwo,b\n", to: "rows.csv")
        var reader = try RowTableReader(options: .init())
        let error = #expect(throws: DataCareError.self) {
            try reader.read([path]) { _ in
            } visit: { _ in
                try folder.write("text,label\none,a\ntwo,b\nthree,c\n", to: "rows.csv")
            }
        }
        #expect(error?.message.contains("was changed while it was read") == true)
    }

    @Test func `a column named split with a value a row is not taken for a split`() throws {
        let rows = (0..<100).map { TestRow(text: "text \($0)", split: "s\($0)") }
        let table = try table(rows)
        #expect(table.splitNames.isEmpty)
        #expect(table.splits.allSatisfy { $0 == -1 })
    }

    @Test func `rows of several files keep their places`() throws {
        let folder = try ScratchFolder()
        let first = try folder.write("text,label\n\"one\n1\",a\ntwo,b\n", to: "first.csv")
        let second = try folder.write("{\"text\":\"three\",\"label\":\"a\"}\n", to: "second.jsonl")
        let table = try table(paths: [first, second])
        #expect((0..<3).map(table.location) == ["\(first):2", "\(first):4", "\(second):1"])
        #expect(table.labels == [0, 1, 0])
        #expect(String(decoding: try table.record(0).bytes, as: UTF8.self) == "\"one\n1\",a")
    }

    @Test func `all that a conversation says is its text`() throws {
        let folder = try ScratchFolder()
        let path = try folder.write(
            #"{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"}],"label":"x"}"#
                + "\n", to: "rows.jsonl")
        #expect(String(decoding: try table(paths: [path]).text(0), as: UTF8.self) == "a\nb\nc")
    }
}
