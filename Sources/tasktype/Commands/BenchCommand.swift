import ArgumentParser
import Dispatch
import JSONCoding
import Samples
import Synchronization
import TaskType

struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure latency and throughput of a model on given texts, in process.",
        discussion: """
            Each text is classified once to warm up, then all of them in random order, again and again. Latencies are of \
            single requests on one thread; throughput is measured with 1 and with all threads. With --passes nothing is \
            timed, for tools that count what the program does.
            """)

    @Argument(help: ArgumentHelp("Texts: .csv, .jsonl or .txt.", valueName: "data"))
    var data: [String]

    @OptionGroup var modelOption: ModelOption

    @Option(help: ArgumentHelp("Leave out longer texts.", valueName: "bytes"))
    var maxBytes: Int?

    @Option(help: ArgumentHelp("Seconds for each measurement.", valueName: "s"))
    var seconds = 2.0

    @Option(
        help: ArgumentHelp(
            "Threads of the parallel measurement; all processors where this is left out.", valueName: "n"))
    var threads: Int?

    @Option(help: ArgumentHelp("Source of the random order.", valueName: "n"))
    var seed: UInt64 = 1

    @Flag(help: "Measure whole requests in JSON, too: reading one; and reading, classifying, writing the answer.")
    var requests = false

    @Option(
        help: ArgumentHelp(
            "Instead of measuring, classify each text this often on one thread, in the order of the files.",
            valueName: "n"))
    var passes: Int?

    @Option(help: "How to print: text or json.")
    var format: InspectionFormat = .text

    func validate() throws {
        if let passes, !(1...1_000_000_000).contains(passes) {
            throw ValidationError("--passes must be 1 to 1000000000.")
        }
        if !(seconds > 0 && seconds <= 600) { throw ValidationError("--seconds must lie between 0 and 600.") }
        if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads must be 1 to 1024.") }
    }

    func run() throws {
        let classifier = try modelOption.load()
        var texts: [[UInt8]] = []
        do {
            var reader = try SampleReader(paths: data, options: .requests)
            while let sample = try reader.next() {
                guard case .text(let text) = sample.request else { continue }
                if let maxBytes, text.utf8.count > maxBytes { continue }
                texts.append(Array(text.utf8))
            }
        } catch {
            throw Failure("\(error)")
        }
        guard !texts.isEmpty else {
            throw Failure("there are no texts to measure with; give files with at least one, or a larger --max-bytes")
        }
        if let passes { return classify(texts, passes: passes, classifier) }
        var generator = BenchmarkGenerator(state: seed)
        texts.shuffle(using: &generator)

        let latencies = measureLatencies(classifier, texts)
        let workers = threads ?? processorCount
        let single = throughput(classifier, texts, threads: 1)
        let parallel = throughput(classifier, texts, threads: workers)
        let bytes = texts.reduce(0) { $0 + $1.count }
        let meanBytes = Double(bytes) / Double(texts.count)
        let whole: RequestBenchmark.Figures?
        do {
            whole = requests ? try RequestBenchmark(classifier, texts: texts).measure(seconds: seconds) : nil
        } catch {
            throw Failure("\(error)")
        }
        let figures: [(String, Double)] = [
            ("texts", Double(texts.count)), ("mean_bytes", meanBytes),
            ("p50_seconds", percentile(latencies, 0.5)), ("p90_seconds", percentile(latencies, 0.9)),
            ("p99_seconds", percentile(latencies, 0.99)), ("p999_seconds", percentile(latencies, 0.999)),
            ("requests_per_second", single), ("bytes_per_second", single * meanBytes),
            ("threads", Double(workers)), ("parallel_requests_per_second", parallel),
            ("parallel_speedup", parallel / single),
        ]
        switch format {
        case .json:
            var json = JSONWriter()
            json.object { json in
                for (key, value) in figures + (whole?.members ?? []) {
                    json.key(key)
                    json.value(value)
                }
            }
            json.lineBreak()
            StandardOutput.write(json.bytes)
        case .text:
            func microseconds(_ share: Double) -> String {
                decimal(percentile(latencies, share) * 1e6, places: 2) + " µs"
            }
            StandardOutput.write(
                """
                texts                 \(texts.count), \(decimal(meanBytes, places: 0)) bytes on average
                latency, one thread   p50 \(microseconds(0.5)), p90 \(microseconds(0.9)), p99 \(microseconds(0.99)), p99.9 \(microseconds(0.999))
                throughput, 1 thread  \(Int(single)) requests/s, \(decimal(single * meanBytes / 1e6, places: 1)) MB/s
                throughput, \(workers) threads \(Int(parallel)) requests/s, \(decimal(parallel / single, places: 2)) times one thread

                """)
            if let whole { StandardOutput.write(whole.lines) }
        }
    }

    /// Classifies each text `passes` times; beyond that only a number of steps that does not depend on `passes`.
    private func classify(_ texts: [[UInt8]], passes: Int, _ classifier: TaskClassifier) {
        var scratch = classifier.makeScratch()
        var tokens = 0
        for _ in 0..<passes {
            for text in texts {
                tokens += text.withUnsafeBufferPointer { classifier.score($0, scratch: &scratch).tokens }
            }
        }
        let figures = [("texts", texts.count), ("passes", passes), ("tokens", tokens)]
        switch format {
        case .json:
            var json = JSONWriter()
            json.object { json in
                for (key, value) in figures {
                    json.key(key)
                    json.value(value)
                }
            }
            json.lineBreak()
            StandardOutput.write(json.bytes)
        case .text: StandardOutput.write("\(texts.count) texts, \(passes) times each: \(tokens) tokens\n")
        }
    }

    /// Seconds of single requests, ascending.
    private func measureLatencies(_ classifier: TaskClassifier, _ texts: [[UInt8]]) -> [Double] {
        var scratch = classifier.makeScratch()
        for text in texts { text.withUnsafeBufferPointer { _ = classifier.score($0, scratch: &scratch) } }
        let clock = ContinuousClock()
        var latencies: [Double] = []
        latencies.reserveCapacity(4_000_000)
        let end = clock.now + .seconds(seconds)
        while clock.now < end, latencies.count < 3_000_000 {
            for text in texts {
                let start = clock.now
                text.withUnsafeBufferPointer { _ = classifier.score($0, scratch: &scratch) }
                latencies.append((clock.now - start) / .seconds(1))
            }
        }
        return latencies.sorted()
    }

    private func percentile(_ sorted: [Double], _ share: Double) -> Double {
        sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }

    /// Requests a second with `threads` at work, each over all texts from a place of its own.
    private func throughput(_ classifier: TaskClassifier, _ texts: [[UInt8]], threads: Int) -> Double {
        let counts = Mutex(0)
        let clock = ContinuousClock()
        let start = clock.now
        let end = start + .seconds(seconds)
        DispatchQueue.concurrentPerform(iterations: threads) { worker in
            var scratch = classifier.makeScratch()
            var index = texts.count * worker / threads
            var done = 0
            while clock.now < end {
                for _ in 0..<64 {
                    texts[index].withUnsafeBufferPointer { _ = classifier.score($0, scratch: &scratch) }
                    index = index + 1 == texts.count ? 0 : index + 1
                }
                done += 64
            }
            counts.withLock { $0 += done }
        }
        return Double(counts.withLock { $0 }) / ((clock.now - start) / .seconds(1))
    }
}

/// SplitMix64, for a repeatable order.
private struct BenchmarkGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
