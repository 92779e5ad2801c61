internal import FeatureExtraction
internal import Inference
public import ModelFormat

/// How weights are stored in a file.
public enum WeightPrecision: String, Sendable, CaseIterable {
    /// 32-bit floats.
    case float32
    /// Whole numbers of −127...127 with a scale for each block of rows.
    case int8

    /// Rows of `columns` weights that share a scale: about 64 weights, at least a row, so that a large weight spoils the
    /// resolution of few others.
    ///
    /// A power of two.
    static func rowsPerScale(columns: Int) -> Int {
        var rows = 1
        while rows * 2 * columns <= 64 { rows *= 2 }
        return rows
    }
}

extension TaskModel {
    /// The bytes of a weights file; equal models give equal bytes.
    ///
    /// - Parameters:
    ///   - precision: How the tables are stored; biases and the output layer are always floats.
    ///   - provenance: JSON that says where the model comes from; no clock times.
    public func encoded(precision: WeightPrecision, provenance: String) throws(ModelFileError) -> [UInt8] {
        var writer = SafetensorsWriter(metadata: [
            MetadataKey.formatVersion: formatVersion,
            MetadataKey.labels: encodeMetadata(labels),
            MetadataKey.features: encodeMetadata(FeatureMetadata(features)),
            MetadataKey.calibration: encodeMetadata(
                CalibrationMetadata(scales: calibration.scales, offsets: calibration.offsets)),
            MetadataKey.decision: encodeMetadata(
                DecisionMetadata(
                    thresholds: thresholds, candidate_threshold: candidateThreshold,
                    candidate_thresholds: labelCandidateThresholds, candidate_coverage: candidateCoverage,
                    default_label: labels[defaultLabel], priors: priors)),
            MetadataKey.perceptronShare: encodeMetadata(perceptronShare),
            MetadataKey.provenance: provenance,
        ])
        if let linear {
            try writer.add("linear.bias", shape: [labels.count], values: linear.bias)
            for (table, family) in zip(linear.tables, FeatureFamily.allCases) {
                try Self.add(table, "linear.\(family.name)", precision, to: &writer)
            }
        }
        if let perceptron {
            try writer.add("perceptron.hidden_bias", shape: [perceptron.hiddenCount], values: perceptron.hiddenBias)
            try writer.add("perceptron.output_bias", shape: [labels.count], values: perceptron.outputBias)
            try writer.add(
                "perceptron.output_weight", shape: [perceptron.hiddenCount, labels.count],
                values: perceptron.outputWeights)
            for (table, family) in zip(perceptron.embeddings, FeatureFamily.allCases) {
                try Self.add(table, "perceptron.\(family.name)", precision, to: &writer)
            }
        }
        if let matrix = calibration.matrix {
            try writer.add("calibration.matrix", shape: [labels.count, labels.count], values: matrix)
        }
        try writer.add("coverage.filter", shape: [coverageFilter.byteCount], values: coverageFilter.bytes)
        return try writer.bytes()
    }

    /// The lowest version whose readers understand the model, so that older programs read what they can.
    private var formatVersion: String {
        calibration.matrix == nil && labelCandidateThresholds == nil
            ? MetadataKey.currentFormatVersion : MetadataKey.extendedFormatVersion
    }

    private static func add(
        _ table: WeightTable, _ prefix: String, _ precision: WeightPrecision, to writer: inout SafetensorsWriter
    ) throws(ModelFileError) {
        let shape = [table.rows, table.columns]
        switch (precision, table.storage) {
        case (.float32, .float(let weights)):
            try writer.add(
                "\(prefix).weight", shape: shape,
                values: Array(UnsafeBufferPointer(start: weights, count: table.rows * table.columns)))
        case (.int8, .float(let weights)):
            let quantized = QuantizedTable(
                UnsafeBufferPointer(start: weights, count: table.rows * table.columns), rows: table.rows,
                columns: table.columns)
            try writer.add("\(prefix).weight", shape: shape, values: quantized.values)
            try writer.add("\(prefix).scale", shape: [quantized.scales.count], values: quantized.scales)
        case (_, .int8(let values, let scales, let blockShift)):
            // Already quantised: stored as it is, since going back to floats would gain nothing.
            try writer.add(
                "\(prefix).weight", shape: shape,
                values: Array(UnsafeBufferPointer(start: values, count: table.rows * table.columns)))
            try writer.add(
                "\(prefix).scale", shape: [table.rows >> blockShift],
                values: Array(UnsafeBufferPointer(start: scales, count: table.rows >> blockShift)))
        }
    }
}

/// Symmetric 8-bit quantisation: `weight ≈ value · scale(block)`, with the block's largest weight at ±127.
struct QuantizedTable {
    let values: [Int8]
    let scales: [Float]

    init(_ weights: UnsafeBufferPointer<Float>, rows: Int, columns: Int) {
        let blockRows = min(WeightPrecision.rowsPerScale(columns: columns), rows)
        let blockLength = blockRows * columns
        var values = [Int8](repeating: 0, count: weights.count)
        var scales: [Float] = []
        scales.reserveCapacity(rows / blockRows)
        for start in stride(from: 0, to: weights.count, by: blockLength) {
            let block = start..<(start + blockLength)
            let largest = block.reduce(Float(0)) { max($0, abs(weights[$1])) }
            let scale = largest / 127
            scales.append(scale)
            guard scale > 0 else { continue }
            for index in block {
                // A scale among the smallest floats is too coarse to divide exactly, so the quotient may pass 127.
                values[index] = Int8(min(max((weights[index] / scale).rounded(), -127), 127))
            }
        }
        self.values = values
        self.scales = scales
    }
}
