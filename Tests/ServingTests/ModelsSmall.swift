import FeatureExtraction
import Foundation
import Inference
import ModelFormat
import Synchronization
import TaskType
import TestSupport

@testable import Serving

/// Small models with random weights, made in no time; each seed gives other answers and another revision.
enum SmallModel {
    static let labels = ["code", "complex", "reasoning", "simple"]

    /// The bytes of a weights file.
    ///
    /// - Parameter overflows: makes a file that is whole but gives no probabilities.
    static func bytes(_ seed: UInt64, labels: [String] = labels, overflows: Bool = false) throws -> Data {
        var random = SplitMix64(seed: seed)
        var settings = FeatureSettings()
        settings.bucketBits = [Int](repeating: 8, count: FeatureFamily.count)
        func numbers(_ count: Int) -> [Float] { (0..<count).map { _ in Float.random(in: -3...3, using: &random) } }
        let tables = FeatureFamily.allCases.map { family in
            let rows = settings.bucketCount(of: family)
            let memory = Memory(numbers(rows * labels.count))
            return WeightTable(
                storage: .float(memory.base), rows: rows, columns: labels.count, owner: memory)
        }
        let filter = Memory([UInt8](repeating: 0xFF, count: 64))
        let model = TaskModel(
            labels: labels, features: settings,
            linear: LogisticRegression(tables: tables, bias: numbers(labels.count)), perceptron: nil,
            calibration: Calibration(
                scales: [Float](repeating: overflows ? 3e38 : 1, count: labels.count),
                offsets: [Float](repeating: 0, count: labels.count)),
            thresholds: [Float](repeating: 0.3, count: labels.count), candidateThreshold: 0.1, candidateCoverage: 0.9,
            coverageFilter: CoverageFilter(
                bits: UnsafeBufferPointer(start: filter.base, count: filter.count), owner: filter),
            defaultLabel: 0, priors: [Float](repeating: 1 / Float(labels.count), count: labels.count))
        return Data(try model.encoded(precision: .int8, provenance: "{}"))
    }

    static func classifier(_ bytes: Data) throws -> TaskClassifier {
        try TaskClassifier(ModelBytes(copying: Array(bytes), origin: "a test"), name: "m")
    }

    static func revision(_ bytes: Data) -> String { ModelBytes(copying: Array(bytes), origin: "a test").revision() }

    private final class Memory<Element: Sendable>: @unchecked Sendable {
        // Sendable: written to in the initialiser only.
        let base: UnsafePointer<Element>
        let count: Int
        private let buffer: UnsafeMutablePointer<Element>

        init(_ values: [Element]) {
            count = values.count
            buffer = .allocate(capacity: count)
            buffer.initialize(from: values, count: count)
            base = UnsafePointer(buffer)
        }

        deinit { buffer.deallocate() }
    }
}

/// What a store said, for tests to look at.
final class EventLog: Sendable {
    private let events = Mutex<[ModelEvent]>([])

    var all: [ModelEvent] { events.withLock { $0 } }
    var kinds: [String] { all.map(\.kind) }

    func add(_ event: ModelEvent) { events.withLock { $0.append(event) } }
}

/// A folder of models and the store that serves them.
struct ServedFolder {
    let folder: ScratchFolder
    let store: ModelStore
    let log: EventLog

    /// - Parameter files: the seeds of small models by name.
    init(_ files: [String: UInt64] = [:], default name: String = "default") throws {
        folder = try ScratchFolder()
        for (name, seed) in files { try folder.write(SmallModel.bytes(seed), to: name + ".safetensors") }
        (store, log) = try Self.open(folder, default: name)
    }

    static func open(_ folder: ScratchFolder, default name: String = "default") throws -> (ModelStore, EventLog) {
        var settings = ServiceConfiguration.Models()
        settings.directory = folder.path
        settings.default = name
        let log = EventLog()
        return (try ModelStore(settings, defaultLabel: "complex") { log.add($0) }, log)
    }

    func put(_ bytes: Data, _ name: String = "default") throws { try folder.write(bytes, to: name + ".safetensors") }

    func revision(_ name: String = "default") -> String? { store.snapshot().models[name]?.revision }

    func status(_ name: String = "default") -> ModelStatus? { store.status().first { $0.name == name } }
}
