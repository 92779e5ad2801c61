import Foundation
import TestSupport
import Testing

@Suite struct ClassifyHostileInputTests {
    private let model: String

    init() throws { model = try TrainedModels.linear.get() }

    private func classify(_ input: [UInt8], _ options: String...) throws -> ProgramResult {
        try tasktype(["classify", "--model", model, "--format", "jsonl"] + options, input: Data(input))
    }

    @Test func `empty and blank texts get the default label and no error`() throws {
        let result = try tasktype("classify", "--model", model, "--format", "jsonl", "--", "", " ", "\t\n")
        #expect(result.status == 0)
        let answers = try decodedAnswers(result)
        #expect(answers.map(\.source) == ["default", "default", "default"])
        #expect(answers.allSatisfy { $0.uncertain && $0.candidates == [$0.task_type] })
        #expect(answers.allSatisfy { abs($0.probabilities.values.reduce(0, +) - 1) < 1e-5 })
    }

    @Test func `broken UTF-8 is repaired in every format`() throws {
        let broken: [UInt8] =
            Array("Prove ".utf8) + [0xFF, 0xC3, 0x28, 0xED, 0xA0, 0x80, 0xF8] + Array(" it".utf8)
        for (format, input) in [
            ("txt", broken), ("csv", Array("text\n".utf8) + broken + [0x0A]),
            ("jsonl", Array("{\"text\":\"".utf8) + broken + Array("\"}\n".utf8)),
        ] {
            let result = try classify(input, "--input-format", format)
            #expect(result.status == 0, "\(format): \(result.errors)")
            #expect(try decodedAnswers(result).map(\.source) == ["model"], "\(format)")
        }
    }

    @Test func `an argument and an identifier that are not UTF-8 come back as valid JSON`() throws {
        let shell = try ProgramRunner.shell(
            #""$tasktype" classify --model "$model" --format jsonl -- "$(printf 'Prove \377\376 it')""#,
            environment: ["model": model])
        #expect(shell.status == 0, "\(shell.errors)")
        #expect(try decodedAnswers(shell).count == 1)
        let input = Array("id,text\n".utf8) + [0xFF, 0xC0] + Array(",Prove it\n".utf8)
        #expect(
            try decodedAnswers(try classify(input, "--input-format", "csv")).map(\.id) == ["\u{FFFD}\u{FFFD}"]
        )
    }

    @Test func `NUL bytes are part of the text`() throws {
        let result = try classify(Array("Prove\0it\0\n\0\n".utf8))
        #expect(result.status == 0)
        #expect(try decodedAnswers(result).map(\.input.bytes) == [9, 1])
        let text = try tasktype(["classify", "--model", model], input: Data("Prove\0it\n".utf8))
        #expect(!text.output.contains(0))
    }

    @Test func `any bytes at all give one answer a line`() throws {
        var generator = SplitMix64(seed: 20)
        for round in 0..<20 {
            let bytes = (0..<Int.random(in: 0...4000, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            let result = try classify(bytes)
            var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).count
            if bytes.isEmpty || bytes.last == 0x0A { lines -= 1 }
            #expect(result.status == 0, "round \(round): \(result.errors)")
            #expect(try decodedAnswers(result).count == lines, "round \(round)")
        }
    }

    #if DEBUG
        private static let lineLength = 10_000_000
    #else
        private static let lineLength = 100_000_000
    #endif

    /// Little address space taken beforehand, however many processors there are.
    private static func frugal(_ model: String) -> [String: String?] {
        ["model": model, "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"]
    }

    // The buffer doubles until it holds the line; the text is a copy beside it. Address space counts what OpenBLAS and
    // the threads reserve as well, hence the fixed part.
    @Test func `an endless line is answered within memory of a few times its length`() throws {
        let kilobytes = 600_000 + 6 * Self.lineLength / 1000
        let result = try ProgramRunner.shell(
            """
            ulimit -v \(kilobytes)
            head -c \(Self.lineLength) /dev/zero | tr '\\0' 'a' | "$tasktype" classify --model "$model" --threads 2 --format jsonl
            """, environment: Self.frugal(model))
        #expect(result.status == 0, "\(result.errors.prefix(500))")
        let answer = try #require(try decodedAnswers(result).first)
        #expect(answer.input.bytes == Self.lineLength)
        #expect(answer.input.truncated)
    }

    @Test func `memory does not grow with the number of requests`() throws {
        // 60 MB of requests (6 MB in debug) within an address space that could not hold them beside the program.
        let count = Self.lineLength / 100
        let result = try ProgramRunner.shell(
            """
            ulimit -v 600000
            yes "Who painted the picture that opens on Mondays, and when was it?" | head -n \(count) \
            | "$tasktype" classify --model "$model" --threads 2 --format csv | tail -n 1
            """, environment: Self.frugal(model))
        #expect(result.text.hasPrefix("\(count),"), "\(result.errors.prefix(500))")
    }
}
