internal import Inference

extension TuningSearch {
    /// What a search ends with.
    struct Choice {
        let average: TunedAverage
        let report: TuningReport
    }

    /// The best configuration that deserves to take the place of the defaults, or they; and an average around it where
    /// that helps on the held-out rows.
    func choice() -> Choice {
        let defaults = finished[defaultsIndex]
        let isDeserved = leader != defaultsIndex && deserves(leader)
        let first = isDeserved ? finished[leader] : defaults
        var reason: String
        if isDeserved {
            reason = "beats the defaults by more than a standard error"
        } else if leader == defaultsIndex {
            reason = "nothing did better than the defaults"
        } else {
            reason = "no lead over the defaults was larger than chance"
        }
        var chosen = TunedAverage(first)
        let average = TunedAverage(growing: first, from: finished)
        if average.members.count > 1 {
            let lead = PairedMerit(average.heldOut, over: first.heldOut, seed: options.seed)
            let single = TrialScore(first.heldOut)
            if lead.isBetter(by: 1) || TrialScore(average.heldOut).logLoss < 0.98 * single.logLoss, lead.difference >= 0
            {
                chosen = average
                reason += "; the average of \(average.members.count) predicts held-out rows better than one alone"
            }
        }
        let gain = PairedMerit(chosen.heldOut, over: defaults.heldOut, seed: options.seed)
        let report = TuningReport(
            trials: trials,
            members: chosen.members.map { member in
                TuningReport.Member(
                    number: member.finished.number, share: member.share,
                    summary: member.finished.configuration.summary(beside: space.defaults),
                    loss: member.finished.configuration.loss, inverse_regularization: member.finished.c)
            }, gain: gain.difference, gain_standard_error: gain.standardError, reason: reason)
        return Choice(average: chosen, report: report)
    }
}
