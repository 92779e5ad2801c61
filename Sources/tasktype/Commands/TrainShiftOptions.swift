import ArgumentParser
import ModelFormat
import Samples
import TaskType
import Training

/// Options of `train` for labels of different frequency and for data that change with time; docs/shift.md.
struct TrainShiftOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Weights of labels in training: balanced, none, or a list such as simple=2,code=1 (1 for the others).",
            valueName: "weights"))
    var classWeights = "balanced"

    @OptionGroup var mix: LabelMixOptions

    @Option(
        help: ArgumentHelp(
            "Model to begin with: what the new rows do not speak of is kept, and its features are used.",
            valueName: "model"))
    var warmStart: String?

    @Option(
        help: ArgumentHelp(
            "Age at which a row counts half, in days (90 or 90d) or weeks (12w), counted from the newest `timestamp`.",
            valueName: "half-life"))
    var decay: String?

    @Option(help: "How rows without a timestamp count with --decay: refuse, newest (in full) or oldest.")
    var undated: TimeDecay.Undated = .refuse

    func validate() throws {
        if TrainingOptions.ClassWeights(rawValue: classWeights) == nil {
            guard classWeights.contains("=") else {
                throw ValidationError(
                    "--class-weights takes balanced, none or a list such as simple=2,code=1, not \(classWeights).")
            }
            _ = try labelWeights()
        }
        _ = try halfLifeDays()
    }

    private func labelWeights() throws -> [String: Double] {
        try parseLabelNumbers(classWeights, option: "--class-weights", what: "weight")
    }

    private func halfLifeDays() throws -> Double? {
        guard let decay else { return nil }
        var digits = Substring(decay)
        var factor = 1.0
        if digits.last == "d" || digits.last == "w" { factor = digits.removeLast() == "w" ? 7 : 1 }
        guard let number = Double(digits), number > 0, number.isFinite else {
            throw ValidationError("--decay takes a number of days above 0, such as 90d, or of weeks, such as 12w.")
        }
        return number * factor
    }

    /// Weighs rows by age, if that is asked for.
    func timeDecay() throws -> TimeDecay? {
        try halfLifeDays().map { try TimeDecay(halfLifeDays: $0, undated: undated) }
    }

    /// Puts what does not need the data into the options; `tellsRegularization` and `tellsLoss` say what was given.
    func apply(
        to options: inout TrainingOptions, tellsRegularization: Bool, tellsLoss: Bool
    ) throws {
        options.expectedMix = try mix.mix()
        if let given = TrainingOptions.ClassWeights(rawValue: classWeights) {
            options.classWeights = given
        } else {
            options.classWeights = .none
            options.labelWeights = try labelWeights()
        }
        guard let warmStart else { return }
        let start = try WarmStart(try TaskClassifier(contentsOf: warmStart))
        options.warmStart = start
        options.features = start.features
        if !tellsRegularization { options.inverseRegularizations = WarmStart.inverseRegularizations }
        // A hinge's logits mean something else than a softmax's: the loss stays what it was.
        if !tellsLoss { options.losses = [start.loss ?? .softmax] }
    }
}

extension TimeDecay.Undated: ExpressibleByArgument {}
