internal import Inference

/// The perceptron's part of a search: its size, and its average with the linear model.
extension ModelSearch {
    /// Hidden units that are tried beside those of the options.
    private static let triedUnits = [16, 32, 64]

    /// Chooses the size on the first split, and adds the perceptron of that size to `found` where held-out rows are
    /// predicted better with it than without; in place of `found` where there is no linear model.
    ///
    /// How many sizes are tried does not depend on the clock: the result follows from the seed.
    func addPerceptron(to found: Found?, _ trials: inout [TrainingReport.Trial]) throws(TrainingError) -> Found {
        var sizes: [(units: Int, score: HeldOutScore)] = []
        for units in Set(Self.triedUnits + [options.hiddenUnits]).sorted() {
            var ignored: [TrainingReport.Trial] = []
            let search = with(units: units, splits: [splits[0]])
            guard let (_, heldOut, _) = try search.searchPerceptron(&ignored) else { continue }
            sizes.append((units, HeldOutScore(heldOut)))
            if var trial = ignored.last {
                trial.kind = "mlp of \(units) units, first part"
                trials.append(trial)
            }
        }
        let best = HeldOutScore.best(sizes.map(\.score)).map { sizes[$0].units } ?? options.hiddenUnits
        let search = with(units: best, splits: splits)
        guard let (epochs, own, last) = try search.searchPerceptron(&trials) else {
            throw TrainingError(
                .unusableData, "no row could be held out to choose settings on; give more samples or --validation")
        }
        var candidates = [found?.heldOut ?? own]
        var share: Float = 1
        if let found {
            let aligned = own.rows(found.heldOut.rows)
            let first = CalibrationFitting.fitOne(found.heldOut, isVector: false).scales[0]
            let second = CalibrationFitting.fitOne(aligned, isVector: false).scales[0]
            share = second / (first + second)
            var average = found.heldOut
            for index in average.logits.indices {
                average.logits[index] = (1 - share) * average.logits[index] + share * aligned.logits[index]
            }
            candidates.append(average)
        }
        let winner = HeldOutScore.best(candidates.map(HeldOutScore.init)) ?? 0
        if let found, winner == 0 { return found }
        let score = HeldOutScore(candidates[winner])
        var result =
            found
            ?? Found(
                heldOut: own, trials: [], chosen: .init(kind: "mlp", accuracy: 0, macro_f1: 0, log_loss: 0),
                trainedRows: (0..<dataset.rowCount).count(where: isTrainedOnFinally))
        result.heldOut = candidates[winner]
        result.perceptronShare = share
        result.chosen = TrainingReport.Trial(
            kind: found == nil ? "mlp" : "average", epochs: epochs, accuracy: score.accuracy,
            macro_f1: score.macroF1, log_loss: score.logLoss)
        result.perceptron =
            splits.count == 1
            ? last
            : try search.perceptronTraining("training the perceptron").run(
                epochs: epochs, isTrainedOn: isTrainedOnFinally, isJudged: { _ in false }
            ).parameters
        return result
    }

    private func with(units: Int, splits: [Split]) -> ModelSearch {
        var options = options
        options.hiddenUnits = units
        return ModelSearch(
            dataset: dataset, active: active, labelCount: labelCount, rowWeights: rowWeights, splits: splits,
            options: options, parallel: parallel, progress: progress)
    }
}

extension HeldOutLogits {
    /// The same logits for `wanted` rows, in their order.
    fileprivate func rows(_ wanted: [Int]) -> HeldOutLogits {
        var positions: [Int: Int] = [:]
        for (position, row) in rows.enumerated() { positions[row] = position }
        var part = HeldOutLogits(rows: [], logits: [], truths: [], weights: [], labelCount: labelCount)
        for row in wanted {
            guard let position = positions[row] else { continue }
            part.rows.append(row)
            part.logits += logits[position * labelCount..<(position + 1) * labelCount]
            part.truths.append(truths[position])
            part.weights.append(weights[position])
        }
        return part
    }
}
