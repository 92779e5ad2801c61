import HTTPTypes
import Hummingbird
import JSONCoding
import NIOCore

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
        add(VLLMShape.self, at: .vllmClassify, to: router)
        add(SemanticRouterIntentShape.self, at: .intent, to: router)
        add(SemanticRouterBatchShape.self, at: .intentBatch, to: router)
        add(TextEmbeddingsInferenceShape.self, at: .predict, to: router)
        addHuggingFace(to: router)
        addKServe(to: router)
        addOperation(to: router)
        addModels(to: router)
        addRouting(to: router)
        addAnswers(to: router)
        return router
    }

    /// Mounts a protocol that needs nothing but the body.
    private func add<Shape: WireShape>(_ shape: Shape.Type, at route: Route, to router: Router<BasicRequestContext>) {
        post(route, router, errorsAs: Shape.write) { exchange, request, _ throws(WireError) in
            let body = try await exchange.readJSON(request)
            let call = try Shape.decode(body.readableBytesUInt8Span, limits: core.wireLimits)
            return try await ClassificationExchange(core: core, pool: pool).answer(call)
        }
    }

    private func addHuggingFace(to router: Router<BasicRequestContext>) {
        for route in [Route.huggingFaceRoot, .huggingFaceModel] {
            post(route, router, errorsAs: HuggingFaceShape.write) { exchange, request, name throws(WireError) in
                let body = try await exchange.readJSON(request)
                var call = try HuggingFaceShape.decode(body.readableBytesUInt8Span, limits: core.wireLimits)
                call.modelName = name
                return try await ClassificationExchange(core: core, pool: pool).answer(call)
            }
        }
    }

    // MARK: Mounting

    /// Mounts an answer to `POST`; it is given what stands in the path for `{name}`.
    func post(
        _ route: Route, _ router: Router<BasicRequestContext>,
        errorsAs writeError: @Sendable @escaping (WireError, inout JSONWriter) -> Void = PlainErrorShape.write,
        _ answer: @Sendable @escaping (Exchange, Request, String?) async throws(WireError) -> Exchange.Answer
    ) {
        let core = core
        router.post(RouterPath(route.template)) { request, context in
            let exchange = Exchange(core: core, route: route)
            let name = context.parameters.get("name")
            return await exchange.respond(to: request, errorsAs: writeError) { request throws(WireError) in
                try await answer(exchange, request, name)
            }
        }
    }

    /// Mounts an answer to `GET`, and with it one to `HEAD`.
    func get(
        _ route: Route, _ router: Router<BasicRequestContext>,
        errorsAs writeError: @Sendable @escaping (WireError, inout JSONWriter) -> Void = PlainErrorShape.write,
        _ answer: @Sendable @escaping (String?) throws(WireError) -> Exchange.Answer
    ) {
        let core = core
        router.get(RouterPath(route.template)) { request, context in
            let name = context.parameters.get("name")
            return await Exchange(core: core, route: route).respond(to: request, errorsAs: writeError) {
                _ throws(WireError) in try answer(name)
            }
        }
    }
}

extension Exchange.Answer {
    /// An answer that `write` makes.
    init(status: Int = 200, json write: (inout JSONWriter) -> Void) {
        var json = JSONWriter()
        write(&json)
        self.init(status: status, body: json.bytes)
    }
}
