import Foundation
import TestSupport
import Testing

@testable import Labelling

@Suite struct JournalTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func entry(_ number: Int) -> Journal.Entry {
        Journal.Entry(
            key: String(repeating: "\(number % 10)", count: 60) + "\(1000 + number)", model: "a \"model\"\n",
            answer: number % 3 == 0
                ? nil
                : LabelAnswer(
                    label: "code", alternative: number % 2 == 0 ? "simple" : nil,
                    confidence: number % 5 == 0 ? nil : Double(number) / 100),
            inputTokens: number, outputTokens: 2 * number)
    }

    private func written(_ count: Int) throws -> [String: Journal.Entry] {
        var journal = try Journal(folder("j"))
        for number in 0..<count { try journal.append(entry(number)) }
        journal.close()
        return journal.entries
    }

    @Test func `what was appended is there again`() throws {
        let entries = try written(20)
        let again = try Journal(folder("j"))
        #expect(again.entries == entries)
        #expect(entries.count == 20)
        again.close()
    }

    @Test func `a journal cut at any byte holds all whole lines, and can be written on`() throws {
        _ = try written(4)
        let bytes = try folder.content("j")
        for length in 0...bytes.count {
            try folder.write(Data(bytes.prefix(length)), to: "j")
            var journal = try Journal(folder("j"))
            let whole = max(0, bytes.prefix(length).count { $0 == 0x0A } - 1)
            #expect(journal.entries.count == whole, "\(length)")
            try journal.append(entry(99))
            journal.close()
            let again = try Journal(folder("j"))
            #expect(again.entries.count == whole + 1, "\(length)")
            again.close()
        }
    }

    @Test func `a torn line of any bytes is dropped`() throws {
        let entries = try written(3)
        let bytes = try folder.content("j")
        for tail in [Data([0, 0, 0, 0]), Data([0xFF, 0xFE]), Data("{\"key\":\"x\"".utf8)] {
            try folder.write(bytes + tail, to: "j")
            let journal = try Journal(folder("j"))
            #expect(journal.entries == entries)
            journal.close()
            #expect(try folder.content("j") == bytes)
        }
    }

    @Test func `a damaged line before the last is named`() throws {
        _ = try written(2)
        let text = String(decoding: try folder.content("j"), as: UTF8.self)
        try folder.write(text + "rubbish\n" + "{}\n", to: "j")
        let error = #expect(throws: LabellingError.self) { try Journal(folder("j")) }
        #expect(error?.message.contains("j:4: the line is damaged") == true, "\(error?.message ?? "")")
    }

    @Test(arguments: ["text,label\nhello,code\n", "x", "{\"journal\":\"tasktype labels\",\"version\":2}\n"])
    func `a file that is no journal is refused and stays as it is`(content: String) throws {
        try folder.write(content, to: "data.csv")
        let error = #expect(throws: LabellingError.self) { try Journal(folder("data.csv")) }
        #expect(error?.message.contains("no journal") == true)
        #expect(try folder.content("data.csv") == Data(content.utf8))
        #expect(throws: LabellingError.self) { try Journal(folder.path) }
        #expect(throws: LabellingError.self) { try Journal(folder("no/j")) }
        #expect(throws: LabellingError.self) { try Journal("/dev/null") }
    }

    @Test func `two runs do not write to one journal`() throws {
        var first = try Journal(folder("j"))
        try first.append(entry(1))
        let error = #expect(throws: LabellingError.self) { try Journal(folder("j")) }
        #expect(error?.message.contains("in use") == true)
        first.close()
        try Journal(folder("j")).close()
    }

    @Test func `a journal without an entry is not left behind`() throws {
        try Journal(folder("j")).close()
        #expect(try folder.names() == [])
    }
}
