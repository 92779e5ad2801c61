import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import Synchronization

/// The pipeline behind the front handler, and what its watcher tells.
extension FrontHandler {
    /// Makes the general pipeline behind this handler, on its first use.
    func installGeneralPipeline(_ context: ChannelHandlerContext) {
        guard !hasGeneralPipeline else { return }
        hasGeneralPipeline = true
        let channel = context.channel
        let pipeline = GeneralPipeline(
            responder: loop.responder, limits: loop.limits,
            front: NIOLoopBound(self, eventLoop: channel.eventLoop))
        let core = loop.core
        let logger = core.logger
        // On the channel's own loop this completes before it returns.
        pipeline.setup(channel: channel, logger: logger).whenComplete { result in
            switch result {
            case .success(let value):
                // The handlers just added take it from this event that the channel is active.
                pipeline.front.value.context?.fireChannelActive()
                core.generalConnections.wrappingAdd(1, ordering: .relaxed)
                Task {
                    await pipeline.handle(value: value, logger: logger)
                    core.generalConnections.wrappingSubtract(1, ordering: .releasing)
                }
            case .failure(let error):
                logger.error("the HTTP pipeline could not be made", metadata: ["error": "\(error)"])
                channel.close(promise: nil)
            }
        }
    }

    // MARK: What the general decoder tells

    /// What bytes are answered with that the general decoder cannot read.
    func refusalOfOpaqueBytes(isHeadTooLong: Bool) -> (status: Int, headers: HTTPHeaders, body: ByteBuffer) {
        let error =
            isHeadTooLong
            ? WireError.headTooLong(limit: loop.limits.headerLimit)
            : WireError(
                400, "malformed_request", "what was sent is no HTTP request that can be read; correct its lines")
        let body = ByteBuffer(bytes: loop.body(of: error))
        let headers: HTTPHeaders = [
            "content-type": "application/json", "content-length": "\(body.readableBytes)", "connection": "close",
            "date": HTTPDate.text(HTTPDate().now().seconds),
        ]
        return (error.status, headers, body)
    }

    /// It read the whole of a request.
    func generalRequestEnded() { decodedRequests += 1 }

    /// It met bytes that are no HTTP; it will refuse them, and read no more.
    func generalDecoderFailed() { decoderFailed = true }

    /// Requests began, ended or were answered.
    func generalStateChanged(isReading: Bool, unanswered: Int) {
        guard case .handedOver = mode else { return }
        let next: Phase = isReading ? .body : unanswered > 0 ? .answer : .idle
        if next != phase { enter(next) }
    }

    /// No more answers are to come, and what was written is the last.
    func generalAnswersEnded() {
        if let context { end(context) }
    }

    /// The answer to a request was written.
    func generalResponseEnded() {
        guard let context, case .general(let remaining, _) = mode else { return }
        guard remaining == 0 else {
            mode = .general(remaining: remaining, isAnswered: true)
            return
        }
        mode = .open
        enter(.idle)
        // The answer is in the channel's queue but may not be flushed; what follows is written behind it.
        process(context)
        releaseReads(context)
    }
}
