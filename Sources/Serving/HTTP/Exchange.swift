import HTTPTypes
import Hummingbird
import JSONCoding
import Logging
import NIOCore

/// A general request on its way to an answer: tokens, media types, errors, and what is told of it afterwards.
struct Exchange: Sendable {
    let core: ServiceCore
    let route: Route
    let start = NIODeadline.now()

    /// An answer before it becomes a response of Hummingbird's.
    struct Answer: Sendable {
        var status = 200
        var contentType = "application/json"
        var headers = HTTPFields()
        var body: [UInt8]
        /// The word of the refusal, for the log.
        var errorCode: String?
    }

    /// Answers `request` by `handle`, and refuses it in the words of the route's protocol.
    func respond(
        to request: Request,
        errorsAs writeError: @Sendable (WireError, inout JSONWriter) -> Void = PlainErrorShape.write,
        _ handle: (Request) async throws(WireError) -> Answer
    ) async -> Response {
        var answer: Answer
        do throws(WireError) {
            try admit(request)
            answer = try await handle(request)
        } catch {
            var json = JSONWriter()
            writeError(error, &json)
            answer = Answer(status: error.status, body: json.bytes, errorCode: error.code)
            if let seconds = error.retryAfter { answer.headers[.retryAfter] = "\(seconds)" }
            if error.status == 401 { answer.headers[.wwwAuthenticate] = "Bearer" }
            // What is left of a body that is refused would be read as the next request's beginning.
            if error.status == 413 || error.status == 415 || error.status == 408 {
                answer.headers[.connection] = "close"
            }
        }
        answer.headers[.contentType] = answer.contentType
        answer.headers[.contentLength] = "\(answer.body.count)"
        answer.headers[.date] = HTTPDate.text(HTTPDate().now().seconds)
        for name in [HTTPField.Name.requestID, .traceParent] {
            if let value = request.headers[name], value.utf8.count <= 256 { answer.headers[name] = value }
        }
        if core.isDraining { answer.headers[.connection] = "close" }
        core.observe(
            AnsweredRequest(
                route: route, status: answer.status, duration: NIODeadline.now() - start,
                requestID: request.headers[.requestID], traceparent: request.headers[.traceParent],
                errorCode: answer.errorCode))
        return Response(
            status: .init(code: answer.status), headers: answer.headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }

    /// Asks for the token that the route needs.
    private func admit(_ request: Request) throws(WireError) {
        let value = Array((request.headers[.authorization] ?? "").utf8)
        switch route.needs {
        case .nobody: return
        case .classify:
            guard let gate = core.classifyGate, !gate.admits(value.span) else { return }
            throw WireError(
                401, "unauthorized",
                "this route needs the token for classification; send it as `Authorization: Bearer …`")
        case .admin:
            guard let gate = core.adminGate else {
                throw WireError(
                    403, "forbidden",
                    "this route is off, since the service has no administration token; set tokens.admin")
            }
            if gate.admits(value.span) { return }
            if let classify = core.classifyGate, classify.admits(value.span) {
                throw WireError(
                    403, "forbidden", "the token for classification does not open this route; send tokens.admin")
            }
            throw WireError(
                401, "unauthorized", "this route needs the administration token; send it as `Authorization: Bearer …`")
        }
    }

    /// The body of a request in JSON.
    func readJSON(_ request: Request, accepting other: String? = nil) async throws(WireError) -> ByteBuffer {
        if let type = request.headers[.contentType] {
            let bytes = Array(type.utf8)
            guard bytes.span.isJSONMediaType(at: 0..<bytes.count) || type == other else {
                throw WireError(
                    415, "unsupported_media_type",
                    "the body is declared as \(quoted(type)); send JSON with "
                        + "`Content-Type: application/json`")
            }
        }
        if let coding = request.headers[.contentEncoding], coding.lowercased() != "identity" {
            throw WireError(
                415, "unsupported_encoding", "the body is declared as \(quoted(coding)); send it uncompressed")
        }
        let limit = core.configuration.http.bodyLimit
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit {
            throw .bodyTooLarge(length, limit: limit)
        }
        do {
            return try await request.body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw WireError(
                413, "body_too_large",
                "the body has more than the \(limit) bytes that are allowed; send less, or raise http.body_limit")
        } catch {
            throw WireError(400, "incomplete_body", "the body ended early; send all that Content-Length announces")
        }
    }
}

extension WireError {
    /// The refusal of a head that is longer than `limit`.
    static func headTooLong(limit: Int) -> WireError {
        WireError(
            431, "headers_too_large",
            "the request's head is longer than \(limit) bytes; send fewer or shorter headers")
    }

    /// The refusal of a body by its announced length, before it is read.
    static func bodyTooLarge(_ length: Int, limit: Int) -> WireError {
        WireError(
            413, "body_too_large",
            "the body has \(length) bytes, more than the \(limit) that are allowed; "
                + "send less, or raise http.body_limit")
    }
}

extension HTTPField.Name {
    static let requestID = checked("x-request-id")
    static let traceParent = checked("traceparent")

    /// A name that is known to be one.
    static func checked(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("\(text) is no header's name") }
        return name
    }
}
