import FeatureExtraction
import ModelFormat
import TestSupport
import Testing

@testable import TaskType

/// One way of spoiling a model file, and a part of the sentence that must tell it.
struct Fault: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let sentence: String
    var precision = WeightPrecision.float32
    let spoil: @Sendable (inout ModelFile) throws -> Void

    init(
        _ description: String, says sentence: String, precision: WeightPrecision = .float32,
        spoil: @escaping @Sendable (inout ModelFile) throws -> Void
    ) {
        testDescription = description
        self.sentence = sentence
        self.precision = precision
        self.spoil = spoil
    }
}

@Suite("Refusing a model file")
struct RefusalTests {
    static let family = FeatureFamily.words.name

    static let metadataKeys: [Fault] = [
        MetadataKey.formatVersion, MetadataKey.labels, MetadataKey.features, MetadataKey.calibration,
        MetadataKey.decision, MetadataKey.perceptronShare,
    ].map { key in Fault("without \(key)", says: "lack \(key)") { $0.metadata[key] = nil } }

    static let brokenJSON: [Fault] = [
        MetadataKey.labels, MetadataKey.features, MetadataKey.calibration, MetadataKey.decision,
        MetadataKey.perceptronShare,
    ].flatMap { key in
        ["", "{", "null", "\"x\"", "[[1]]"].map { (text: String) in
            Fault("\(key) is \(text)", says: "\(key) are not what this version writes") {
                $0.metadata[key] = text
            }
        }
    }

    static let metadataFaults: [Fault] = [
        Fault("a later format", says: "format version 3, this program reads versions 1 and 2") {
            $0.metadata[MetadataKey.formatVersion] = "3"
        },
        Fault("one label", says: "two or more different names") {
            $0.metadata[MetadataKey.labels] = "[\"a\"]"
        },
        Fault("no label", says: "two or more different names") { $0.metadata[MetadataKey.labels] = "[]" },
        Fault("a label twice", says: "two or more different names") {
            $0.metadata[MetadataKey.labels] = "[\"a\",\"b\",\"a\",\"c\",\"d\"]"
        },
        Fault("an empty label", says: "two or more different names") {
            $0.metadata[MetadataKey.labels] = "[\"a\",\"b\",\"\",\"c\",\"d\"]"
        },
        Fault("a label too many", says: "one finite number a label") {
            $0.metadata[MetadataKey.labels] = "[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\"]"
        },
        Fault("another default label", says: "default label poetry is none of its labels") {
            try $0.set("default_label", of: MetadataKey.decision, to: "poetry")
        },
        Fault("a scale too few", says: "one finite number a label") {
            try $0.set("scales", of: MetadataKey.calibration, to: [1, 1, 1, 1])
        },
        Fault("an offset too many", says: "one finite number a label") {
            try $0.set("offsets", of: MetadataKey.calibration, to: [1, 1, 1, 1, 1, 1])
        },
        Fault("thresholds of no label", says: "one finite number a label") {
            try $0.set("thresholds", of: MetadataKey.decision, to: [Double]())
        },
        Fault("priors of one label", says: "one finite number a label") {
            try $0.set("priors", of: MetadataKey.decision, to: [1])
        },
        Fault("priors that are no shares", says: "priors") {
            try $0.set("priors", of: MetadataKey.decision, to: [3, -2, 0, 0, 0])
        },
        Fault("NaN in the calibration", says: "tasktype.calibration are not what this version writes") {
            $0.metadata[MetadataKey.calibration] = "{\"offsets\":[0,0,0,0,0],\"scales\":[NaN,1,1,1,1]}"
        },
        Fault("a scale beyond floats", says: "tasktype.calibration") {
            $0.metadata[MetadataKey.calibration] = "{\"offsets\":[0,0,0,0,0],\"scales\":[1e300,1,1,1,1]}"
        },
        Fault("a share of more than all", says: "perceptron share is 1.5, not 0 to 1") {
            $0.metadata[MetadataKey.perceptronShare] = "1.5"
        },
        Fault("a negative share", says: "perceptron share is -0.1, not 0 to 1") {
            $0.metadata[MetadataKey.perceptronShare] = "-0.1"
        },
        Fault("candidate thresholds by label in version 1", says: "but format version 1") {
            try $0.set("candidate_thresholds", of: MetadataKey.decision, to: [0.1, 0.1, 0.1, 0.1, 0.1])
        },
        Fault("candidate thresholds of four labels", says: "one finite number a label") {
            $0.metadata[MetadataKey.formatVersion] = "2"
            try $0.set("candidate_thresholds", of: MetadataKey.decision, to: [0.1, 0.1, 0.1, 0.1])
        },
        Fault("candidate thresholds that are words", says: "tasktype.decision are not what this version writes") {
            $0.metadata[MetadataKey.formatVersion] = "2"
            try $0.set("candidate_thresholds", of: MetadataKey.decision, to: ["a", "b", "c", "d", "e"])
        },
        Fault("features of another version", says: "features have version 99") {
            try $0.set("version", of: MetadataKey.features, to: 99)
        },
        Fault("no feature families", says: "lack the family") {
            try $0.set("families", of: MetadataKey.features, to: [String: Any]())
        },
        Fault("character orders backwards", says: "character orders are not a range") {
            try $0.set("character_orders", of: MetadataKey.features, to: [5, 2])
        },
        Fault("three character orders", says: "character orders are not a range") {
            try $0.set("character_orders", of: MetadataKey.features, to: [2, 3, 4])
        },
        Fault("word n-grams of 9 words", says: "word n-grams have 1 to 3 words, not 9") {
            try $0.set("maximum_word_order", of: MetadataKey.features, to: 9)
        },
        Fault("an endless window", says: "windows must be") {
            try $0.set("ask_window_bytes", of: MetadataKey.features, to: 1 << 40)
        },
    ]

    static let tensorFaults: [Fault] = [
        Fault("neither part", says: "neither") { file in
            for name in file.tensors.keys where name != "coverage.filter" { file.tensors[name] = nil }
        },
        Fault("the linear part without its biases", says: "lacks the tensor linear.bias") {
            $0.tensors["linear.bias"] = nil
        },
        Fault("the perceptron without its hidden biases", says: "lacks the tensor perceptron.hidden_bias") {
            $0.tensors["perceptron.hidden_bias"] = nil
        },
        Fault("a table missing", says: "lacks the tensor linear.\(family).weight") {
            $0.tensors["linear.\(family).weight"] = nil
        },
        Fault("output weights missing", says: "perceptron.output_weight") {
            $0.tensors["perceptron.output_weight"] = nil
        },
        Fault("a calibration matrix in version 1", says: "but format version 1") {
            $0.tensors["calibration.matrix"] = .init(
                dtype: .f32, shape: [5, 5], bytes: ModelFile.bytes([Float](repeating: 0.5, count: 25)))
        },
        Fault("a calibration matrix of four labels", says: "calibration.matrix has shape [4, 4]") {
            $0.metadata[MetadataKey.formatVersion] = "2"
            $0.tensors["calibration.matrix"] = .init(
                dtype: .f32, shape: [4, 4], bytes: ModelFile.bytes([Float](repeating: 0.5, count: 16)))
        },
        Fault("a flat calibration matrix", says: "calibration.matrix has shape [25]") {
            $0.metadata[MetadataKey.formatVersion] = "2"
            $0.tensors["calibration.matrix"] = .init(
                dtype: .f32, shape: [25], bytes: ModelFile.bytes([Float](repeating: 0.5, count: 25)))
        },
        Fault("a calibration matrix of whole numbers", says: "calibration.matrix") {
            $0.metadata[MetadataKey.formatVersion] = "2"
            $0.tensors["calibration.matrix"] = .init(
                dtype: .i8, shape: [5, 5], bytes: [UInt8](repeating: 1, count: 25))
        },
        Fault("infinity in the calibration matrix", says: "calibration.matrix") {
            $0.metadata[MetadataKey.formatVersion] = "2"
            var values = [Float](repeating: 0.5, count: 25)
            values[7] = .infinity
            $0.tensors["calibration.matrix"] = .init(
                dtype: .f32, shape: [5, 5], bytes: ModelFile.bytes(values))
        },
        Fault("no filter", says: "coverage.filter") { $0.tensors["coverage.filter"] = nil },
        Fault("a filter of three bytes", says: "coverage.filter has shape [3], not a power of two") {
            $0.tensors["coverage.filter"] = .init(dtype: .u8, shape: [3], bytes: [1, 2, 3])
        },
        Fault("an empty filter", says: "coverage.filter has shape [0], not a power of two") {
            $0.tensors["coverage.filter"] = .init(dtype: .u8, shape: [0], bytes: [])
        },
        Fault("a filter of rows", says: "coverage.filter has shape [2, 2]") {
            $0.tensors["coverage.filter"] = .init(dtype: .u8, shape: [2, 2], bytes: [1, 2, 3, 4])
        },
        Fault("a filter of floats", says: "coverage.filter") {
            $0.tensors["coverage.filter"] = .init(dtype: .f32, shape: [1], bytes: [0, 0, 0, 0])
        },
        Fault("a table on its side", says: "linear.\(family).weight has shape") {
            $0.tensors["linear.\(family).weight"]?.shape.reverse()
        },
        Fault("a table in one row", says: "perceptron.\(family).weight has shape") {
            $0.tensors["perceptron.\(family).weight"]?.shape = [256 * 12]
        },
        Fault("biases on their side", says: "linear.bias has shape [5, 1] where [5] is needed") {
            $0.tensors["linear.bias"]?.shape = [5, 1]
        },
        Fault("no hidden units", says: "perceptron.hidden_bias has shape [0], not 1 to 4096 units") {
            $0.tensors["perceptron.hidden_bias"] = .init(dtype: .f32, shape: [0], bytes: [])
        },
        Fault("whole numbers of 32 bits", says: "linear.\(family).weight has type U32, not F32 or I8") {
            $0.tensors["linear.\(family).weight"]?.dtype = .u32
        },
        Fault("biases of another type", says: "linear.bias") { $0.tensors["linear.bias"]?.dtype = .u32 },
        Fault("NaN among the weights", says: "linear.\(family).weight") {
            $0.set(.nan, at: 17, of: "linear.\(family).weight")
        },
        Fault("infinity among the embeddings", says: "perceptron.\(family).weight") {
            $0.set(-.infinity, at: 255 * 12 + 11, of: "perceptron.\(family).weight")
        },
        Fault("NaN among the biases", says: "linear.bias") { $0.set(.nan, at: 4, of: "linear.bias") },
        Fault("infinity among the output weights", says: "perceptron.output_weight") {
            $0.set(.infinity, at: 0, of: "perceptron.output_weight")
        },
    ]

    static let int8Faults: [Fault] = [
        Fault("no scales", says: "linear.\(family).scale does not divide the 256 rows", precision: .int8) {
            $0.tensors["linear.\(family).scale"] = nil
        },
        Fault("three scales", says: "linear.\(family).scale does not divide the 256 rows", precision: .int8) {
            $0.tensors["linear.\(family).scale"] = .init(
                dtype: .f32, shape: [3], bytes: ModelFile.bytes([1, 1, 1] as [Float]))
        },
        Fault("more scales than rows", says: "linear.\(family).scale does not divide", precision: .int8) {
            $0.tensors["linear.\(family).scale"] = .init(
                dtype: .f32, shape: [512], bytes: ModelFile.bytes([Float](repeating: 1, count: 512)))
        },
        Fault("scales in a square", says: "linear.\(family).scale has shape [4, 4]", precision: .int8) {
            $0.tensors["linear.\(family).scale"] = .init(
                dtype: .f32, shape: [4, 4], bytes: ModelFile.bytes([Float](repeating: 1, count: 16)))
        },
        Fault("a NaN scale", says: "linear.\(family).scale", precision: .int8) {
            $0.set(.nan, at: 15, of: "linear.\(family).scale")
        },
        Fault("scales as whole numbers", says: "linear.\(family).scale", precision: .int8) {
            $0.tensors["linear.\(family).scale"]?.dtype = .u32
        },
    ]

    @Test(
        "A fault is refused with a sentence of its own",
        arguments: metadataKeys + brokenJSON + metadataFaults + tensorFaults + int8Faults)
    func fault(fault: Fault) throws {
        var file = try ModelFile(RandomModel.make(.average, seed: 1), precision: fault.precision)
        try #require(file.refusal() == nil)
        try fault.spoil(&file)
        let message = try #require(file.refusal(), "the spoilt file was read")
        #expect(message.contains(fault.sentence), "\(message)")
        #expect(message.hasPrefix("spoilt.model cannot be used: "), "\(message)")
        #expect(message.hasSuffix("train the model again with this version"), "\(message)")
        #expect(!message.contains("\n"), "\(message)")
    }

    @Test("A file with other tensors and metadata beside the model's is read")
    func extras() throws {
        var file = try ModelFile(RandomModel.make(.linear, seed: 2))
        file.metadata["note"] = "mine"
        file.tensors["other"] = .init(dtype: .f32, shape: [1], bytes: [0, 0, 192, 127])
        #expect(file.refusal() == nil)
    }

    @Test("Every kind of model in every precision is read back")
    func everyPartCombination() throws {
        for parts in ModelParts.allCases {
            for precision in WeightPrecision.allCases {
                #expect(
                    try ModelFile(RandomModel.make(parts, seed: 3), precision: precision).refusal() == nil)
            }
        }
    }
}
