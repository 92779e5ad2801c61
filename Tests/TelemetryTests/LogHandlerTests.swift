import Foundation
import Logging
import Telemetry
import TestSupport
import Testing

@Suite struct LogHandlerTests {
    private struct Failure: Error, CustomStringConvertible { var description: String { "it \"broke\"" } }

    @Test func `a line is one JSON object with time, level, logger, message and metadata, nested too`() throws {
        let pipe = LogPipe()
        var logger = Logger(label: "tasktype.http", factory: { JSONLogHandler(label: $0, sink: pipe.sink) })
        logger[metadataKey: "service"] = "tasktype"
        logger.notice(
            "model loaded",
            metadata: [
                "bytes": .stringConvertible(512), "share": .stringConvertible(0.5), "ok": .stringConvertible(true),
                "large": .stringConvertible(UInt64.max), "uuid": .stringConvertible(UInt8(7)),
                "labels": ["simple", "code"], "model": ["name": "default", "deep": ["a": [["b"]]]],
                "time": "mine", "metadata.time": "mine too",
            ])
        let lines = try pipe.finish()
        try #require(lines.count == 1)
        let line = try object(lines[0])
        #expect(line["level"] as? String == "notice")
        #expect(line["logger"] as? String == "tasktype.http")
        #expect(line["message"] as? String == "model loaded")
        #expect(line["service"] as? String == "tasktype")
        #expect(line["bytes"] as? Int == 512)
        #expect(line["share"] as? Double == 0.5)
        #expect(line["ok"] as? Bool == true)
        #expect(line["large"] as? String == "18446744073709551615")
        #expect(line["uuid"] as? Int == 7)
        #expect(line["labels"] as? [String] == ["simple", "code"])
        let model = try #require(line["model"] as? [String: Any])
        #expect(model["name"] as? String == "default")
        #expect((model["deep"] as? [String: Any])?["a"] as? [[String]] == [["b"]])
        #expect(line["metadata.time"] as? String == "mine too")
        #expect(line["metadata.metadata.time"] as? String == "mine")
        let time = try #require(line["time"] as? String)
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        let date = try #require(formatter.date(from: time))
        #expect(abs(date.timeIntervalSinceNow) < 60)
        #expect(lines[0].hasPrefix(#"{"time":"\#(time)","level":"notice","logger":"tasktype.http","message":"#))
    }

    @Test func `what the statement says wins over the task, and the task over the logger; errors are shown`() throws {
        let pipe = LogPipe()
        let provider = Logger.MetadataProvider { ["a": "task", "b": "task"] }
        var logger = Logger(
            label: "l", factory: { JSONLogHandler(label: $0, sink: pipe.sink, metadataProvider: provider) })
        for key in ["a", "b", "c"] { logger[metadataKey: key] = "logger" }
        logger.error("m", error: Failure(), metadata: ["a": "statement"])
        let line = try object(try #require(try pipe.finish().first))
        #expect(line["a"] as? String == "statement")
        #expect(line["b"] as? String == "task")
        #expect(line["c"] as? String == "logger")
        #expect(line["error.message"] as? String == "it \"broke\"")
        #expect((line["error.type"] as? String)?.hasSuffix("Failure") == true)
    }

    @Test func `events below the level are not written`() throws {
        let pipe = LogPipe()
        var logger = Logger(label: "l", factory: { pipe.sink.handler(label: $0, level: .warning) })
        logger.info("no")
        logger.warning("yes")
        logger.logLevel = .debug
        logger.debug("yes")
        let lines = try pipe.finish()
        #expect(lines.count == 2 && lines.allSatisfy { $0.contains("yes") })
    }

    @Test func `no text can break a JSON line, act on a terminal, or come back changed`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SplitMix64(seed: seed)
        let pieces = [
            "\n", "\r", "\r\n", "\t", "\"", "\\", "\u{0}", "\u{1b}[2J", "\u{7f}", "\u{85}", "\u{9b}31m", "\u{2028}",
            "\u{202e}", "\u{2066}", "é", "日", "😀", "{", "}", "a", "\u{a0}",
        ]
        for _ in 0..<200 {
            let text = (0..<Int.random(in: 0..<20, using: &generator))
                .map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
            let pipe = LogPipe()
            Logger(label: text, factory: { JSONLogHandler(label: $0, sink: pipe.sink) })
                .info("\(text)", metadata: ["k" + text: .string(text), "list": [.string(text)]])
            let lines = try pipe.finish()
            try #require(lines.count == 1, "seed \(seed)")
            #expect(lines[0].unicodeScalars.allSatisfy(Self.isHarmless), "seed \(seed)")
            let line = try object(lines[0])
            func same(_ value: Any?) -> Bool {
                (value as? String).map { Array($0.unicodeScalars) == Array(text.unicodeScalars) } ?? false
            }
            #expect(same(line["message"]) && same(line["logger"]), "seed \(seed)")
            #expect(same(line["k" + text]) && same((line["list"] as? [String])?.first), "seed \(seed)")

            let plain = LogPipe(format: .text)
            Logger(label: text, factory: { TextLogHandler(label: $0, sink: plain.sink) })
                .info("\(text)", metadata: ["k" + text: .string(text)])
            let words = try plain.finish()
            try #require(words.count == 1, "seed \(seed)")
            #expect(words[0].unicodeScalars.allSatisfy(Self.isHarmless), "seed \(seed)")
        }
    }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: false
        case .format: !(0x202A...0x202E).contains(scalar.value) && !(0x2066...0x2069).contains(scalar.value)
        default: true
        }
    }

    @Test func `a line for people quotes what is more than a word`() throws {
        let pipe = LogPipe(format: .text)
        Logger(label: "tasktype", factory: { TextLogHandler(label: $0, sink: pipe.sink) }).warning(
            "slow\nclient", metadata: ["b": "two words", "a": "word", "c": #"say "hi""#, "d": "", "e": "x=y"])
        let line = try #require(try pipe.finish().first)
        #expect(
            line.dropFirst(24)
                == #" warning tasktype: slow\nclient a=word b="two words" c="say \"hi\"" d="" e="x=y""#)
    }

    @Test func `metadata nested without end is cut off and still JSON`() throws {
        var value: Logger.MetadataValue = "end"
        for _ in 0..<500 { value = ["x": value] }
        let pipe = LogPipe()
        Logger(label: "l", factory: { JSONLogHandler(label: $0, sink: pipe.sink) }).info("m", metadata: ["deep": value])
        let line = try #require(try pipe.finish().first)
        #expect(try object(line)["deep"] != nil)
        #expect(line.contains("…"))
    }
}
