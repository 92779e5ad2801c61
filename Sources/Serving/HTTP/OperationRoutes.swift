import CServiceDescription
import Conversation
import HTTPTypes
import Hummingbird
import JSONCoding
import TaskType

extension RouteTable {
    /// Health, metrics, models and the service's description.
    func addOperation(to router: Router<BasicRequestContext>) {
        get(.healthz, router) { () throws(WireError) in Self.health(true) }
        get(.startupz, router) { () throws(WireError) in Self.health(!core.store.snapshot().models.isEmpty) }
        get(.readyz, router) { () throws(WireError) in Self.health(isReady) }
        get(.openAPI, router) { () throws(WireError) in
            Exchange.Answer(contentType: "application/yaml", body: ServiceDescription.bytes)
        }
    }

    /// Whether the default model classifies, tried on a probe, and the service is not about to stop.
    var isReady: Bool {
        guard !core.isDraining, let model = core.store.snapshot().defaultModel else { return false }
        let prediction = model.classifier.classify("Is this service ready to tell what kind of work this is?")
        return prediction.source == .model && prediction.confidence > 0
    }

    private static func health(_ isGood: Bool) -> Exchange.Answer {
        var json = JSONWriter()
        json.object { json in
            json.key("status")
            json.value(isGood ? "ok" : "unavailable")
        }
        return Exchange.Answer(status: isGood ? 200 : 503, body: json.bytes)
    }

    /// Mounts an answer to `GET`.
    func get(
        _ route: Route, _ router: Router<BasicRequestContext>,
        _ answer: @Sendable @escaping () throws(WireError) -> Exchange.Answer
    ) {
        let core = core
        router.get(RouterPath(route.template)) { request, _ in
            await Exchange(core: core, route: route).respond(to: request) { _ throws(WireError) in try answer() }
        }
    }
}

extension ModelSnapshot {
    /// The model that answers where the caller names none.
    var defaultModel: ServedModel? { models[defaultName] }
}

/// The OpenAPI document that is compiled in.
enum ServiceDescription {
    static let bytes: [UInt8] = {
        var count = 0
        guard let base = tasktype_service_description(&count) else { return [] }
        return UnsafeBufferPointer(start: base, count: count).map { UInt8(bitPattern: $0) }
    }()
}
