import Foundation
import TestSupport
import Testing

@testable import TaskType

@Suite struct TraceTests {
    private static let isReferenceAvailable: Bool = {
        guard PythonOracle.isAvailable else { return false }
        let version = try? PythonOracle.run("import unicodedata; print(unicodedata.unidata_version, end='')")
        return version == Data("14.0.0".utf8)
    }()

    @Test("a trace holds what classifying gives", arguments: ModelParts.allCases)
    func agreesWithClassify(parts: ModelParts) throws {
        let classifier = try RandomModel.classifier(RandomModel.make(parts, seed: 21))
        for text in RandomTexts.make(40, seed: 22) + ["", "\u{0}"] {
            let trace = classifier.trace(text)
            let prediction = classifier.classify(text)
            #expect(trace.probabilities == prediction.probabilities)
            #expect(trace.coverage == prediction.input.coverage)
            guard let explanation = classifier.explain(.text(text), label: "code") else { continue }
            #expect(trace.logits[0] == explanation.logit)
            #expect(trace.families.reduce(0) { $0 + $1.slots.count } == explanation.contributions.count)
        }
    }

    private struct Vector: Encodable {
        var text: String
        var features: [String: [UInt32]]
        var scales: [String: Float]
        var logits: [Float]
        var probabilities: [String: Float]
        var coverage: Float

        init(_ text: String, _ trace: PredictionTrace, labels: [String]) {
            self.text = text
            features = Dictionary(uniqueKeysWithValues: trace.families.map { ($0.name, $0.slots) })
            scales = Dictionary(uniqueKeysWithValues: trace.families.map { ($0.name, $0.scale) })
            logits = trace.logits
            probabilities = Dictionary(uniqueKeysWithValues: zip(labels, trace.probabilities))
            coverage = trace.coverage
        }
    }

    /// What the implementation that was written from the documents says of a model's vectors.
    private func check(
        _ model: TaskModel, _ precision: WeightPrecision, spoil: (inout Vector) -> Void = { _ in }
    )
        throws -> String
    {
        let classifier = try RandomModel.classifier(model, precision: precision)
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("trace-\(UUID().uuidString)")
        try Data(model.encoded(precision: precision, provenance: "{}")).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let encoder = JSONEncoder()
        var lines = Data()
        for text in RandomTexts.make(60, seed: 23) + ["", "\u{0}", "a"] {
            var vector = Vector(text, classifier.trace(text), labels: classifier.labels)
            spoil(&vector)
            lines += try encoder.encode(vector) + [0x0A]
        }
        let scripts = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Scripts").path
        let output = try PythonOracle.run(
            """
            import sys
            sys.dont_write_bytecode = True
            sys.path.insert(0, sys.argv[1])
            import reference_classifier
            reference_classifier.check(reference_classifier.Model(sys.argv[2]), sys.stdin.read().split("\\n"))
            """, input: lines, arguments: [scripts, file.path])
        return String(decoding: output, as: UTF8.self)
    }

    @Test(
        "an implementation written from the documents reaches the same bits of every logit",
        .enabled(
            if: isReferenceAvailable,
            "TASKTYPE_PYTHON names no Python with Unicode 14.0.0: run through `make test`"),
        arguments: ModelParts.allCases, [2, 4, 16, 17, 70])
    func agreesWithReference(parts: ModelParts, labelCount: Int) throws {
        for precision in WeightPrecision.allCases {
            var model = RandomModel.make(
                parts, seed: UInt64(labelCount), labels: (0..<labelCount).map { "label\($0)" })
            // Half of all keys are unknown, so that coverage falls on both sides of its bound.
            model.coverageFilter = RandomModel.filter([UInt8](repeating: 0b0101_0110, count: 64))
            // One of the two with a calibration matrix.
            if precision == .int8 { model.calibration = RandomModel.dirichlet(model.calibration, seed: 7) }
            let report = try check(model, precision)
            #expect(report.hasPrefix("63 of 63 vectors agree"), "\(precision): \(report)")
            #expect(report.contains("logits equal in every bit for 63;"), "\(precision): \(report)")
        }
    }

    @Test(
        "the reference finds a slot, a scale, a logit, a probability and a coverage that are wrong",
        .enabled(
            if: isReferenceAvailable,
            "TASKTYPE_PYTHON names no Python with Unicode 14.0.0: run through `make test`"))
    func referenceCanDisagree() throws {
        let model = RandomModel.make(.average, seed: 31)
        let spoilers: [(inout Vector) -> Void] = [
            { $0.features["structure"]?.swapAt(0, 1) }, { $0.scales["structure"]? += 1e-3 },
            { $0.logits[1] += 1e-3 },
            { $0.probabilities["code"]? += 1e-3 }, { $0.coverage -= 1e-3 },
        ]
        for spoil in spoilers {
            let report = try check(model, .float32, spoil: spoil)
            #expect(report.contains("0 of 63 vectors agree"), "\(report)")
        }
    }
}
