import Foundation
import Samples
import TestSupport
import Testing

@Suite struct FileTests {
    @Test func `several files are read one after another, each by its ending`() throws {
        let files = [
            "a.csv": Array("text,label\na,1\n".utf8),
            "b.JSONL": Array("{\"text\":\"b\",\"label\":\"2\"}".utf8),
            "c.ndjson": Array("{\"text\":\"c\",\"label\":\"3\"}\n".utf8),
            "d.csv": Array("label,text\n4,d".utf8),
        ]
        try withFiles(files) { path in
            var reader = try SampleReader(paths: ["a.csv", "b.JSONL", "c.ndjson", "d.csv"].map(path))
            var found: [String] = []
            try reader.forEach { found.append("\($0.text ?? "")\($0.label ?? "")") }
            #expect(found == ["a1", "b2", "c3", "d4"])
            #expect(reader.sampleCount == 4)
        }
    }

    @Test func `a text file holds a request a line, empty ones only where every line is answered`() throws {
        let text = "one\r\n\n  two \nthree"
        #expect(
            try read(text, as: .plainText, options: unlabelled).map(\.text) == ["one", "  two ", "three"])
        #expect(
            try read(text, as: .plainText, options: .requests).map(\.text) == ["one", "", "  two ", "three"])
    }

    @Test func `what cannot be opened or is of no known format is named`() throws {
        func message(_ paths: [String]) -> String? {
            do throws(SampleError) {
                var reader = try SampleReader(paths: paths)
                _ = try reader.readAll()
                return nil
            } catch {
                return error.description
            }
        }
        #expect(
            message(["no-such.csv"])
                == "no-such.csv: the file cannot be opened: No such file or directory; check the path")
        #expect(
            message(["data.parquet"])
                == "data.parquet: the name's ending says no known format; end it in .csv, .jsonl, .ndjson or .txt (and .gz), or name the format"
        )
        #expect(
            message(["-"])
                == "<stdin>: the format of standard input is not known; name it: csv, jsonl or txt")
        #expect(message(["a.txt"]) == "a.txt: a text file holds no labels; use CSV or JSON Lines")
        try withFiles([:]) { path in
            let folder = path("folder.csv")
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            #expect(
                message([folder])
                    == "\(folder): the file cannot be read: Is a directory; name the files in it")
            let unnamed = path("folder")
            try FileManager.default.createDirectory(atPath: unnamed, withIntermediateDirectories: false)
            #expect(
                message([unnamed]) == "\(unnamed): this is a folder; name the files in it, such as \(unnamed)/*.csv")
        }
    }

    @Test func `the format can be given over the ending`() throws {
        try withFiles(["data.tbl": Array("text,label\na,b".utf8)]) { path in
            var options = SampleReader.Options()
            options.format = .csv
            var reader = try SampleReader(paths: [path("data.tbl")], options: options)
            #expect(try reader.readAll().map(\.text) == ["a"])
        }
    }

    @Test func `standard input is read as it comes`() async {
        await #expect(processExitsWith: .success) {
            let pipe = Pipe()
            dup2(pipe.fileHandleForReading.fileDescriptor, 0)
            var options = unlabelled
            options.format = .jsonLines
            var reader = try SampleReader(paths: ["-"], options: options)
            // Each line is there before the next is written: a reader that waited to fill its buffer would hang.
            for text in ["a", "b"] {
                try pipe.fileHandleForWriting.write(contentsOf: Data("{\"text\":\"\(text)\"}\n".utf8))
                let sample = try reader.next()
                try #require(sample?.text == text && sample?.location.file == "<stdin>")
            }
            try pipe.fileHandleForWriting.close()
            try #require(try reader.next() == nil)
        }
    }

    /// 100 MB where code is optimised, less where it is not.
    @Test func `a single field may be as large as the file`() throws {
        #if DEBUG
            let size = 8_000_000
        #else
            let size = 100_000_000
        #endif
        let table =
            Array("text,label\n\"".utf8) + [UInt8](repeating: 0x78, count: size) + Array("\",a\nb,c\n".utf8)
        let line =
            Array("{\"label\":\"a\",\"text\":\"".utf8) + [UInt8](repeating: 0x78, count: size)
            + Array("\"}".utf8)
        for (bytes, format, count) in [(table, SampleFormat.csv, 2), (line, .jsonLines, 1)] {
            let samples = try read(bytes, as: format)
            #expect(samples.count == count)
            #expect(samples.first?.text?.utf8.count == size)
        }
    }
}
