import JSONCoding
import NIOCore
import Synchronization
import Telemetry

/// Answers decoded calls on the pool.
struct ClassificationExchange: Sendable {
    let core: ServiceCore
    let pool: ClassificationPool

    /// The answer to `call`.
    func answer(_ call: some WireCall) async throws(WireError) -> Exchange.Answer {
        let (outcomes, context) = try await classify(call)
        var json = JSONWriter()
        try call.write(outcomes, context: context, to: &json)
        return Exchange.Answer(body: json.bytes)
    }

    /// The outcomes that the answer to `call` is written from.
    func classify(_ call: some WireCall) async throws(WireError) -> ([Outcome], AnswerContext) {
        let snapshot = core.store.snapshot()
        let model = try core.classification.model(for: call, in: snapshot)
        let start = NIODeadline.now()
        let outcomes: [Outcome]
        let lateCount: Int
        do throws(WireError) {
            (outcomes, lateCount) = try await pool.classify(call.inputs, needs: call.needs, model: model)
        } catch {
            if error.code == "overloaded" { core.metrics.queueRejected.increment() }
            if error.code == "time_limit" { core.metrics.timeouts(.request).increment() }
            throw error
        }
        let duration = NIODeadline.now() - start
        core.observe(
            outcomes, lateCount: lateCount, model: model, metrics: core.modelMetrics(for: model, in: snapshot),
            duration: duration)
        let wall = HTTPDate().now()
        let context = AnswerContext(
            model: model, modelName: model?.name ?? snapshot.defaultName,
            id: Self.ids.withLock { $0.next(milliseconds: wall.milliseconds) }, created: wall.seconds,
            seconds: Double(duration.nanoseconds) / 1e9)
        return (outcomes, context)
    }

    private static let ids = Mutex(ULIDGenerator())
}
