import Foundation
import Routing
import RoutingPolicyFile
import TaskType
import Testing

enum SamplePolicies {
    /// The package's own files, from this file's place.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    static let example = root + "/Examples/policy.yaml"

    static let base = """
        version: 1
        tiers: [small, large]
        modes: [eco, sport]
        defaults: {mode: eco, task_type: simple}
        models:
          mini: {provider: a, tier: small, input_price: 0.1, output_price: 0.4, context_window: 1000}
          maxi: {provider: b, tier: large, input_price: 2, output_price: 8, context_window: 9000}
        table:
          simple: {eco: mini, sport: [maxi, mini]}
        """

    /// The base policy with lines appended.
    static func file(_ more: String = "") -> PolicyFile { PolicyFile(bytes: Array((base + "\n" + more).utf8)) }

    static func compiled(_ more: String = "") throws -> CompiledPolicy {
        let file = file(more)
        return try CompiledPolicy(try #require(file.policy, "\(file.issues)"), digest: file.digest)
    }
}

extension Prediction {
    static func sure(_ taskType: String, _ confidence: Float = 0.9) -> Prediction {
        var prediction = Prediction.unclassified(as: taskType, bytes: 1)
        prediction.source = .model
        prediction.confidence = confidence
        prediction.isUncertain = false
        return prediction
    }
}
