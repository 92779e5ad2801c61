internal import FeatureExtraction
internal import Inference
public import ModelFormat

extension TaskModel {
    /// The model in a weights file, checked in every part before any of it is used.
    ///
    /// Weights stay where they are (mapped or embedded); every weight is looked at once, for NaN and infinity.
    /// - Complexity: O(file size), at memory speed.
    /// - Throws: A sentence that names the file and what is wrong with it.
    public init(_ file: SafetensorsFile) throws(ModelFileError) {
        do throws(MetadataProblem) {
            try self.init(checking: file)
        } catch {
            throw ModelFileError(
                .malformed,
                "\(file.bytes.origin) cannot be used: \(error.message); train the model again with this version")
        }
    }

    private init(checking file: SafetensorsFile) throws(MetadataProblem) {
        guard let version = file.metadata[MetadataKey.formatVersion] else {
            throw MetadataProblem("its metadata lack \(MetadataKey.formatVersion), so it is not a tasktype model")
        }
        guard MetadataKey.knownFormatVersions.contains(version) else {
            throw MetadataProblem(
                "it has format version \(version), this program reads versions \(MetadataKey.knownFormatVersions.joined(separator: " and "))"
            )
        }
        let labels = try file.decodeMetadata(MetadataKey.labels, as: [String].self)
        guard labels.count >= 2, Set(labels).count == labels.count, !labels.contains("") else {
            throw MetadataProblem("its labels are not two or more different names")
        }
        let features = try file.decodeMetadata(MetadataKey.features, as: FeatureMetadata.self).settings()
        let calibration = try file.decodeMetadata(MetadataKey.calibration, as: CalibrationMetadata.self)
        let decision = try file.decodeMetadata(MetadataKey.decision, as: DecisionMetadata.self)
        if version == MetadataKey.currentFormatVersion,
            file.info(of: "calibration.matrix") != nil || decision.candidate_thresholds != nil
        {
            // A reader of version 1 would pass over them and answer otherwise.
            throw MetadataProblem("it has a calibration matrix or candidate thresholds by label, but format version 1")
        }
        let perLabel = [
            calibration.scales, calibration.offsets, decision.thresholds, decision.priors,
            decision.candidate_thresholds,
        ]
        for values in perLabel.compactMap(\.self) {
            guard values.count == labels.count, values.allSatisfy(\.isFinite) else {
                throw MetadataProblem("its calibration or decision does not have one finite number a label")
            }
        }
        // They are answered as probabilities where there is nothing to classify.
        guard decision.priors.allSatisfy({ $0 >= 0 }), abs(decision.priors.reduce(0, +) - 1) < 1e-3 else {
            throw MetadataProblem("its priors are not shares that sum to 1")
        }
        guard let defaultLabel = labels.firstIndex(of: decision.default_label) else {
            throw MetadataProblem("its default label \(decision.default_label) is none of its labels")
        }
        let share = try file.decodeMetadata(MetadataKey.perceptronShare, as: Float.self)
        guard share >= 0, share <= 1 else { throw MetadataProblem("its perceptron share is \(share), not 0 to 1") }
        let linear = try Self.readLinear(file, features, labelCount: labels.count)
        let perceptron = try Self.readPerceptron(file, features, labelCount: labels.count)
        guard linear != nil || perceptron != nil else {
            throw MetadataProblem("it holds neither linear.bias nor perceptron.hidden_bias")
        }
        self.init(
            labels: labels, features: features, linear: linear, perceptron: perceptron, perceptronShare: share,
            calibration: Calibration(
                scales: calibration.scales, offsets: calibration.offsets,
                matrix: try Self.readMatrix(file, labelCount: labels.count)),
            thresholds: decision.thresholds, candidateThreshold: decision.candidate_threshold,
            labelCandidateThresholds: decision.candidate_thresholds,
            candidateCoverage: decision.candidate_coverage, coverageFilter: try Self.readFilter(file),
            defaultLabel: defaultLabel, priors: decision.priors)
    }

    /// The matrix of a Dirichlet calibration, if there is one.
    private static func readMatrix(
        _ file: SafetensorsFile, labelCount: Int
    ) throws(MetadataProblem) -> [Float]? {
        guard file.info(of: "calibration.matrix") != nil else { return nil }
        return try values(file, "calibration.matrix", shape: [labelCount, labelCount])
    }

    private static func readLinear(
        _ file: SafetensorsFile, _ features: FeatureSettings, labelCount: Int
    ) throws(MetadataProblem) -> LogisticRegression? {
        guard try isPresent(file, part: "linear.", need: "linear.bias") else { return nil }
        let bias = try vector(file, "linear.bias", count: labelCount)
        var tables: [WeightTable] = []
        for family in FeatureFamily.allCases {
            tables.append(
                try table(
                    file, "linear.\(family.name)", rows: features.bucketCount(of: family), columns: labelCount))
        }
        return LogisticRegression(tables: tables, bias: bias)
    }

    private static func readPerceptron(
        _ file: SafetensorsFile, _ features: FeatureSettings, labelCount: Int
    ) throws(MetadataProblem) -> MultilayerPerceptron? {
        guard try isPresent(file, part: "perceptron.", need: "perceptron.hidden_bias") else { return nil }
        let shape = file.info(of: "perceptron.hidden_bias")?.shape ?? []
        let hiddenCount = shape.first ?? 0
        guard shape.count == 1, (1...4096).contains(hiddenCount) else {
            throw MetadataProblem("perceptron.hidden_bias has shape \(shape), not 1 to 4096 units")
        }
        var tables: [WeightTable] = []
        for family in FeatureFamily.allCases {
            tables.append(
                try table(
                    file, "perceptron.\(family.name)", rows: features.bucketCount(of: family), columns: hiddenCount))
        }
        return MultilayerPerceptron(
            embeddings: tables, hiddenBias: try vector(file, "perceptron.hidden_bias", count: hiddenCount),
            outputWeights: try values(file, "perceptron.output_weight", shape: [hiddenCount, labelCount]),
            outputBias: try vector(file, "perceptron.output_bias", count: labelCount))
    }

    /// Whether the file has a part of the model; one that lacks the tensor that all its shapes follow from is
    /// refused, since the rest of the model would give other answers without it.
    private static func isPresent(
        _ file: SafetensorsFile, part prefix: String, need name: String
    ) throws(MetadataProblem) -> Bool {
        if file.info(of: name) != nil { return true }
        guard !file.tensors.contains(where: { $0.name.hasPrefix(prefix) }) else {
            throw MetadataProblem("it lacks the tensor \(name)")
        }
        return false
    }

    private static func vector(
        _ file: SafetensorsFile, _ name: String, count: Int
    ) throws(MetadataProblem) -> [Float] {
        try values(file, name, shape: [count])
    }

    private static func values(
        _ file: SafetensorsFile, _ name: String, shape: [Int]
    ) throws(MetadataProblem) -> [Float] {
        try floats(file, name, shape: shape).array()
    }

    /// A float tensor of the given shape without NaN or infinity.
    private static func floats(
        _ file: SafetensorsFile, _ name: String, shape: [Int]
    ) throws(MetadataProblem) -> TensorView<Float> {
        do {
            let view = try file.finiteTensor(name)
            guard view.shape == shape else {
                throw MetadataProblem("tensor \(name) has shape \(view.shape) where \(shape) is needed")
            }
            return view
        } catch let error as MetadataProblem {
            throw error
        } catch {
            throw MetadataProblem(problem(error, in: file))
        }
    }

    /// The file's own sentence without its beginning and end, which the caller adds.
    private static func problem(_ error: any Error, in file: SafetensorsFile) -> String {
        var message = "\(error)"
        let start = "\(file.bytes.origin) cannot be used: "
        if message.hasPrefix(start) { message.removeFirst(start.count) }
        return message.split(separator: ";").first.map(String.init) ?? message
    }

    private static func table(
        _ file: SafetensorsFile, _ prefix: String, rows: Int, columns: Int
    ) throws(MetadataProblem) -> WeightTable {
        let name = "\(prefix).weight"
        guard let info = file.info(of: name) else { throw MetadataProblem("it lacks the tensor \(name)") }
        guard info.shape == [rows, columns] else {
            throw MetadataProblem("tensor \(name) has shape \(info.shape) where \([rows, columns]) is needed")
        }
        switch info.dtype {
        case .f32:
            let view = try floats(file, name, shape: [rows, columns])
            return view.withUnsafeBufferPointer { buffer in
                guard let base = buffer.baseAddress else { preconditionFailure("a table of \(rows) rows is empty") }
                return WeightTable(storage: .float(base), rows: rows, columns: columns, owner: view.bytes)
            }
        case .i8:
            guard let scaleCount = file.info(of: "\(prefix).scale")?.shape.first, scaleCount > 0,
                rows % scaleCount == 0
            else { throw MetadataProblem("tensor \(prefix).scale does not divide the \(rows) rows of \(name)") }
            let scales = try floats(file, "\(prefix).scale", shape: [scaleCount])
            let blockRows = rows / scaleCount
            guard blockRows & (blockRows - 1) == 0 else {
                throw MetadataProblem("tensor \(prefix).scale gives blocks of \(blockRows) rows, not a power of two")
            }
            let weights: TensorView<Int8>
            do { weights = try file.tensor(name) } catch { throw MetadataProblem(problem(error, in: file)) }
            return weights.withUnsafeBufferPointer { bytes in
                scales.withUnsafeBufferPointer { scales in
                    guard let bytes = bytes.baseAddress, let scales = scales.baseAddress else {
                        preconditionFailure("a table of \(rows) rows is empty")
                    }
                    return WeightTable(
                        storage: .int8(bytes, scales: scales, blockShift: blockRows.trailingZeroBitCount),
                        rows: rows, columns: columns, owner: weights.bytes)
                }
            }
        default:
            throw MetadataProblem("tensor \(name) has type \(info.dtype.rawValue), not F32 or I8")
        }
    }

    private static func readFilter(_ file: SafetensorsFile) throws(MetadataProblem) -> CoverageFilter {
        let view: TensorView<UInt8>
        do { view = try file.tensor("coverage.filter") } catch { throw MetadataProblem(problem(error, in: file)) }
        guard view.shape.count == 1, view.count > 0, view.count & (view.count - 1) == 0 else {
            throw MetadataProblem("tensor coverage.filter has shape \(view.shape), not a power of two of bytes")
        }
        return view.withUnsafeBufferPointer { CoverageFilter(bits: $0, owner: view.bytes) }
    }
}
