import ArgumentParser
import FeatureExtraction
import Training

/// Options of `train` for searching settings.
struct TuneOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Search settings for about this many seconds, by cross-validation; never worse there than the defaults.",
            valueName: "seconds"))
    var tune: Double?

    @Option(
        help: ArgumentHelp(
            "Search this many trials instead; the same number gives the same bytes again.", valueName: "n"))
    var tuneTrials: Int?

    /// Whether a search is asked for.
    var isRequested: Bool { tune != nil || tuneTrials != nil }

    func validate() throws {
        if let tune, !(tune > 0 && tune <= 1_000_000) {
            throw ValidationError("--tune takes seconds above 0, such as --tune 60.")
        }
        if let tuneTrials, !(1...1_000_000).contains(tuneTrials) {
            throw ValidationError("--tune-trials takes the number of trials, at least 1, such as --tune-trials 40.")
        }
    }

    /// What `trainer` is told of the search.
    func options(fixed: Set<TuningDimension>, inverseRegularizations: [Double]?) -> TuningOptions {
        var options = TuningOptions()
        options.seconds = tune
        options.trials = tuneTrials
        options.fixed = fixed
        options.inverseRegularizations = inverseRegularizations
        options.isInterrupted = { Interruption.isRequested }
        return options
    }
}

extension TuningReport {
    /// The table of trials, and what was chosen, for people.
    func lines() -> [String] {
        var lines = [
            "     #  rung          loss           C        accuracy  macro-F1  log loss  settings beside the defaults"
        ]
        for trial in trials {
            lines.append(
                "  " + String(trial.number).leftPadded(to: 4) + "  " + trial.rung.padded(to: 12) + "  "
                    + trial.configuration.loss.rawValue.padded(to: 13) + "  "
                    + decimal(trial.inverse_regularization, places: 3).padded(to: 7) + "  "
                    + decimal(trial.accuracy, places: 4).padded(to: 8) + "  "
                    + decimal(trial.macro_f1, places: 4).padded(to: 8) + "  "
                    + decimal(trial.log_loss, places: 4).padded(to: 8) + "  " + trial.summary)
        }
        for member in members {
            lines.append(
                "kept \(member.loss.rawValue) C=\(decimal(member.inverse_regularization, places: 3)) of trial "
                    + "\(member.number), \(member.summary)"
                    + (members.count > 1 ? ", share \(decimal(member.share, places: 2))" : ""))
        }
        let sign = gain >= 0 ? "+" : ""
        lines.append(
            "\(reason); \(sign)\(decimal(100 * gain, places: 2)) points over the defaults on held-out rows (standard error "
                + "\(decimal(100 * gain_standard_error, places: 2)))")
        lines.append("the same again: --tune-trials \(trialCount) in place of --tune")
        return lines
    }
}

extension String {
    fileprivate func leftPadded(to width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
