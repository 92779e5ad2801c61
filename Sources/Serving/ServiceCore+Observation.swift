import Logging
import NIOCore
import Synchronization
import TaskType
import Telemetry

/// A request that was answered, as it is counted and logged.
struct AnsweredRequest {
    var route: Route
    var status: Int
    var duration: TimeAmount
    var requestID: String?
    var traceparent: String?
    /// The word of the refusal, where it is one.
    var errorCode: String?
}

extension ServiceCore {
    /// Counts a request, and logs it where the operator wants that.
    func observe(_ request: AnsweredRequest) {
        metrics.requests.answered(
            route: request.route.rawValue, status: request.status,
            nanoseconds: UInt64(max(0, request.duration.nanoseconds)))
        guard logs(request.status) else { return }
        var metadata: Logger.Metadata = [
            "route": "\(request.route.template)", "status": .stringConvertible(request.status),
            "duration_us": .stringConvertible(request.duration.nanoseconds / 1000),
        ]
        // What is too long to be sent back is too long for the log.
        if let id = request.requestID { metadata["request_id"] = "\(id.prefix(256))" }
        if let trace = request.traceparent { metadata["traceparent"] = "\(trace.prefix(256))" }
        if let code = request.errorCode { metadata["error"] = "\(code)" }
        logger.log(level: request.status >= 500 ? .error : .info, "request", metadata: metadata)
    }

    /// Whether requests answered with `status` are logged.
    func logs(_ status: Int) -> Bool { logsAll || logsErrors && status >= 400 }

    /// Counts what the inputs of one call were classified as.
    ///
    /// - Parameters:
    ///   - lateCount: how many of them were answered by default since the call's time was up.
    ///   - duration: of all together.
    func observe(
        _ outcomes: [Outcome], lateCount: Int = 0, model: ServedModel?, metrics modelMetrics: ModelMetrics,
        duration: TimeAmount
    ) {
        if outcomes.isEmpty { return }
        let each = UInt64(max(0, duration.nanoseconds)) / UInt64(outcomes.count)
        for outcome in outcomes {
            let prediction = outcome.prediction
            modelMetrics.classified(
                taskType: modelMetrics.index(of: prediction.taskType),
                source: ClassificationSource(rawValue: prediction.source.rawValue) ?? .default,
                confidence: prediction.confidence, isUncertain: prediction.isUncertain)
            if model != nil { modelMetrics.took(nanoseconds: each) }
        }
        if outcomes.count > 1 { metrics.batchSize.observe(Double(outcomes.count)) }
        if model == nil {
            metrics.failOpen(.noModel).increment(by: outcomes.count)
        } else if lateCount > 0 {
            metrics.failOpen(.timeLimit).increment(by: lateCount)
            metrics.timeouts(.request).increment()
        }
    }

    /// What is counted for `model`, or for the default one where it cannot answer.
    func modelMetrics(for model: ServedModel?, in snapshot: ModelSnapshot) -> ModelMetrics {
        let key = model.map { "\($0.name) \($0.revision)" } ?? snapshot.defaultName
        return modelMetricsByRevision.withLock { known in
            if let metrics = known[key] { return metrics }
            // Revisions that are gone need no place any more.
            if known.count > 64 { known.removeAll() }
            let new = metrics.model(model?.name ?? snapshot.defaultName, labels: model?.labels ?? [])
            known[key] = new
            return new
        }
    }
}
