import ArgumentParser
import Training

/// How large a weights file may be, for `train` and `models shrink`.
struct SizeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The most bytes the model may have, such as 512KiB, 2MiB or 1000000: rows of little effect, then bits, are left out until it fits.",
            valueName: "size"))
    var maxSize: ByteCount?
}

/// A number of bytes, plain or with a unit.
struct ByteCount: ExpressibleByArgument {
    let bytes: Int

    init?(argument: String) {
        let digits = argument.prefix { $0.isNumber || $0 == "." }
        let factor: Double? =
            switch argument.dropFirst(digits.count).lowercased() {
            case "", "b": 1
            case "kib", "k": 1024
            case "mib", "m": 1_048_576
            case "gib", "g": 1_073_741_824
            case "kb": 1e3
            case "mb": 1e6
            case "gb": 1e9
            default: nil
            }
        guard let number = Double(digits), let factor else { return nil }
        let bytes = (number * factor).rounded(.down)
        // Less holds no header; more is no limit.
        guard bytes >= 1024, bytes <= 0x1p40 else { return nil }
        self.bytes = Int(bytes)
    }
}

extension SizeSearchReport {
    /// What was tried, a line each, for people.
    func table() -> [String] {
        func line(_ name: String, _ bytes: Int, _ accuracy: Double, _ logLoss: Double, _ rest: String) -> String {
            "  \(name.padded(to: 28)) \("\(bytes)".padded(to: 12))accuracy \(decimal(accuracy, places: 4))  log loss "
                + "\(decimal(logLoss, places: 4))\(rest)"
        }
        var lines = ["smaller models for at most \(maximum_bytes) bytes, judged on \(judged_rows) held-out rows"]
        lines.append(line("float32, all \(rows) rows", float_bytes, float_accuracy, float_log_loss, ""))
        for trial in trials {
            let isChosen = trial.precision == chosen.precision && trial.file_bytes == chosen.file_bytes
            lines.append(
                line(
                    "\(trial.precision), \(trial.kept_rows) rows", trial.file_bytes, trial.accuracy, trial.log_loss,
                    "  p \(decimal(trial.mcnemar_p, places: 3))"
                        + (trial.is_worse ? "  worse" : "") + (isChosen ? "  kept" : "")))
        }
        return lines
    }
}
