import HTTPTypes
import Hummingbird
import JSONCoding
import Logging
import NIOCore
import Telemetry

/// All routes, as Hummingbird serves them: the breadth of the service, and the calls too large for an event loop.
struct RouteTable: Sendable {
    let core: ServiceCore
    let pool: ClassificationPool

    /// The router of the service.
    func router() -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: UnknownRouteMiddleware(table: self))
        add(ClassifyShape.self, at: .classify, to: router)
        add(SystemOneShape.self, at: .systemOne, to: router)
        add(TextEmbeddingsInferenceShape.self, at: .predict, to: router)
        addOperation(to: router)
        return router
    }

    private func add<Shape: WireShape>(_ shape: Shape.Type, at route: Route, to router: Router<BasicRequestContext>) {
        let core = core
        let pool = pool
        router.post(RouterPath(route.template)) { request, context in
            let exchange = Exchange(core: core, route: route)
            return await exchange.respond(to: request, errorsAs: Shape.write) { request throws(WireError) in
                let body = try await exchange.readJSON(request)
                let call = try Shape.decode(body.readableBytesUInt8Span, limits: core.wireLimits)
                return try await ClassificationExchange(core: core, pool: pool).answer(call)
            }
        }
    }
}
