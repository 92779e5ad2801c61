internal import FeatureExtraction
internal import Inference
internal import TaskType

/// Turns parameters over active features into the full tables of a model.
enum ModelAssembly {
    /// Tables with a row a bucket; inactive buckets are zero.
    static func tables(
        _ weights: [Float], columns: Int, active: ActiveFeatures, settings: FeatureSettings
    ) -> [WeightTable] {
        FeatureFamily.allCases.map { family in
            let rows = settings.bucketCount(of: family)
            let memory = SharedBuffer<Float>(count: rows * columns, repeating: 0)
            active.base?.fill(family.rawValue, memory)
            let first = active.offsets[family.rawValue]
            for (position, bucket) in active.buckets[family.rawValue].enumerated() {
                for column in 0..<columns {
                    memory[Int(bucket) * columns + column] = weights[(first + position) * columns + column]
                }
            }
            return WeightTable(storage: .float(UnsafePointer(memory.base)), rows: rows, columns: columns, owner: memory)
        }
    }

    static func linear(
        _ parameters: [Float], labelCount: Int, active: ActiveFeatures, settings: FeatureSettings
    ) -> LogisticRegression {
        LogisticRegression(
            tables: tables(parameters, columns: labelCount, active: active, settings: settings),
            bias: Array(parameters[(active.count * labelCount)...]))
    }

    static func perceptron(
        _ parameters: PerceptronParameters, active: ActiveFeatures, settings: FeatureSettings
    ) -> MultilayerPerceptron {
        MultilayerPerceptron(
            embeddings: tables(
                parameters.embeddings, columns: parameters.hiddenBias.count, active: active, settings: settings),
            hiddenBias: parameters.hiddenBias, outputWeights: parameters.output, outputBias: parameters.outputBias)
    }

    /// A filter that owns its bytes.
    static func filter(_ bytes: [UInt8]) -> CoverageFilter {
        let memory = SharedBuffer<UInt8>(count: bytes.count, repeating: 0)
        for (index, byte) in bytes.enumerated() { memory[index] = byte }
        return CoverageFilter(bits: UnsafeBufferPointer(memory.buffer), owner: memory)
    }
}
