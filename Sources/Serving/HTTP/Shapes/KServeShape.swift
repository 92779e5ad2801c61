import JSONCoding

/// The Open Inference Protocol, version 2, over HTTP, as KServe and Triton speak it: `POST /v2/models/{m}/infer`.
///
/// A body may be JSON alone, or JSON followed by tensors in binary form; the header ``headerName`` then says how long
/// the JSON is. `tritonclient` sends and asks for the binary form unless told otherwise.
enum KServeShape: WireShape {
    /// The header, of requests and answers, with the length of the JSON where binary tensors follow it.
    static let headerName = "Inference-Header-Content-Length"

    /// What `GET /v2` says that the server has beyond the protocol.
    static let extensions = ["classification", "binary_tensor_data"]

    /// Reads a body that is JSON alone.
    static func decode(_ body: Span<UInt8>, limits: WireLimits) throws(WireError) -> KServeCall {
        try decode(body, headerLength: nil, limits: limits)
    }

    /// Reads a body of which the first `headerLength` bytes are JSON, or all where it is nil.
    static func decode(
        _ body: Span<UInt8>, headerLength: Int?, limits: WireLimits
    ) throws(WireError) -> KServeCall {
        if let headerLength, !(0...body.count).contains(headerLength) {
            throw WireError(
                400, "wrong_length",
                "\(headerName) says \(headerLength) bytes and the body has \(body.count); correct the header")
        }
        let end = headerLength ?? body.count
        var reader = KServeRequestReader(limit: limits.batchSize)
        do throws(RequestDecodingError) {
            try reader.read(body.extracting(..<end))
        } catch {
            throw adapted(WireError(error))
        }
        do throws(WireError) {
            return try reader.call(
                tail: body.extracting(end...), hasHeaderLength: headerLength != nil, limit: limits.batchSize)
        } catch {
            throw adapted(error)
        }
    }

    /// The number in the header ``headerName``; nil where the request has no such header.
    static func headerLength(_ value: String?) throws(WireError) -> Int? {
        guard let value else { return nil }
        guard !value.isEmpty, value.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let length = Int(value)
        else {
            throw WireError(
                400, "wrong_length",
                "\(headerName) must be the length of the JSON in bytes, not \(quoted(value)); correct the header")
        }
        return length
    }

    /// `error` with the status that this protocol has for it: what is wrong with a request's content is 400 here.
    static func adapted(_ error: WireError) -> WireError {
        var error = error
        if error.status == 422 { error.status = 400 }
        return error
    }

    /// Writes `{"error": sentence}`.
    static func write(_ error: WireError, to json: inout JSONWriter) {
        json.object { json in
            json.key("error")
            json.value(error.message)
        }
    }
}
