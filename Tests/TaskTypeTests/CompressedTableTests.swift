import Conversation
import FeatureExtraction
import Inference
import ModelFormat
import TestSupport
import Testing

@testable import TaskType

/// Raw logits of a text.
private func logits(of model: TaskModel, _ text: String) -> [Float] {
    let extractor = FeatureExtractor(settings: model.features)
    var scratch = ClassificationScratch(model: model)
    extractor.extract(Ask(text: text), into: &scratch.features)
    model.computeLogits(&scratch)
    return Array(scratch.logits)
}

private func read(_ bytes: [UInt8]) throws -> TaskModel {
    try TaskModel(SafetensorsFile(parsing: ModelBytes(copying: bytes, origin: "compressed.model")))
}

@Suite("Compressed tables in a model file")
struct CompressedTableTests {
    @Test("Leaving out rows of zeros changes no bit of a logit", arguments: ModelParts.allCases)
    func zeroRows(parts: ModelParts) throws {
        let model = RandomModel.make(parts, seed: 41, hasZeroRows: true)
        let whole = try model.encoded(precision: .float32, provenance: "{}")
        let kept = try model.encoded(precision: .float32, leavesOutZeroRows: true, provenance: "{}")
        #expect(kept.count < whole.count / 2)
        let (first, second) = (try read(whole), try read(kept))
        for text in RandomTexts.make(100, seed: 42) {
            #expect(logits(of: first, text).map(\.bitPattern) == logits(of: second, text).map(\.bitPattern))
        }
    }

    @Test("A table of which no row is kept is read and adds nothing", arguments: WeightPrecision.allCases)
    func noRows(precision: WeightPrecision) throws {
        let model = RandomModel.make(.average, seed: 43, hasZeroRows: true)
        let read = try read(model.encoded(precision: precision, leavesOutZeroRows: true, provenance: "{}"))
        let closing = FeatureFamily.closing.rawValue
        #expect(read.linear?.tables[closing].heldRows == 0)
        #expect(read.perceptron?.embeddings[closing].heldRows == 0)
        #expect(read.linear?.tables[closing].weight(row: 3, column: 1) == 0)
        #expect(logits(of: read, "What is the capital of France?").allSatisfy { $0.isFinite })
    }

    @Test("Every weight of a 4-bit file is within half a step of the float, or beyond a cut at 0.7 of the largest")
    func int4Weights() throws {
        let model = RandomModel.make(.linear, seed: 44)
        let read = try read(model.encoded(precision: .int4, provenance: "{}"))
        for (one, other) in zip(model.linear?.tables ?? [], read.linear?.tables ?? []) {
            guard case .int4(_, let scales, let shift) = other.storage else {
                Issue.record("a table is not stored in 4 bits")
                return
            }
            for row in 0..<one.rows {
                for column in 0..<one.columns {
                    let (weight, stored) = (
                        one.weight(row: row, column: column), other.weight(row: row, column: column)
                    )
                    let scale = scales[row >> shift]
                    let cut = min(max(weight, -7 * scale), 7 * scale)
                    #expect(abs(cut - stored) <= 0.5001 * scale)
                    #expect(abs(weight) <= 10.01 * scale)
                }
            }
        }
    }

    @Test(
        "What is compressed has format version 2, what is not has version 1, and 4-bit tensors are named",
        arguments: WeightPrecision.allCases, [false, true])
    func versions(precision: WeightPrecision, isSparse: Bool) throws {
        let model = RandomModel.make(.linear, seed: 45, hasZeroRows: true)
        let bytes = try model.encoded(precision: precision, leavesOutZeroRows: isSparse, provenance: "{}")
        let file = try SafetensorsFile(parsing: ModelBytes(copying: bytes, origin: "test"))
        #expect(file.metadata[MetadataKey.formatVersion] == (precision == .int4 || isSparse ? "2" : "1"))
        #expect((file.metadata[MetadataKey.int4Tensors] != nil) == (precision == .int4))
        #expect(file.tensors.contains { $0.name.hasSuffix(".rows") } == isSparse)
        let again = try TaskModel(file).encoded(
            precision: precision, leavesOutZeroRows: isSparse, provenance: "{}")
        #expect(again == bytes, "a model that was read gives the bytes it was read from")
    }

    @Test("Explanations of a compressed model sum to its logits", arguments: WeightPrecision.allCases)
    func explanations(precision: WeightPrecision) throws {
        let model = RandomModel.make(.average, seed: 46, hasZeroRows: true)
        let bytes = try model.encoded(precision: precision, leavesOutZeroRows: true, provenance: "{}")
        let classifier = try TaskClassifier(ModelBytes(copying: bytes, origin: "test"), name: "test")
        for text in RandomTexts.make(30, seed: 47) {
            for label in model.labels {
                guard let explanation = classifier.explain(.text(text), label: label) else { continue }
                let sum = explanation.contributions.reduce(Double(explanation.bias)) { $0 + Double($1.weight) }
                #expect(abs(sum - Double(explanation.logit)) < 1e-4, "\(text)")
                // A bias that took up what the weights lack would be far from the model's own.
                let index = try #require(model.labels.firstIndex(of: label))
                guard classifier.model.perceptron == nil else { continue }
                #expect(abs(explanation.bias - (model.linear?.bias[index] ?? 0)) < 1e-4)
            }
        }
    }

    private static let weight = "linear.words.weight"
    private static let rows = "linear.words.rows"
    private static let scale = "linear.words.scale"

    static let faults: [Fault] = [
        Fault("a bitmap of fewer rows than the table", says: "as \(rows) keeps", precision: .int8) {
            $0.tensors[rows]?.bytes[0] ^= 1
        },
        Fault("a bitmap of no rows", says: "has shape", precision: .int8) { file in
            file.tensors[rows]?.bytes = [UInt8](repeating: 0, count: 32)
        },
        Fault("a bitmap that is too short", says: "a bitmap U8 [32] of the 256 rows", precision: .int8) {
            $0.tensors[rows] = .init(dtype: .u8, shape: [16], bytes: [UInt8](repeating: 1, count: 16))
        },
        Fault("a bitmap on its side", says: "a bitmap U8 [32] of the 256 rows", precision: .int8) {
            $0.tensors[rows]?.shape = [32, 1]
        },
        Fault("a bitmap of another type", says: "has type I8", precision: .int8) { $0.tensors[rows]?.dtype = .i8 },
        Fault("a bitmap left out", says: "\(weight) has shape", precision: .int8) { $0.tensors[rows] = nil },
        Fault("kept rows in a file of version 1", says: "\(weight) has shape", precision: .int8) {
            $0.metadata[MetadataKey.formatVersion] = "1"
        },
        Fault("more scales than kept rows", says: "\(scale) does not divide", precision: .int8) {
            $0.tensors[scale] = .init(
                dtype: .f32, shape: [256], bytes: ModelFile.bytes([Float](repeating: 1, count: 256)))
        },
        Fault("a number of scales that no block gives", says: "which no block of a power of two", precision: .int8) {
            $0.tensors[scale] = .init(dtype: .f32, shape: [3], bytes: ModelFile.bytes([1, 1, 1] as [Float]))
        },
        Fault("a NaN among the scales", says: scale, precision: .int4) { $0.set(.nan, at: 1, of: scale) },
        Fault("an infinite scale", says: scale, precision: .int4) { $0.set(.infinity, at: 0, of: scale) },
        Fault("4-bit weights that are not named", says: "has shape", precision: .int4) {
            $0.metadata[MetadataKey.int4Tensors] = nil
        },
        Fault("4-bit weights that are not there", says: "name linear.other.weight, which is no", precision: .int4) {
            $0.metadata[MetadataKey.int4Tensors] = "[\"linear.other.weight\"]"
        },
        Fault("8-bit weights named as 4-bit ones", says: "name \(weight), which is no", precision: .int8) {
            $0.metadata[MetadataKey.int4Tensors] = "[\"\(weight)\"]"
        },
        Fault("names that are no list", says: "\(MetadataKey.int4Tensors) are not", precision: .int4) {
            $0.metadata[MetadataKey.int4Tensors] = "{}"
        },
        Fault("a weight beyond the last column", says: "beyond the last of them", precision: .int4) {
            // Five labels take three bytes a row.
            $0.tensors[weight]?.bytes[2] |= 0x10
        },
        Fault("a NaN among the kept rows", says: weight) { $0.set(.nan, at: 2, of: weight) },
    ]

    @Test("A fault of a compressed file is refused with a sentence of its own", arguments: faults)
    func fault(fault: Fault) throws {
        let model = RandomModel.make(.linear, seed: 48, hasZeroRows: true)
        var file = try ModelFile(model, precision: fault.precision, leavesOutZeroRows: true)
        try #require(file.refusal() == nil)
        try fault.spoil(&file)
        let message = try #require(file.refusal(), "the spoilt file was read")
        #expect(message.contains(fault.sentence), "\(message)")
        #expect(message.hasPrefix("spoilt.model cannot be used: ") && !message.contains("\n"), "\(message)")
    }

    @Test("A block's scale that serves 4 bits best is chosen, and padding is zero")
    func int4Blocks() {
        var random = SplitMix64(seed: 49)
        for (rows, columns) in [(16, 4), (21, 5), (3, 150), (1, 7), (37, 2)] {
            let weights = (0..<rows * columns).map { _ in Float.random(in: -1...1, using: &random) }
            let table = weights.withUnsafeBufferPointer {
                QuantizedTable($0, rows: rows, columns: columns, precision: .int4)
            }
            #expect(table.values.allSatisfy { abs(Int($0)) <= 7 })
            let block = WeightPrecision.int4.rowsPerScale(columns: columns)
            #expect(table.scales.count == max(1, (rows + block - 1) / block))
            let bytes = table.nibbles(columns: columns)
            #expect(bytes.count == rows * ((columns + 1) / 2))
            for row in 0..<rows {
                for column in 0..<columns {
                    let byte = bytes[row * ((columns + 1) / 2) + column / 2]
                    let nibble = column % 2 == 0 ? byte & 15 : byte >> 4
                    #expect(Int8(bitPattern: nibble << 4) >> 4 == table.values[row * columns + column])
                }
                if columns % 2 == 1 { #expect(bytes[(row + 1) * ((columns + 1) / 2) - 1] >> 4 == 0) }
            }
        }
    }
}
