import Logging
import NIOCore
import Synchronization
import TaskType

/// What all parts of the running service share.
final class ServiceCore: Sendable {
    let configuration: ServiceConfiguration
    let version: String
    let store: ModelStore
    let classification: Classification
    let wireLimits: WireLimits
    let classifyGate: TokenGate?
    let adminGate: TokenGate?
    let logger: Logger
    private let draining = Atomic<Bool>(false)

    init(_ configuration: ServiceConfiguration, version: String, store: ModelStore, logger: Logger) {
        self.configuration = configuration
        self.version = version
        self.store = store
        self.logger = logger
        classification = Classification(configuration.classification)
        wireLimits = WireLimits(
            batchSize: configuration.classification.batchSize,
            labelAliases: configuration.classification.labelAliases)
        classifyGate = configuration.tokens.classify.map(TokenGate.init)
        adminGate = configuration.tokens.admin.map(TokenGate.init)
    }

    /// Whether the service is stopping: requests in flight are finished, connections are closed behind them.
    var isDraining: Bool { draining.load(ordering: .relaxed) }
    func drain() { draining.store(true, ordering: .relaxed) }
}

/// What was waited for too long.
enum TimeoutKind { case header, body, idle, write, request }

extension ServiceCore {
    func countLate(_ count: Int) {}
    func countTimeout(_ kind: TimeoutKind) {}
    func observe(route: Route, status: Int, duration: TimeAmount, requestID: String?) {}
    func observe(_ outcomes: [Outcome], model: ServedModel?, duration: TimeAmount) {}
}
