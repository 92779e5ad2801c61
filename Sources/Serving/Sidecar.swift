import CoreMetrics
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization
import Telemetry
import UnixSignals

/// The sidecar: classification for any router, over HTTP.
public struct Sidecar: Sendable {
    private let core: ServiceCore
    private let pool: ClassificationPool
    private let eventLoops: MultiThreadedEventLoopGroup
    private let services: ServiceGroup
    private let sink: LogSink

    /// A sidecar that is ready to run.
    ///
    /// - Parameters:
    ///   - version: the program's version, told in metrics and descriptions.
    ///   - stopsOnSignals: whether SIGTERM and SIGINT stop it.
    ///   - onListening: told once, with the TCP port where there is one, when connections are accepted.
    public init(
        _ configuration: ServiceConfiguration, version: String, stopsOnSignals: Bool = true,
        onListening: @escaping @Sendable (Int?) -> Void = { _ in }
    ) throws {
        try self.init(
            configuration, version: version, stopsOnSignals: stopsOnSignals, handsEverythingOver: false,
            onListening: onListening)
    }

    /// A sidecar that can leave all requests to the general routes, for tests that compare both ways.
    init(
        _ configuration: ServiceConfiguration, version: String, stopsOnSignals: Bool, handsEverythingOver: Bool,
        onListening: @escaping @Sendable (Int?) -> Void
    ) throws {
        let sink = LogSink(format: configuration.log.format == "text" ? .text : .json)
        let level = Logger.Level(rawValue: configuration.log.level) ?? .info
        let logger = Logger(label: "tasktype") { sink.handler(label: $0, level: level) }
        let registry = PrometheusRegistry()
        // What libraries count through swift-metrics is scraped with the rest; a process can have one such backend.
        if stopsOnSignals { MetricsSystem.bootstrap(registry) }
        let metrics = ServiceMetrics(
            registry: registry, routes: Route.allCases.map(\.template), version: version,
            defaultLabel: configuration.classification.defaultLabel,
            connectionLimit: configuration.listen.maxConnections, logSink: sink)
        for warning in configuration.warnings { logger.warning("\(warning)") }
        let reporter = ModelEventReporter(logger: logger, metrics: metrics)
        let store: ModelStore
        do throws(ModelStoreError) {
            store = try ModelStore(
                configuration.models, defaultLabel: configuration.classification.defaultLabel, onEvent: reporter.report)
        } catch {
            throw ServiceError(error.message)
        }
        let asks = try configuration.classification.askRules.map { try AskRuleFile(path: $0).extractor() }
        let routing = try RoutingService(configuration.routing, metrics: metrics.routing, logger: logger)
        core = ServiceCore(
            configuration, version: version, store: store, metrics: metrics, logger: logger, asks: asks,
            routing: routing, handsEverythingOver: handsEverythingOver)
        self.sink = sink
        eventLoops = MultiThreadedEventLoopGroup(numberOfThreads: configuration.listen.threads ?? System.coreCount)
        pool = ClassificationPool(configuration.classification, asks: asks, timers: eventLoops)
        let router = RouteTable(core: core, pool: pool).router().buildResponder()
        let listener = Listener(
            core: core, group: eventLoops, responder: GeneralResponder(router: router, core: core).respond,
            onListening: onListening)
        var running: [any ServiceLifecycle.Service] = [
            listener, ModelWatcher(store: store, interval: configuration.models.watchInterval),
        ]
        if let routing {
            running.append(PolicyWatcher(routing: routing, interval: configuration.routing.watchInterval))
        }
        if stopsOnSignals { running.append(ReloadOnHangup(store: store, routing: routing)) }
        services = ServiceGroup(
            configuration: .init(
                services: running, gracefulShutdownSignals: stopsOnSignals ? [.sigterm, .sigint] : [], logger: logger
            ))
    }

    /// Serves until it is told to stop, then finishes what is in flight.
    ///
    /// - Throws: `ServiceError` where it cannot start.
    public func run() async throws {
        do {
            try await services.run()
        } catch {
            await release()
            throw error
        }
        await release()
    }

    /// Stops it as SIGTERM does.
    public func stop() async { await services.triggerGracefulShutdown() }

    private func release() async {
        // Nothing is left that could fail usefully.
        try? await pool.shutdown()
        // The connections are closed; what answers them must be gone before the event loops are.
        let deadline = ContinuousClock.now + .seconds(10)
        while core.generalConnections.load(ordering: .acquiring) > 0, ContinuousClock.now < deadline {
            try? await Task.sleep(for: .milliseconds(5))
        }
        // Nobody is left who could report anything.
        core.routing?.close()
        try? await eventLoops.shutdownGracefully()
        sink.flush()
        sink.close()
    }
}

/// Carries requests from Hummingbird's connections to its router.
struct GeneralResponder: Sendable {
    let router: RouterResponder<BasicRequestContext>
    let core: ServiceCore

    /// Answers one request; whatever goes wrong is answered too.
    @Sendable
    func respond(to request: Request, _ writer: consuming ResponseWriter, channel: any Channel) async throws {
        let start = NIODeadline.now()
        let context = BasicRequestContext(
            source: ApplicationRequestContextSource(channel: channel, logger: core.logger))
        let response: Response
        do {
            response = try await router.respond(to: request, context: context)
        } catch {
            core.logger.error("a request failed", metadata: ["error": "\(error)"])
            core.observe(
                AnsweredRequest(
                    route: Route.matching(request.uri.path) ?? .unknown, status: 500,
                    duration: NIODeadline.now() - start, errorCode: "internal"))
            response = Response(
                status: .internalServerError, headers: [.contentType: "application/json"],
                body: .init(
                    byteBuffer: ByteBuffer(
                        string: #"{"error":{"code":"internal","message":"the service failed to answer"}}"#)))
        }
        try await writer.write(response: response.head, body: response.body)
    }
}
