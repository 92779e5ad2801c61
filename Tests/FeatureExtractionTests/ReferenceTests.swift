import Foundation
import TestSupport
import Testing

@testable import FeatureExtraction

/// The implementation in Python that was written from `docs/features.md`.
enum Reference {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent()

    static let isAvailable: Bool = {
        guard PythonOracle.isAvailable else { return false }
        let version = try? PythonOracle.run("import unicodedata; print(unicodedata.unidata_version, end='')")
        return version == Data("14.0.0".utf8)
    }()

    static let skipReason: Comment =
        "TASKTYPE_PYTHON names no Python with Unicode 14.0.0 (3.11): run through `make test`"

    /// Runs `script`, in which `r` is the module.
    static func run(_ script: String, input: Data = Data()) throws -> Data {
        try PythonOracle.run(
            """
            import json, struct, sys
            sys.dont_write_bytecode = True
            sys.path.insert(0, sys.argv[1])
            import reference_classifier as r

            """ + script, input: input, arguments: [folder.appendingPathComponent("Scripts").path])
    }
}

@Suite(.enabled(if: Reference.isAvailable, Reference.skipReason))
struct ReferenceTests {
    private struct Case: Encodable {
        struct Family: Encodable {
            var bucket_bits: Int
        }
        struct Settings: Encodable {
            var families: [String: Family]
            var maximum_word_order: Int
            var character_orders: [Int]
            var ask_window_bytes: Int
            var other_window_bytes: Int
        }
        var ask: String
        var context: String
        var document: String
        var counts: [Int]
        var settings: Settings

        init(_ input: ExtractionInput, _ settings: FeatureSettings) {
            (ask, context, document) = (
                input.ask.hexadecimal, input.context.hexadecimal, input.document.hexadecimal
            )
            let around = input.surroundings
            counts = [around.turns, around.tools, around.systemBytes, around.attachments]
            self.settings = Settings(
                families: Dictionary(
                    uniqueKeysWithValues: FeatureFamily.allCases.map {
                        ($0.name, Family(bucket_bits: settings.bucketBits[$0.rawValue]))
                    }),
                maximum_word_order: settings.maximumWordOrder,
                character_orders: [settings.characterOrders.lowerBound, settings.characterOrders.upperBound],
                ask_window_bytes: settings.askWindow, other_window_bytes: settings.otherWindow)
        }
    }

    /// Extractions by the reference, as it prints them: lists of 32-bit numbers, each after its length.
    private func reference(_ inputs: [(ExtractionInput, FeatureSettings)]) throws -> [Extraction?] {
        let output = try Reference.run(
            """
            out = sys.stdout.buffer
            for case in json.load(sys.stdin):
                texts = [bytes.fromhex(case[name]) for name in ("ask", "context", "document")]
                f = r.extract(*texts, *case["counts"], settings=case["settings"])
                for values in [*f.lists().values(), f.coverage_keys, [f.token_count, f.truncated]]:
                    out.write(struct.pack(f"<{len(values) + 1}I", len(values), *values))
            """, input: JSONEncoder().encode(inputs.map { Case($0, $1) }))
        let numbers = output.withUnsafeBytes { bytes in
            (0..<bytes.count / 4).map {
                UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self))
            }
        }
        var position = 0
        func list() -> [UInt32] {
            let count = Int(numbers[position])
            defer { position += count + 1 }
            return Array(numbers[position + 1..<position + 1 + count])
        }
        return inputs.map { _ in
            guard position < numbers.count else { return nil }
            let slots = FeatureFamily.allCases.map { _ in list() }
            let keys = list()
            let others = list()
            return Extraction(
                slots: slots, coverageKeys: keys, tokenCount: Int(others[0]), isTruncated: others[1] == 1)
        }
    }

    private func compare(_ inputs: [(ExtractionInput, FeatureSettings)], seed: UInt64) throws {
        let expected = try reference(inputs)
        var slotCount = 0
        for (index, ((input, settings), expected)) in zip(inputs, expected).enumerated() {
            let found = input.extract(settings)
            slotCount += found.slots.reduce(0) { $0 + $1.count }
            guard found != expected else { continue }
            let family = FeatureFamily.allCases.first { found[$0] != expected?[$0] }
            Issue.record(
                """
                seed \(seed), text \(index): \(family?.name ?? "keys or counts") differ for
                \(String(decoding: input.ask.prefix(300), as: UTF8.self).debugDescription) with \(settings)
                \(input.ask.prefix(300).hexadecimal)
                """)
        }
        #expect(slotCount > 100 * inputs.count, "the texts are too small to say anything")
    }

    @Test("random texts have the same slots in the same order as in the reference", arguments: [1, 2, 3, 4])
    func randomTexts(seed: UInt64) throws {
        var texts = RandomTexts(seed: seed)
        try compare((0..<1000).map { _ in (texts.input(upTo: 250), texts.settings()) }, seed: seed)
    }

    @Test("texts beyond the window have the same slots in the same order as in the reference")
    func longTexts() throws {
        let seed: UInt64 = 5
        var texts = RandomTexts(seed: seed)
        var inputs: [(ExtractionInput, FeatureSettings)] = []
        while inputs.count < 24 {
            let input = texts.input(upTo: 60_000)
            if input.ask.count > 10_000 { inputs.append((input, FeatureSettings())) }
        }
        try compare(inputs, seed: seed)
    }

    @Test("every scalar has the class, the script and the folded form that Unicode 14 gives it")
    func tables() throws {
        let output = try Reference.run(
            """
            classes = ["separator", "space", "line break", "letter", "digit", "symbol", "unspaced", "ignored"]
            values = []
            for c in range(0x110000):
                if not 0xD800 <= c < 0xE000:
                    values += [classes.index(r.kind(c)) | r.script(c) << 8, r.fold(c)]
            sys.stdout.buffer.write(struct.pack(f"<{len(values)}I", *values))
            """)
        var wrong: [String] = []
        var offset = 0
        output.withUnsafeBytes { bytes in
            for value in UInt32(0)..<0x110000 where !(0xD800..<0xE000).contains(value) {
                let kind = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
                let folded = UInt32(
                    littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self))
                offset += 8
                let properties = ScalarProperties(value)
                if UInt32(properties.classCode) | UInt32(properties.script) << 8 != kind
                    || properties.fold(value) != folded
                {
                    wrong.append("U+" + String(value, radix: 16))
                }
            }
        }
        #expect(offset == output.count)
        #expect(wrong.isEmpty, "\(wrong.prefix(20))")
    }

    @Test("ill-formed UTF-8 decodes as in Python, up to every cut", arguments: [6])
    func decoding(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let interesting: [UInt8] = [
            0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED,
            0xEE, 0xEF, 0xF0,
            0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
        ]
        let texts = (0..<20_000).map { _ in
            (0..<Int.random(in: 0...8, using: &random)).map { _ in random.pick(interesting)
            }
        }
        let output = try Reference.run(
            """
            for text in json.load(sys.stdin):
                scalars = bytes.fromhex(text).decode("utf-8", "replace")
                print(" ".join(f"{ord(c):x}" for c in scalars))
            """, input: JSONEncoder().encode(texts.map(\.hexadecimal)))
        let lines = String(decoding: output, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        for (text, expected) in zip(texts, lines) {
            var bytes = text + [0xBF, 0xBF, 0xBF]  // Beyond the limit, which decoding must not look at.
            let scalars = bytes.withUnsafeMutableBufferPointer { buffer in
                var scalars: [String] = []
                guard let base = buffer.baseAddress else { return scalars }
                let view = UncheckedBuffer(base: base, count: buffer.count)
                var index = 0
                while index < text.count {
                    let (scalar, length) = view.decodeScalar(at: index, limit: text.count)
                    scalars.append(String(scalar, radix: 16))
                    index += length
                }
                return scalars
            }
            #expect(scalars.joined(separator: " ") == expected, "seed \(seed): \(text.hexadecimal)")
        }
    }
}

extension Extraction {
    init(slots: [[UInt32]], coverageKeys: [UInt32], tokenCount: Int, isTruncated: Bool) {
        self.slots = slots
        self.coverageKeys = coverageKeys
        self.tokenCount = tokenCount
        self.isTruncated = isTruncated
    }
}

extension Collection<UInt8> {
    var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
