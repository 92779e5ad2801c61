import HummingbirdCore
import JSONCoding
import NIOCore
import Routing
import Telemetry

/// What the connections of one event loop share: their list, the working memory for answers, and the models' snapshot.
///
/// Made for its loop and used there alone, so it needs no locks.
final class EventLoopState {
    /// Larger bodies are classified on a thread of the pool, so that nobody waits behind them; 64 KiB take about 0.4 ms.
    static let inlineBodyLimit = 64 << 10
    /// Calls with more inputs are spread over the pool.
    static let inlineInputLimit = 4

    let core: ServiceCore
    /// Answers what is not answered here.
    let responder: HTTPChannelHandler.Responder
    let limits: ConnectionLimits
    /// Answers nothing here; for tests that compare both ways.
    let handsEverythingOver: Bool
    private var connections: [ObjectIdentifier: FrontHandler] = [:]
    private(set) var snapshot = ModelSnapshot()
    private var snapshotVersion: Int?
    private var modelMetrics: [String: ModelMetrics] = [:]
    private var json = JSONWriter()
    var ids = ULIDGenerator()
    private(set) var date = HTTPDate()

    init(core: ServiceCore, responder: @escaping HTTPChannelHandler.Responder) {
        self.core = core
        self.responder = responder
        limits = ConnectionLimits(core.configuration.http)
        handsEverythingOver = core.handsEverythingOver
    }

    // MARK: Connections

    func add(_ handler: FrontHandler) { connections[ObjectIdentifier(handler)] = handler }
    func remove(_ handler: FrontHandler) { connections[ObjectIdentifier(handler)] = nil }
    var connectionCount: Int { connections.count }

    /// Looks after all connections; called a few times a second.
    func sweep() {
        let now = NIODeadline.now()
        for handler in Array(connections.values) {
            handler.sweep(now: now)
            if core.isDraining { handler.drain() }
        }
        refreshSnapshot()
    }

    /// Closes all connections, whatever is in flight.
    func cutConnections() {
        for handler in Array(connections.values) { handler.cut() }
    }

    /// Lets go of models that were replaced.
    func refreshSnapshot() {
        let version = core.store.version
        guard version != snapshotVersion else { return }
        snapshot = core.store.snapshot()
        snapshotVersion = version
        modelMetrics = [:]
        for (name, model) in snapshot.models { modelMetrics[name] = core.modelMetrics(for: model, in: snapshot) }
    }

    // MARK: Answers

    /// Whether the call may be answered here: others are refused by the general routes, in full.
    func admits(_ route: HotRoute, _ head: RequestHead, _ bytes: Span<UInt8>) -> Bool {
        if route == .route, core.routing == nil { return false }
        guard let gate = core.classifyGate else { return true }
        guard let authorization = head.authorization else { return false }
        return gate.admits(bytes.extracting(authorization))
    }

    /// Answers a call to a hot route; false where it is too much for the event loop.
    ///
    /// - Parameter request: the whole request, head and body.
    func answer(_ route: HotRoute, _ head: RequestHead, _ request: Span<UInt8>, into out: inout ByteBuffer) -> Bool {
        let start = NIODeadline.now()
        refreshSnapshot()
        json.removeAll()
        var decision: Decision?
        var refusal: WireError?
        do throws(WireError) {
            let body = request.extracting(head.length..<request.count)
            switch route {
            case .classify: guard try answer(ClassifyShape.self, body) else { return false }
            case .systemOne: guard try answer(SystemOneShape.self, body) else { return false }
            case .predict: guard try answer(TextEmbeddingsInferenceShape.self, body) else { return false }
            case .route:
                guard let made = try decide(head, request, body) else { return false }
                made.write(to: &json)
                decision = made
            }
        } catch {
            json.removeAll()
            route.write(error, to: &json)
            refusal = error
        }
        writeHead(refusal?.status ?? 200, retryAfter: refusal?.retryAfter, closes: head.closes, into: &out)
        if let decision { tell(decision, into: &out) }
        if let id = head.requestID { echo("x-request-id: ", request.extracting(id), into: &out) }
        if let trace = head.traceparent { echo("traceparent: ", request.extracting(trace), into: &out) }
        out.writeStaticString("\r\n")
        json.bytes.withUnsafeBufferPointer { _ = out.writeBytes($0) }
        observe(route.route, refusal, NIODeadline.now() - start, head, request)
        return true
    }

    /// Leaves the answer's body in `json`; false where the call is too much for the event loop.
    private func answer<Shape: WireShape>(_ shape: Shape.Type, _ body: Span<UInt8>) throws(WireError) -> Bool {
        let call = try Shape.decode(body, limits: core.wireLimits)
        guard call.inputs.count <= Self.inlineInputLimit else { return false }
        let (outcomes, model, duration) = try classify(call)
        let wall = date.now()
        let context = AnswerContext(
            model: model, modelName: model?.name ?? snapshot.defaultName,
            id: ids.next(milliseconds: wall.milliseconds), created: wall.seconds,
            seconds: Double(duration.nanoseconds) / 1e9)
        try call.write(outcomes, context: context, to: &json)
        return true
    }

    /// Classifies a call's inputs, here and now, and counts them.
    func classify(
        _ call: some WireCall
    ) throws(WireError) -> (outcomes: [Outcome], model: ServedModel?, duration: TimeAmount) {
        let model = try core.classification.model(for: call, in: snapshot)
        let start = NIODeadline.now()
        let outcomes = call.inputs.map { core.classification.outcome(of: $0, needs: call.needs, model: model) }
        let duration = NIODeadline.now() - start
        core.observe(
            outcomes, model: model,
            metrics: model.flatMap { modelMetrics[$0.name] } ?? core.modelMetrics(for: model, in: snapshot),
            duration: duration)
        return (outcomes, model, duration)
    }

    /// Writes a whole answer that refuses a request before its route is known, and announces the connection's end.
    func write(_ error: WireError, into out: inout ByteBuffer) {
        let body = body(of: error)
        writeHead(error.status, retryAfter: error.retryAfter, closes: true, into: &out)
        out.writeStaticString("\r\n")
        out.writeBytes(body)
    }

    /// The body of an answer that refuses a request before its route is known; the refusal is counted.
    func body(of error: WireError) -> [UInt8] {
        json.removeAll()
        PlainErrorShape.write(error, to: &json)
        core.observe(AnsweredRequest(route: .unknown, status: error.status, duration: .zero, errorCode: error.code))
        return json.bytes
    }

    /// Counts the request; its identifiers become strings only where they are logged.
    private func observe(
        _ route: Route, _ refusal: WireError?, _ duration: TimeAmount, _ head: RequestHead, _ request: Span<UInt8>
    ) {
        var answered = AnsweredRequest(
            route: route, status: refusal?.status ?? 200, duration: duration, errorCode: refusal?.code)
        if core.logs(answered.status) {
            if let id = head.requestID { answered.requestID = String(copying: request.extracting(id)) }
            if let trace = head.traceparent { answered.traceparent = String(copying: request.extracting(trace)) }
        }
        core.observe(answered)
    }

    private func writeHead(_ status: Int, retryAfter: Int?, closes: Bool, into out: inout ByteBuffer) {
        out.writeStaticString("HTTP/1.1 ")
        out.writeStaticString(statusLine(status))
        out.writeStaticString("\r\ncontent-type: application/json\r\ncontent-length: ")
        out.writeDecimal(json.bytes.count)
        out.writeStaticString("\r\ndate: ")
        date.write(into: &out)
        out.writeStaticString("\r\n")
        if let retryAfter {
            out.writeStaticString("retry-after: ")
            out.writeDecimal(retryAfter)
            out.writeStaticString("\r\n")
        }
        if closes || core.isDraining { out.writeStaticString("connection: close\r\n") }
    }

    /// Sends a value back that the client sent; it has no line breaks, or the head would not have been read.
    private func echo(_ name: StaticString, _ value: Span<UInt8>, into out: inout ByteBuffer) {
        guard value.count <= 256 else { return }
        out.writeStaticString(name)
        value.withUnsafeBufferPointer { _ = out.writeBytes($0) }
        out.writeStaticString("\r\n")
    }
}

@available(*, unavailable)
extension EventLoopState: Sendable {}

extension ByteBuffer {
    /// Writes a number in decimal digits without making a string.
    mutating func writeDecimal(_ number: Int) {
        var digits: InlineArray<20, UInt8> = .init(repeating: 0)
        var rest = number
        var index = 20
        repeat {
            index -= 1
            digits[index] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        } while rest > 0
        for place in index..<20 { writeInteger(digits[place]) }
    }
}

/// Status and reason, for those that a hot route can answer with.
func statusLine(_ status: Int) -> StaticString {
    switch status {
    case 200: "200 OK"
    case 400: "400 Bad Request"
    case 401: "401 Unauthorized"
    case 404: "404 Not Found"
    case 408: "408 Request Timeout"
    case 413: "413 Content Too Large"
    case 422: "422 Unprocessable Content"
    case 424: "424 Failed Dependency"
    case 429: "429 Too Many Requests"
    case 431: "431 Request Header Fields Too Large"
    case 503: "503 Service Unavailable"
    default: "500 Internal Server Error"
    }
}

extension String {
    /// The text of bytes in UTF-8; what is not becomes U+FFFD.
    fileprivate init(copying bytes: Span<UInt8>) {
        self = bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }
}
