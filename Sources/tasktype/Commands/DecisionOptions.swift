import ArgumentParser
import Training

/// Options of `train` that say what thresholds and candidates are to promise; docs/calibration.md.
struct DecisionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Share of answers that are to be right above a label's threshold (0.9 where left out); below it they are uncertain.",
            valueName: "share"))
    var targetPrecision: Double?

    @Option(
        help: ArgumentHelp(
            "Share of answers that are to be certain, instead: one number for all, or code=0.9,*=0.7 by answered label.",
            valueName: "shares"))
    var targetShare: String?

    @Option(
        help:
            "Candidates hold the truth for the stated share of all requests (marginal) or of each label's (per-label).")
    var candidates: CandidateSets = .marginal

    @Option(
        help: ArgumentHelp("Share of requests whose candidates are to hold the truth (0.95).", valueName: "share"))
    var candidateCoverage = 0.95

    func validate() throws {
        if let targetPrecision, !(targetPrecision >= 0 && targetPrecision <= 1) {
            throw ValidationError("--target-precision must lie between 0 and 1.")
        }
        if !(candidateCoverage > 0 && candidateCoverage < 1) {
            throw ValidationError("--candidate-coverage must lie between 0 and 1, such as 0.95.")
        }
        let shares = try targetShares()
        if shares.overall != nil, targetPrecision != nil {
            throw ValidationError("--target-share and --target-precision exclude each other: give one of them.")
        }
    }

    private func targetShares() throws -> TargetShares {
        guard let targetShare else { return TargetShares() }
        func checked(_ share: Double) throws -> Double {
            guard share > 0, share <= 1 else {
                throw ValidationError("--target-share must lie above 0 and be at most 1, not \(share).")
            }
            return share
        }
        if let overall = Double(targetShare) { return TargetShares(overall: try checked(overall)) }
        var byLabel = try parseLabelNumbers(targetShare, option: "--target-share", what: "share")
        guard !byLabel.isEmpty else { throw ValidationError("--target-share takes a share such as 0.8.") }
        for share in byLabel.values { _ = try checked(share) }
        let others = byLabel.removeValue(forKey: "*")
        return TargetShares(others: others, labels: byLabel)
    }

    func apply(to options: inout TrainingOptions) throws {
        if let targetPrecision { options.targetPrecision = targetPrecision }
        options.targetShares = try targetShares()
        options.candidateSets = candidates
        options.candidateCoverage = candidateCoverage
    }
}

extension CandidateSets: ExpressibleByArgument {}
