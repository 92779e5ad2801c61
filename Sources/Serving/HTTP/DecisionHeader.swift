import HTTPTypes
import Routing

/// What the headers of an answer say of a decision, for gateways that read no bodies.
enum DecisionHeader: String, CaseIterable {
    case decision = "x-tasktype-decision"
    case model = "x-tasktype-model"
    case fallbacks = "x-tasktype-fallbacks"
    case taskType = "x-tasktype-task-type"
    case mode = "x-tasktype-mode"
    case cause = "x-tasktype-cause"

    /// What it says of `decision`; nil where there is nothing to say, or where a header cannot hold it.
    func value(in decision: Decision) -> String? {
        let value: String? =
            switch self {
            case .decision: decision.id
            case .model: decision.model
            case .fallbacks: decision.fallbacks.isEmpty ? nil : decision.fallbacks.joined(separator: ", ")
            case .taskType: decision.taskType
            case .mode: decision.mode
            case .cause: decision.cause.rawValue
            }
        guard let value, value.utf8.count <= 512, value.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            return nil
        }
        return value
    }
}

extension HTTPFields {
    /// Adds what headers say of a decision.
    mutating func tell(_ decision: Decision) {
        for (header, name) in Self.decisionHeaders {
            if let value = header.value(in: decision) { self[name] = value }
        }
    }

    private static let decisionHeaders = DecisionHeader.allCases.map { ($0, HTTPField.Name.checked($0.rawValue)) }
}
