import ArgumentParser
import Training

/// Options of `train` for noisy copies of the training rows; docs/noise.md.
struct NoiseOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Train on a careless copy of each row, too: typos, punctuation (left out), case, or several with commas.",
            valueName: "kinds"))
    var noise: String?

    @Option(
        help: ArgumentHelp(
            "What a copy counts for where its row counts 1 (default: \(TrainingNoise.defaultWeight)).",
            valueName: "weight"))
    var noiseWeight: Double?

    @Option(
        help: ArgumentHelp(
            "Share of characters with a typing error in copies (default: \(TrainingNoise.defaultTypoRate)).",
            valueName: "share"))
    var typoRate: Double?

    func validate() throws { _ = try trainingNoise() }

    /// The noise that is asked for; nil where none is.
    func trainingNoise() throws -> TrainingNoise? {
        guard let noise else {
            if noiseWeight != nil {
                throw ValidationError("--noise-weight needs --noise, which says what copies look like.")
            }
            if typoRate != nil { throw ValidationError("--typo-rate needs --noise typos.") }
            return nil
        }
        var kinds: Set<TrainingNoise.Kind> = []
        for name in noise.split(separator: ",", omittingEmptySubsequences: false) {
            guard let kind = TrainingNoise.Kind(rawValue: String(name)) else {
                throw ValidationError(
                    "--noise takes typos, punctuation or case, or several separated by commas, not \(noise).")
            }
            kinds.insert(kind)
        }
        if typoRate != nil, !kinds.contains(.typos) {
            throw ValidationError("--typo-rate needs typos among the kinds of --noise.")
        }
        do {
            return try TrainingNoise(
                kinds: kinds, weight: noiseWeight ?? TrainingNoise.defaultWeight,
                typoRate: typoRate ?? TrainingNoise.defaultTypoRate)
        } catch { throw ValidationError("\(error.message).") }
    }
}

extension TrainingNoise.Figures {
    /// What was trained on beside the rows, in a line.
    var summary: String {
        "  and on \(copies) copies with noise (\(kinds.map(\.rawValue).joined(separator: ", "))), at weight "
            + decimal(weight, places: 2)
    }
}
