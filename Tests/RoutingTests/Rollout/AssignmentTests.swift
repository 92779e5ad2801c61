import Foundation
import Routing
import TaskType
import TestSupport
import Testing

@Suite struct AssignmentTests {

    private func policy(_ rollout: String) throws -> CompiledPolicy {
        try SamplePolicies.compiled("rollout: {name: first, control: maxi, \(rollout)}")
    }

    private func arm(
        _ policy: CompiledPolicy, user: String?, session: String? = nil, state: RoutingState = RoutingState()
    ) -> Decision.Rollout.Arm? {
        var request = RoutingRequest(text: "hello")
        request.id = "id"
        if let user { request.metadata["user"] = user }
        request.session = session
        return policy.decide(request, prediction: .sure("simple"), state: state).rollout?.arm
    }

    @Test func `a user keeps the arm, whatever the request says and in whichever process`() throws {
        let policy = try policy("stage: canary, steps: 0.3, holdout: 0.1")
        var random = SplitMix64(seed: 3)
        for number in 0..<200 {
            let arms = (0..<5).map { _ in
                var request = RoutingRequest(text: "text \(random.next())")
                request.id = "\(random.next())"
                request.metadata = ["user": "u\(number)", "feature": "\(random.next())"]
                request.session = "s\(random.next())"
                return policy.decide(request, prediction: .sure("simple"), state: RoutingState()).rollout?.arm
            }
            #expect(Set(arms).count == 1, "u\(number)")
        }
        // Computed by another program; a change of the hash would exchange the users of running rollouts.
        let places = ["a", "b", "user:42"].map {
            RolloutAssignment.place(of: $0, rollout: "first", draw: .canary)
        }
        #expect(places == AssignmentTests.golden)
    }

    @Test func `a user has one number in a rollout, by which outcomes name it, and no other user has the same`() throws
    {
        let policy = try policy("stage: canary, steps: 0.3, holdout: 0.1")
        func unit(_ user: String, text: String = "x") -> UInt64? {
            var request = RoutingRequest(text: text)
            request.metadata["user"] = user
            return policy.decide(request, prediction: .sure("simple"), state: RoutingState()).rollout?.unit
        }
        #expect(Set((0..<1000).map { unit("u\($0)") }).count == 1000)
        #expect(unit("u7") == unit("u7", text: "y"))
        // Computed by another program.
        #expect(unit("42") == RolloutAssignment.number(of: "user:42", rollout: "first"))
        #expect(unit("42") == 2934726760334140424)
        var request = RoutingRequest(text: "x")
        request.metadata["user"] = "42"
        let decision = policy.decide(request, prediction: .sure("simple"), state: RoutingState())
        #expect(decision.json.contains(#""unit":"28ba3e708e8ca408"}"#))
    }

    private static let golden = [0.22116399801461484, 0.8775063373507168, 0.4784012891777757]

    /// With n users and share p, four standard deviations of the binomial distribution either way.
    @Test(arguments: [0.01, 0.05, 0.2, 0.5, 0.9])
    func `shares of arms are those asked for, within binomial bounds`(share: Double) throws {
        let policy = try policy("stage: canary, steps: \(share), holdout: 0.1")
        let count = 20_000
        var counts: [Decision.Rollout.Arm: Int] = [:]
        for number in 0..<count { counts[arm(policy, user: "user-\(number)") ?? .shadow, default: 0] += 1 }
        for (arm, p) in [(Decision.Rollout.Arm.holdout, 0.1), (.routed, 0.9 * share), (.control, 0.9 * (1 - share))] {
            let bound = 4 * (Double(count) * p * (1 - p)).squareRoot()
            let found = Double(counts[arm] ?? 0)
            #expect(abs(found - Double(count) * p) <= bound, "\(arm): \(found) of \(count), share \(p)")
        }
    }

    @Test func `who is routed at one share is routed at every larger one`() throws {
        let policies = try [0.01, 0.05, 0.2, 0.5, 1].map {
            try self.policy("stage: canary, steps: \($0), holdout: 0.05")
        }
        var everIn = 0
        for number in 0..<3000 {
            let arms = policies.map { arm($0, user: "u\(number)") }
            if let first = arms.firstIndex(of: .routed) {
                everIn += 1
                #expect(arms[first...].allSatisfy { $0 == .routed }, "u\(number): \(arms)")
            } else {
                #expect(arms.allSatisfy { $0 == .holdout }, "u\(number): \(arms)")
            }
        }
        #expect((2800...2900).contains(everIn), "\(everIn) of 3000, all but a twentieth")
    }

    @Test func `another name draws other users`() throws {
        let first = try policy("stage: canary, steps: 0.1")
        let second = try SamplePolicies.compiled(
            "rollout: {name: second, control: maxi, stage: canary, steps: 0.1}")
        let users = (0..<5000).map { "u\($0)" }
        let both = users.filter { arm(first, user: $0) == .routed && arm(second, user: $0) == .routed }.count
        // A tenth of a tenth, four standard deviations either way.
        #expect((22...78).contains(both), "\(both)")
    }

    @Test func `without a user the session decides, and without either the request`() throws {
        let policy = try policy("stage: canary, steps: 0.5")
        let bySession = (0..<200).map { arm(policy, user: nil, session: "s\($0)") }
        #expect(Set(bySession) == [.routed, .control])
        #expect(arm(policy, user: "", session: "s1") == bySession[1])
        var arms: Set<Decision.Rollout.Arm> = []
        for number in 0..<50 {
            var request = RoutingRequest(text: "hello")
            request.id = "\(number)"
            let decision = policy.decide(request, prediction: nil, state: RoutingState())
            if let arm = decision.rollout?.arm { arms.insert(arm) }
        }
        #expect(arms == [.routed, .control])
    }
}
