import Conversation
import JSONCoding
import TaskType

/// The project's own protocol, `POST /v1/classify`: one request, or a batch of them.
///
/// One request is `text`, or `messages` with optional `tools`; a batch is `inputs`, whose elements are strings or
/// objects with the same fields and an optional `id`. Beside them stand `model`, `id`, `explain` (true, or the number
/// of features to show) and `top_k` (how many of the most probable labels; more than there are means all). Keys that
/// are not known are read over, so that a chat request can be sent as it is. Null counts as absent.
///
/// vLLM and SGLang have a call of the same path with `input` instead: it is answered in their shape.
enum ClassifyShape: WireShape {
    static func decode(_ body: Span<UInt8>, limits: WireLimits) throws(WireError) -> ClassifyCall {
        var reader = ClassifyReader(limit: limits.batchSize)
        do throws(RequestDecodingError) {
            try reader.read(body)
        } catch {
            throw WireError(error)
        }
        guard !reader.isVLLM else { return ClassifyCall(try VLLMShape.decode(body, limits: limits)) }
        return try reader.call()
    }

    static func write(_ error: WireError, to json: inout JSONWriter) { PlainErrorShape.write(error, to: &json) }
}
