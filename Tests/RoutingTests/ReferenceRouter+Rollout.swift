// A wrong assumption should end the test.
// swift-format-ignore-file: NeverForceUnwrap

import Routing

extension ReferenceRouter {
    /// As docs/rollout.md describes it: an arm for each user, and the model of before in all arms but one.
    func roll(out rollout: Policy.Rollout, _ answer: inout Answer, room: Int, output: Int) {
        var arm = arm(rollout, answer.taskType)
        defer { answer.rollout = arm }
        guard arm.arm != "routed" else { return }
        arm.model = answer.model
        arm.cost = answer.model.map { _ in answer.cost }
        guard answer.refusedBy == nil || arm.arm == "shadow" else { return }
        let control = rollout.taskTypes[answer.taskType]?.control ?? rollout.plan.control ?? policy.baseline!
        answer.refusedBy = nil
        answer.cause = "rollout"
        answer.model = control
        answer.cost = cost(control, output: output)
        (answer.hedge, answer.cascade, answer.judge) = ([], [], nil)
        answer.fallbacks = fallbacks(of: control, [control], output: output) {
            failed($0, 0, policy.tiers.count - 1, room: room).isEmpty
        }
    }

    /// The arm of the request, by docs/rollout.md.
    func arm(_ rollout: Policy.Rollout, _ taskType: String) -> Arm {
        let own = rollout.taskTypes[taskType]
        let steps = own?.steps ?? rollout.plan.steps
        let known = state.rollout.name == rollout.name ? state.rollout.progress[taskType] : nil
        var arm = Arm(stage: known?.stage ?? 1, takenBack: known?.takenBack != nil)
        if own?.stage ?? rollout.plan.stage == .shadow {
            arm.arm = "shadow"
        } else {
            if !arm.takenBack { arm.share = steps[min(known?.step ?? 0, steps.count - 1)] }
            let unit = unit(rollout)
            if place(rollout.name, "holdout", unit) < rollout.holdout {
                arm.arm = "holdout"
            } else {
                arm.arm = place(rollout.name, "canary", unit) < arm.share ? "routed" : "control"
            }
        }
        return arm
    }

    private func unit(_ rollout: Policy.Rollout) -> String {
        for name in rollout.units {
            let value = (name == "session" ? request.session : request.metadata[name]) ?? ""
            if value != "" { return "\(name):\(value)" }
        }
        return "request:" + (request.id == "" ? request.text : request.id)
    }

    private func place(_ rollout: String, _ draw: String, _ unit: String) -> Double {
        let bytes = Array((rollout + "\0" + draw + "\0" + unit).utf8)
        var hash = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
        hash ^= hash >> 31
        return Double(hash >> 11) * 0x1p-53
    }
}
