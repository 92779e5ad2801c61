import Conversation
import JSONCoding
import TaskType

/// Measures whole requests in JSON, on one thread: reading one, and reading, classifying and writing the answer.
struct RequestBenchmark {
    private let classifier: TaskClassifier
    private let model: ModelIdentity
    private let bodies: [[UInt8]]

    /// A benchmark of requests that hold `texts`, each in an object with the one member `text`.
    init(_ classifier: TaskClassifier, texts: [[UInt8]]) {
        self.classifier = classifier
        model = ModelIdentity(name: classifier.name, revision: classifier.revision)
        bodies = texts.map { text in
            var json = JSONWriter()
            json.object { json in
                json.key("text")
                json.value(String(decoding: text, as: UTF8.self))
            }
            return json.bytes
        }
    }

    /// Seconds of single requests, and how many of them a second.
    struct Figures {
        var meanBytes: Double
        var readingMedian: Double
        var readingTail: Double
        var median: Double
        var tail: Double
        var rate: Double

        var members: [(String, Double)] {
            [
                ("mean_request_bytes", meanBytes), ("reading_p50_seconds", readingMedian),
                ("reading_p99_seconds", readingTail), ("request_p50_seconds", median), ("request_p99_seconds", tail),
                ("whole_requests_per_second", rate),
            ]
        }

        var lines: String {
            func microseconds(_ seconds: Double) -> String { decimal(seconds * 1e6, places: 2) + " µs" }
            return """
                reading JSON          p50 \(microseconds(readingMedian)), p99 \(microseconds(readingTail))
                request in JSON       p50 \(microseconds(median)), p99 \(microseconds(tail)), \(Int(rate)) requests/s

                """
        }
    }

    /// Measures reading, then whole requests, each for `seconds`.
    func measure(seconds: Double) throws -> Figures {
        let reading = try latencies(seconds: seconds) { body in
            if case .text(let text) = try Self.read(body) { text.utf8.count } else { 0 }
        }
        let whole = try latencies(seconds: seconds) { body in try answer(body).count }
        return Figures(
            meanBytes: Double(bodies.reduce(0) { $0 + $1.count }) / Double(bodies.count),
            readingMedian: reading[reading.count / 2], readingTail: reading[reading.count * 99 / 100],
            median: whole[whole.count / 2], tail: whole[whole.count * 99 / 100],
            rate: Double(whole.count) / whole.reduce(0, +))
    }

    private static func read(_ body: [UInt8]) throws -> Request { try ChatRequestDecoder().decode(body.span) }

    private func answer(_ body: [UInt8]) throws -> [UInt8] {
        let prediction = classifier.classify(try Self.read(body))
        var json = JSONWriter()
        json.object { prediction.writeMembers(to: &$0, id: nil, model: model) }
        return json.bytes
    }

    /// Seconds of single calls, ascending, after a round that warms up.
    private func latencies(seconds: Double, _ body: ([UInt8]) throws -> Int) throws -> [Double] {
        var sum = 0
        for each in bodies { sum &+= try body(each) }
        let clock = ContinuousClock()
        var times: [Double] = []
        times.reserveCapacity(3_000_000)
        let end = clock.now + .seconds(seconds)
        while clock.now < end, times.count < 2_000_000 {
            for each in bodies {
                let start = clock.now
                sum &+= try body(each)
                times.append((clock.now - start) / .seconds(1))
            }
        }
        // The sum depends on every call, so that none can be optimised away.
        withExtendedLifetime(sum) {}
        return times.sorted()
    }
}
