internal import VectorKernels

/// What finished linear parameters say of some rows of a data set.
enum LinearScoring {
    /// Logits of the rows that `isWanted` lets through, in order, rows × labels.
    ///
    /// `parameters`: weights [active features × labels] times the features' factors, then biases [labels]. One pass over
    /// the blocks, on all threads.
    static func logits(
        _ parameters: [Float], of dataset: Dataset, labelCount: Int, isWanted: [Bool], parallel: Parallel
    ) -> [Float] {
        var starts = [0]
        for block in 0..<dataset.blockCount {
            starts.append(starts[block] + dataset.rows(ofBlock: block).count { isWanted[$0] })
        }
        let first = starts
        let output = SharedBuffer<Float>(count: first[dataset.blockCount] * labelCount, repeating: 0)
        let bias = parameters.count - labelCount
        parameters.withUnsafeBufferPointer { parameters in
            let parameters = SharedConstants(parameters)
            parallel.forEach(dataset.blockCount) { block in
                guard let weights = parameters.buffer.baseAddress, first[block] < first[block + 1] else { return }
                var z = output.base + first[block] * labelCount
                dataset.forEachRow(ofBlock: block, where: { isWanted[$0] }) { _, features in
                    for label in 0..<labelCount { z[label] = weights[bias + label] }
                    features.forEachFamily { _, slots, scale in
                        RowSums.add(float: weights, columns: labelCount, slots: slots, factor: scale, to: z)
                    }
                    z += labelCount
                }
            }
        }
        return Array(output.buffer)
    }
}
