import CServiceDescription
import Conversation
import Hummingbird
import JSONCoding
import TaskType
import Telemetry

extension RouteTable {
    /// Health, metrics and the service's description.
    func addOperation(to router: Router<BasicRequestContext>) {
        let core = core
        let pool = pool
        get(.healthz, router) { _ throws(WireError) in Self.health(true) }
        get(.startupz, router) { _ throws(WireError) in Self.health(!core.store.snapshot().models.isEmpty) }
        get(.readyz, router) { _ throws(WireError) in Self.health(isReady) }
        get(.openAPI, router) { _ throws(WireError) in
            Exchange.Answer(contentType: "application/yaml", body: ServiceDescription.bytes)
        }
        get(.metrics, router) { _ throws(WireError) in
            core.metrics.queueDepth.set(Double(pool.depth))
            var bytes: [UInt8] = []
            core.metrics.render(into: &bytes)
            return Exchange.Answer(contentType: "text/plain; version=0.0.4; charset=utf-8", body: bytes)
        }
    }

    /// Whether the default model classifies, tried on a probe, and the service is not about to stop.
    var isReady: Bool {
        guard !core.isDraining, let model = core.store.snapshot().defaultModel else { return false }
        let prediction = model.classifier.classify("Is this service ready to tell what kind of work this is?")
        return prediction.source == .model && prediction.confidence > 0
    }

    private static func health(_ isGood: Bool) -> Exchange.Answer {
        Exchange.Answer(status: isGood ? 200 : 503) { json in
            json.object { json in
                json.key("status")
                json.value(isGood ? "ok" : "unavailable")
            }
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
