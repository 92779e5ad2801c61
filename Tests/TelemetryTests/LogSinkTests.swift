import Foundation
import Logging
import TestSupport
import Testing

@testable import Telemetry

@Suite struct LogSinkTests {
    @Test func `lines of many threads arrive whole, each once, and each thread's in order`() throws {
        let pipe = LogPipe()
        let reader = pipe.pipe.fileHandleForReading
        let sink = pipe.sink
        let threads = 6
        let count = 500
        // Read meanwhile: together the lines are more than a pipe holds.
        nonisolated(unsafe) var data = Data()
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            data = (try? reader.readToEnd()) ?? Data()
            done.signal()
        }
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
            let logger = Logger(label: "t\(thread)", factory: { JSONLogHandler(label: $0, sink: sink) })
            for step in 0..<count {
                logger.info("\(String(repeating: "x", count: step))", metadata: ["step": .stringConvertible(step)])
            }
        }
        pipe.sink.close()
        #expect(pipe.sink.flush(within: 60))
        try pipe.pipe.fileHandleForWriting.close()
        done.wait()
        var next: [String: Int] = [:]
        for line in data.split(separator: UInt8(ascii: "\n")) {
            let line = try object(String(decoding: line, as: UTF8.self))
            let logger = try #require(line["logger"] as? String)
            #expect(line["step"] as? Int == next[logger, default: 0])
            next[logger, default: 0] += 1
        }
        #expect(next.count == threads && next.values.allSatisfy { $0 == count })
        #expect(pipe.sink.droppedLines == 0)
    }

    @Test(arguments: [LogFormat.json, .text])
    func `a reader that has stopped makes lines drop; they are counted, and a line says so later`(
        format: LogFormat
    ) throws {
        let pipe = LogPipe(format: format, capacity: 20_000)
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: 999) + [UInt8(ascii: "\n")]
        pipe.fill()
        // The buffer has room for 20 lines, the pipe for none, and nobody reads.
        for _ in 0..<400 { pipe.sink.write(line) }
        let dropped = pipe.sink.droppedLines
        #expect(dropped == 380)
        #expect(!pipe.sink.flush(within: 0.05))

        nonisolated(unsafe) var data = Data()
        let reader = pipe.pipe.fileHandleForReading
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            data = (try? reader.readToEnd()) ?? Data()
            done.signal()
        }
        #expect(pipe.sink.flush(within: 60))
        pipe.sink.close()
        _ = pipe.sink.flush(within: 60)
        try pipe.pipe.fileHandleForWriting.close()
        done.wait()
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
        let notices = lines.filter { $0.contains("dropped") }
        #expect(lines.count - notices.count == 400 - dropped)
        switch format {
        case .json:
            let told = try notices.map { try object($0)["dropped"] as? Int ?? 0 }
            #expect(told.reduce(0, +) == dropped)
            #expect(try object(notices.last ?? "")["dropped_total"] as? Int == dropped)
        case .text:
            #expect(notices.allSatisfy { $0.contains(" warning tasktype.log: ") && $0.contains(" dropped_total=") })
        }
        #expect(!notices.isEmpty)
        #expect(pipe.sink.droppedLines == dropped)
    }

    @Test func `a line longer than the buffer is dropped, and told of at once`() throws {
        let pipe = LogPipe(capacity: 100)
        pipe.sink.write([UInt8](repeating: UInt8(ascii: "x"), count: 101))
        #expect(pipe.sink.flush(within: 30))
        #expect(pipe.sink.droppedLines == 1)
        let lines = try pipe.finish()
        #expect(try lines.map { try object($0)["dropped"] as? Int } == [1])
    }

    @Test func `dropped lines show in the metrics`() {
        let pipe = LogPipe(capacity: 10)
        let metrics = ServiceMetrics(
            registry: PrometheusRegistry(), routes: [], version: "1", defaultLabel: "complex", logSink: pipe.sink)
        #expect(metrics.registry.value(of: "tasktype_log_lines_dropped_total") == "0")
        for _ in 0..<3 { pipe.sink.write([UInt8](repeating: 0x78, count: 11)) }
        #expect(metrics.registry.value(of: "tasktype_log_lines_dropped_total") == "3")
    }

    @Test func `a reader that is gone ends neither the program nor the count`() throws {
        let pipe = LogPipe()
        try pipe.pipe.fileHandleForReading.close()
        for _ in 0..<5 { pipe.sink.write(Array("line\n".utf8)) }
        #expect(pipe.sink.flush(within: 30))
        #expect(pipe.sink.droppedLines == 5)
    }

    @Test func `after closing, lines are dropped and flushing does not wait for them`() throws {
        let pipe = LogPipe()
        pipe.sink.write(Array("before\n".utf8))
        #expect(try pipe.finish() == ["before"])
        pipe.sink.write(Array("after\n".utf8))
        #expect(pipe.sink.droppedLines == 1)
        #expect(!pipe.sink.flush(within: 3600))
    }

    @Test func `a descriptor that does not block is waited for, not given up`() throws {
        let pipe = LogPipe()
        let descriptor = pipe.pipe.fileHandleForWriting.fileDescriptor
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: 9999) + [UInt8(ascii: "\n")]
        for _ in 0..<30 { pipe.sink.write(line) }
        nonisolated(unsafe) var data = Data()
        let reader = pipe.pipe.fileHandleForReading
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            data = (try? reader.readToEnd()) ?? Data()
            done.signal()
        }
        #expect(pipe.sink.flush(within: 60))
        pipe.sink.close()
        try pipe.pipe.fileHandleForWriting.close()
        done.wait()
        #expect(data.count == 300_000)
        #expect(pipe.sink.droppedLines == 0)
    }

    @Test func `lines that wait when the program exits are still written`() async throws {
        let ended = await #expect(processExitsWith: .exitCode(3), observing: [\.standardErrorContent]) {
            let sink = LogSink()
            sink.flushAtExit()
            let logger = Logger(label: "last", factory: { JSONLogHandler(label: $0, sink: sink) })
            for step in 0..<200 { logger.info("bye", metadata: ["step": .stringConvertible(step)]) }
            exit(3)
        }
        let result = try #require(ended)
        let lines = String(decoding: result.standardErrorContent, as: UTF8.self).split(separator: "\n")
            .filter { $0.hasPrefix("{") }
        #expect(try lines.map { try object(String($0))["step"] as? Int } == Array(0..<200))
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"), (1_709_251_199_999, "2024-02-29T23:59:59.999Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (-11_676_096_000_000, "1600-01-01T00:00:00.000Z"),
    ])
    func `times are ISO 8601 in UTC`(milliseconds: Int, text: String) {
        #expect(UTCTime(milliseconds: Int64(milliseconds)).text == text)
    }

    @Test func `random times agree with Foundation's formatter`() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SplitMix64(seed: seed)
        let formatter = ISO8601DateFormatter()
        for _ in 0..<2000 {
            // Whole seconds: Foundation rounds fractions of a Double.
            let second = Int64.random(in: -10_000_000_000...250_000_000_000, using: &generator)
            let expected = formatter.string(from: Date(timeIntervalSince1970: Double(second))).dropLast()
            #expect(UTCTime(milliseconds: second * 1000).text == expected + ".000Z", "seed \(seed)")
        }
    }
}
