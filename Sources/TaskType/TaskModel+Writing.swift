internal import FeatureExtraction
internal import Inference
public import ModelFormat

/// How weights are stored in a file.
public enum WeightPrecision: String, Sendable, CaseIterable {
    /// 32-bit floats.
    case float32
    /// Whole numbers of −127...127 with a scale for each block of rows.
    case int8
    /// Whole numbers of −7...7, two a byte, with a scale for each block of rows.
    case int4

    /// Rows of `columns` weights that share a scale: about 64 weights, or 32 of 4 bits, at least a row, so that a large
    /// weight spoils the resolution of few others.
    ///
    /// A power of two.
    func rowsPerScale(columns: Int) -> Int {
        let limit = self == .int4 ? 32 : 64
        var rows = 1
        while rows * 2 * columns <= limit { rows *= 2 }
        return rows
    }
}

extension TaskModel {
    /// The bytes of a weights file; equal models give equal bytes.
    ///
    /// - Parameters:
    ///   - precision: How the tables are stored; biases and the output layer are always floats.
    ///   - leavesOutZeroRows: Whether rows of zeros are left out of tables that get smaller by it; changes no prediction.
    ///   - provenance: JSON that says where the model comes from; no clock times.
    public func encoded(
        precision: WeightPrecision, leavesOutZeroRows: Bool = false, provenance: String
    ) throws(ModelFileError) -> [UInt8] {
        let writer = SafetensorsWriter(metadata: [
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
        var tables = TableWriter(writer, precision: precision, leavesOutZeroRows: leavesOutZeroRows)
        if let linear {
            try tables.writer.add("linear.bias", shape: [labels.count], values: linear.bias)
            for (table, family) in zip(linear.tables, FeatureFamily.allCases) {
                try tables.add(table, "linear.\(family.name)")
            }
        }
        if let perceptron {
            try tables.writer.add(
                "perceptron.hidden_bias", shape: [perceptron.hiddenCount], values: perceptron.hiddenBias)
            try tables.writer.add("perceptron.output_bias", shape: [labels.count], values: perceptron.outputBias)
            try tables.writer.add(
                "perceptron.output_weight", shape: [perceptron.hiddenCount, labels.count],
                values: perceptron.outputWeights)
            for (table, family) in zip(perceptron.embeddings, FeatureFamily.allCases) {
                try tables.add(table, "perceptron.\(family.name)")
            }
        }
        if let matrix = calibration.matrix {
            try tables.writer.add("calibration.matrix", shape: [labels.count, labels.count], values: matrix)
        }
        try tables.writer.add("coverage.filter", shape: [coverageFilter.byteCount], values: coverageFilter.bytes)
        if tables.isCompressed {
            tables.writer.metadata[MetadataKey.formatVersion] = MetadataKey.extendedFormatVersion
        }
        if !tables.int4Tensors.isEmpty {
            tables.writer.metadata[MetadataKey.int4Tensors] = encodeMetadata(tables.int4Tensors)
        }
        return try tables.writer.bytes()
    }

    /// The lowest version whose readers understand what stands beside the tables, so that older programs read what they can.
    private var formatVersion: String {
        calibration.matrix == nil && labelCandidateThresholds == nil
            ? MetadataKey.currentFormatVersion : MetadataKey.extendedFormatVersion
    }
}
