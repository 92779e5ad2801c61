import Foundation
import Synchronization
import TestSupport
import Testing

@testable import RoutingStore

@Suite struct DecisionJournalTests {
    private let folder: ScratchFolder
    private var path: String { folder("decisions.jsonl") }

    init() throws { folder = try ScratchFolder() }

    private func lines(_ path: String) throws -> [String] {
        var lines: [String] = []
        try DecisionJournal.lines(of: path) { lines.append(String(decoding: $0, as: UTF8.self)) }
        return lines
    }

    private func all() throws -> [String] { try DecisionJournal.files(of: path).flatMap(lines) }

    @Test func `lines of many threads are all there, whole`() throws {
        let journal = try DecisionJournal(path: path)
        DispatchQueue.concurrentPerform(iterations: 500) { journal.append(Array("line \($0)".utf8)) }
        journal.flush()
        #expect(try Set(lines(path)) == Set((0..<500).map { "line \($0)" }))
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test func `a file that has grown is set aside, and of too many the oldest goes`() throws {
        let journal = try DecisionJournal(path: path, sizeLimit: 100, fileLimit: 3)
        for index in 0..<40 {
            journal.append(Array("\(String(repeating: "x", count: 20)) \(10 + index)".utf8))
            journal.flush()
        }
        #expect(try folder.names().sorted() == ["decisions.jsonl", "decisions.jsonl.1", "decisions.jsonl.2"])
        for file in DecisionJournal.files(of: path) { #expect(try lines(file).count <= 4) }
        // What is left is the end, in order.
        let numbers = try all().map { Int($0.suffix(2)) ?? 0 }
        #expect(numbers == Array((50 - numbers.count)..<50))
        #expect(numbers.count > 8)
    }

    @Test
    func `what is written at one go is set aside as well, by whole lines, and a line too long has a file of its own`()
        throws
    {
        let journal = try DecisionJournal(path: path, sizeLimit: 100, fileLimit: 1000)
        let expected = (0..<30).map { $0 == 12 ? String(repeating: "y", count: 300) : "line \($0) xxxxxxxxxxxxxxxxxx" }
        for line in expected { journal.append(Array(line.utf8)) }
        journal.flush()
        let files = DecisionJournal.files(of: path)
        #expect(files.count >= 9)
        for file in files {
            let held = try lines(file)
            #expect(held.joined(separator: "\n").utf8.count < 100 || held == [expected[12]], "\(held)")
        }
        #expect(try all() == expected)
    }

    @Test func `a line that was cut off spoils no other`() throws {
        try folder.write("{\"time\":1,\"deci", to: "decisions.jsonl")
        let journal = try DecisionJournal(path: path)
        journal.append(Array("whole".utf8))
        journal.close()
        #expect(try lines(path) == ["{\"time\":1,\"deci", "whole"])
    }

    @Test func `a file that somebody moved away is begun anew`() throws {
        let journal = try DecisionJournal(path: path)
        journal.append(Array("one".utf8))
        journal.flush()
        try FileManager.default.moveItem(atPath: path, toPath: folder("elsewhere"))
        journal.append(Array("two".utf8))
        journal.flush()
        #expect(try lines(path) == ["two"])
        #expect(try lines(folder("elsewhere")) == ["one"])
    }

    @Test func `what another process added counts for the size, too`() throws {
        let (busy, idle) = (
            try DecisionJournal(path: path, sizeLimit: 100, fileLimit: 1000),
            try DecisionJournal(path: path, sizeLimit: 100, fileLimit: 1000)
        )
        for index in 0..<3 { busy.append(Array("busy \(index) \(String(repeating: "x", count: 20))".utf8)) }
        busy.flush()
        idle.append(Array("idle \(String(repeating: "y", count: 20))".utf8))
        idle.flush()
        #expect(try DecisionJournal.files(of: path).map { try lines($0).count } == [3, 1])
    }

    @Test func `two journals on one file lose nothing, also while it is set aside`() throws {
        let journals = [
            try DecisionJournal(path: path, sizeLimit: 500, fileLimit: 1000),
            try DecisionJournal(path: path, sizeLimit: 500, fileLimit: 1000),
        ]
        for index in 0..<60 {
            journals[index % 2].append(Array("line \(index) \(String(repeating: "x", count: 30))".utf8))
            journals[index % 2].flush()
        }
        #expect(try all().count == 60)
    }

    @Test func `what cannot be written is counted and told`() throws {
        let lost = Mutex(0)
        let journal = try DecisionJournal(path: path) { event in
            if case .lost(let lines, _) = event { lost.withLock { $0 += lines } }
        }
        journal.append([UInt8](repeating: 0x78, count: DecisionJournal.waitingLimit))
        journal.append(Array("small".utf8))
        journal.flush()
        #expect(lost.withLock { $0 } == 1)
        #expect(try lines(path) == ["small"])
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        journal.append(Array("nowhere".utf8))
        journal.flush()
        #expect(lost.withLock { $0 } == 2)
        #expect(throws: StoreError.self) { try DecisionJournal(path: folder("none/x")) }
    }
}
