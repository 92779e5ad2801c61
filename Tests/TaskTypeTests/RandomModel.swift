import FeatureExtraction
import Inference
import ModelFormat
import TestSupport

@testable import TaskType

/// Memory of tables in tests; freed with its last owner.
final class TableMemory<Element: Sendable>: @unchecked Sendable {
    // Sendable: written to in the initialiser only.
    let buffer: UnsafeMutableBufferPointer<Element>

    init(_ values: [Element]) {
        buffer = .allocate(capacity: values.count)
        _ = buffer.initialize(from: values)
    }

    deinit { buffer.deallocate() }
}

/// The parts that a random model may have.
enum ModelParts: String, CaseIterable, Sendable {
    case linear, perceptron, average
}

/// Small models with random weights, valid in every respect.
enum RandomModel {
    /// Small tables, so that models are made quickly and buckets are shared.
    static var settings: FeatureSettings {
        var settings = FeatureSettings()
        settings.bucketBits = [Int](repeating: 8, count: FeatureFamily.count)
        return settings
    }

    static let labels = ["code", "complex", "reasoning", "simple", "translation"]

    /// The calibration with a random matrix.
    static func dirichlet(_ calibration: Calibration, seed: UInt64) -> Calibration {
        var random = SplitMix64(seed: seed)
        let count = calibration.scales.count
        return Calibration(
            scales: calibration.scales, offsets: calibration.offsets,
            matrix: (0..<count * count).map { index in
                Float.random(in: -0.2...0.2, using: &random) + (index % (count + 1) == 0 ? 1 : 0)
            })
    }

    static func make(_ parts: ModelParts, seed: UInt64, labels: [String] = labels) -> TaskModel {
        var random = SplitMix64(seed: seed)
        let settings = settings
        let units = 12
        func numbers(_ count: Int, _ range: ClosedRange<Float>) -> [Float] {
            (0..<count).map { _ in Float.random(in: range, using: &random) }
        }
        func tables(columns: Int) -> [WeightTable] {
            FeatureFamily.allCases.map { family in
                let rows = settings.bucketCount(of: family)
                let memory = TableMemory(numbers(rows * columns, -1...1))
                guard let base = memory.buffer.baseAddress else { preconditionFailure("no memory") }
                return WeightTable(
                    storage: .float(UnsafePointer(base)), rows: rows, columns: columns, owner: memory)
            }
        }
        var linear: LogisticRegression?
        var perceptron: MultilayerPerceptron?
        if parts != .perceptron {
            linear = LogisticRegression(
                tables: tables(columns: labels.count), bias: numbers(labels.count, -1...1))
        }
        if parts != .linear {
            perceptron = MultilayerPerceptron(
                embeddings: tables(columns: units), hiddenBias: numbers(units, -0.2...0.5),
                outputWeights: numbers(units * labels.count, -1...1),
                outputBias: numbers(labels.count, -1...1))
        }
        let shares = numbers(labels.count, 0.1...1)
        let total = shares.reduce(0, +)
        return TaskModel(
            labels: labels, features: settings, linear: linear, perceptron: perceptron,
            perceptronShare: 0.375,
            calibration: Calibration(
                scales: numbers(labels.count, 0.5...1.5), offsets: numbers(labels.count, -0.5...0.5)),
            thresholds: numbers(labels.count, 0.2...0.6), candidateThreshold: 0.125, candidateCoverage: 0.9,
            coverageFilter: filter([UInt8](repeating: 0xFF, count: 64)), defaultLabel: 3 % labels.count,
            priors: shares.map { $0 / total })
    }

    /// A filter over `bytes`.
    static func filter(_ bytes: [UInt8]) -> CoverageFilter {
        let memory = TableMemory(bytes)
        return CoverageFilter(bits: UnsafeBufferPointer(memory.buffer), owner: memory)
    }

    /// `model` as a router reads it.
    static func classifier(
        _ model: TaskModel, precision: WeightPrecision = .float32
    ) throws -> TaskClassifier {
        try TaskClassifier(
            ModelBytes(copying: model.encoded(precision: precision, provenance: "{}"), origin: "test.model"),
            name: "test")
    }
}

/// Requests of many kinds, from one letter to several windows.
enum RandomTexts {
    private static let words = [
        "write", "a", "function", "that", "sorts", "the", "list", "Prove", "why", "is", "2026", "def",
        "f(x):", "return",
        "x == 3", "übersetze", "日本語の文を", "перевод", "{", "}", "\n", "\t", "- item", "1.", "```swift", "?",
        "!", "\"q\"",
        "é", "👩‍👩‍👧", "ไทย", "https://example.org/a", "\\frac{1}{2}", "$x$", "\u{0}", "\u{200B}", "CAPITALS",
    ]

    static func make(_ count: Int, seed: UInt64) -> [String] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { index in
            let length = index % 50 == 49 ? 6000 : Int.random(in: 1...60, using: &random)
            return (0..<length).map { _ in words[Int.random(in: 0..<words.count, using: &random)] }
                .joined(separator: " ")
        }
    }
}
