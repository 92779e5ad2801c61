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
        let snapshot = core.store.snapshot()
        let model = try core.classification.model(for: call, in: snapshot)
        let start = NIODeadline.now()
        let (outcomes, lateCount) = try await pool.classify(call.inputs, needs: call.needs, model: model)
        let duration = NIODeadline.now() - start
        core.observe(outcomes, model: model, duration: duration)
        core.countLate(lateCount)
        let wall = HTTPDate().now()
        let context = AnswerContext(
            model: model, modelName: model?.name ?? snapshot.defaultName,
            id: Self.ids.withLock { $0.next(milliseconds: wall.milliseconds) }, created: wall.seconds,
            seconds: Double(duration.nanoseconds) / 1e9)
        var json = JSONWriter()
        try call.write(outcomes, context: context, to: &json)
        return Exchange.Answer(body: json.bytes)
    }

    private static let ids = Mutex(ULIDGenerator())
}
