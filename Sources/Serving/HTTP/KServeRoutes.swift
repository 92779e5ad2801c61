import HTTPTypes
import Hummingbird
import JSONCoding
import NIOCore

extension RouteTable {
    /// The Open Inference Protocol, and text-embeddings-inference's description of itself.
    func addKServe(to router: Router<BasicRequestContext>) {
        let core = core
        get(.serverMetadata, router, errorsAs: KServeShape.write) { _ throws(WireError) in
            Exchange.Answer { KServeDocuments.writeServer(version: core.version, to: &$0) }
        }
        get(.live, router, errorsAs: KServeShape.write) { _ throws(WireError) in
            Exchange.Answer { KServeDocuments.writeLive(true, to: &$0) }
        }
        get(.ready, router, errorsAs: KServeShape.write) { _ throws(WireError) in
            let isReady = isReady
            return Exchange.Answer(status: isReady ? 200 : 503) { KServeDocuments.writeReady(isReady, to: &$0) }
        }
        get(.modelList, router, errorsAs: KServeShape.write) { _ throws(WireError) in
            let names = core.store.snapshot().knownNames.sorted()
            return Exchange.Answer { KServeDocuments.writeModels(names, to: &$0) }
        }
        get(.model, router, errorsAs: KServeShape.write) { name throws(WireError) in
            let model = try model(name)
            return Exchange.Answer {
                KServeDocuments.writeModel(model.name, revision: model.revision, labels: model.labels, to: &$0)
            }
        }
        get(.modelReady, router, errorsAs: KServeShape.write) { name throws(WireError) in
            let snapshot = core.store.snapshot()
            guard let name, snapshot.knownNames.contains(name) else { throw Self.unknownModel }
            let isReady = snapshot.models[name] != nil && !core.isDraining
            return Exchange.Answer(status: isReady ? 200 : 503) {
                KServeDocuments.writeModelReady(name, isReady, to: &$0)
            }
        }
        get(.info, router, errorsAs: TextEmbeddingsInferenceShape.write) { _ throws(WireError) in
            let snapshot = core.store.snapshot()
            let info = TextEmbeddingsInferenceInfo(
                modelName: snapshot.defaultName, revision: snapshot.defaultModel?.revision,
                labels: snapshot.defaultModel?.labels ?? [], batchSize: core.wireLimits.batchSize,
                queue: core.configuration.classification.queue, version: core.version)
            return Exchange.Answer { info.write(to: &$0) }
        }
        addInference(to: router)
    }

    private func addInference(to router: Router<BasicRequestContext>) {
        let core = core
        let pool = pool
        post(.infer, router, errorsAs: KServeShape.write) { exchange, request, name throws(WireError) in
            let body = try await exchange.readJSON(request, accepting: "application/octet-stream")
            let length = try KServeShape.headerLength(request.headers[.inferenceHeaderLength])
            var call = try KServeShape.decode(
                body.readableBytesUInt8Span, headerLength: length, limits: core.wireLimits)
            call.modelName = name
            let (outcomes, context) = try await ClassificationExchange(core: core, pool: pool).classify(call)
            let answer = call.answer(outcomes, context: context)
            var headers = HTTPFields()
            if let length = answer.headerLength { headers[.inferenceHeaderLength] = "\(length)" }
            return Exchange.Answer(contentType: answer.contentType, headers: headers, body: answer.body)
        }
    }

    /// The model that a path names.
    private func model(_ name: String?) throws(WireError) -> ServedModel {
        let snapshot = core.store.snapshot()
        guard let name, snapshot.knownNames.contains(name) else { throw Self.unknownModel }
        guard let model = snapshot.models[name] else {
            throw WireError(503, "no_model", "the model cannot answer at the moment; GET /v1/models says why")
        }
        return model
    }

    private static let unknownModel = WireError(
        404, "unknown_model", "there is no model of that name; GET /v1/models lists those there are", field: "model")
}

extension HTTPField.Name {
    static let inferenceHeaderLength = checked(KServeShape.headerName)
}
