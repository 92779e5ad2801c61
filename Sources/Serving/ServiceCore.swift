import Conversation
import Logging
import Synchronization
import Telemetry

/// What all parts of the running service share.
final class ServiceCore: Sendable {
    let configuration: ServiceConfiguration
    let version: String
    let store: ModelStore
    let classification: Classification
    /// What decides, where there is a policy.
    let routing: RoutingService?
    let wireLimits: WireLimits
    let classifyGate: TokenGate?
    let adminGate: TokenGate?
    let logger: Logger
    let metrics: ServiceMetrics
    let logsAll: Bool
    let logsErrors: Bool
    let modelMetricsByRevision = Mutex<[String: ModelMetrics]>([:])
    /// Connections whose requests Hummingbird answers, each in a task.
    let generalConnections = Atomic<Int>(0)
    /// Whether event loops leave all requests to the general routes; for tests that compare both ways.
    let handsEverythingOver: Bool
    private let draining = Atomic<Bool>(false)

    init(
        _ configuration: ServiceConfiguration, version: String, store: ModelStore, metrics: ServiceMetrics,
        logger: Logger, asks: AskExtractor? = nil, routing: RoutingService? = nil,
        handsEverythingOver: Bool = false
    ) {
        self.handsEverythingOver = handsEverythingOver
        self.configuration = configuration
        self.version = version
        self.store = store
        self.metrics = metrics
        self.logger = logger
        self.routing = routing
        classification = Classification(configuration.classification, asks: asks)
        wireLimits = WireLimits(
            batchSize: configuration.classification.batchSize,
            labelAliases: configuration.classification.labelAliases)
        classifyGate = configuration.tokens.classify.map(TokenGate.init)
        adminGate = configuration.tokens.admin.map(TokenGate.init)
        logsAll = configuration.log.requests == "all"
        logsErrors = configuration.log.requests != "none"
    }

    /// Whether the service is stopping: requests in flight are finished, connections are closed behind them.
    var isDraining: Bool { draining.load(ordering: .relaxed) }
    func drain() { draining.store(true, ordering: .relaxed) }
}
