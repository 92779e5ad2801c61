import HummingbirdCore
import Logging
import NIOCore
import Synchronization
import Telemetry

/// Answers hot routes on the event loop, straight from a connection's bytes, and hands everything else to Hummingbird.
///
/// It finds where each request ends, so that requests of both kinds may follow each other on one connection: the
/// bytes of a general request, and no more, go on to the general decoder, and the next request waits for its answer.
/// What it cannot frame beyond doubt goes on together with everything after it.
final class FrontHandler: ChannelInboundHandler, ChannelOutboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    private enum Mode {
        /// The next bytes are a request of any kind.
        case open
        /// A general request is being read (`remaining` bytes of it are to come) or answered.
        case general(remaining: Int, isAnswered: Bool)
        /// All bytes go to the general decoder.
        case handedOver
        /// The last answer is written: nothing that comes is answered any more, but bytes are read, as closing with some
        /// unread would reset the connection and discard the answer.
        case lingering
        case closed
    }

    /// What a connection is waiting for, and since when.
    enum Phase { case idle, head, body, answer, lastAnswer, linger }

    private let loop: EventLoopState
    private var mode = Mode.open
    private var pending = ByteBuffer()
    /// Bytes of `pending` known to hold no end of a head.
    private var searched = 0
    /// The head at the beginning of `pending`, while its body is still to come.
    private var head: RequestHead?
    private var isProcessing = false
    private var readWasHeld = false
    private var hasGeneralPipeline = false
    /// Requests that were forwarded whole, and those that the general decoder found the end of; they must agree.
    private var forwardedRequests = 0
    private var decodedRequests = 0
    private var decoderFailed = false
    private var inputEnded = false
    private(set) var phase = Phase.idle
    private(set) var phaseStart = NIODeadline.now()
    private var unwritableSince: NIODeadline?
    private var context: ChannelHandlerContext?

    init(loop: EventLoopState) { self.loop = loop }

    // MARK: Life of the connection

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        loop.add(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        loop.remove(self)
        mode = .closed
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        mode = .closed
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case ChannelEvent.inputClosed? = event as? ChannelEvent else {
            return context.fireUserInboundEventTriggered(event)
        }
        inputEnded = true
        switch mode {
        case .open, .general: process(context)
        case .handedOver: context.fireUserInboundEventTriggered(event)
        case .lingering: if phase == .linger { context.close(promise: nil) }
        case .closed: break
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        loop.core.logger.debug("connection error", metadata: ["error": "\(error)"])
        context.close(promise: nil)
    }

    /// Closes the connection as soon as no request is in flight and all answers are sent.
    func drain() {
        guard let context, phase == .idle, pending.readableBytes == 0 else { return }
        guard (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0 == 0 else { return }
        context.close(promise: nil)
    }

    /// Closes the connection, whatever is in flight.
    func cut() { context?.close(promise: nil) }

    /// Closes the connection where something takes longer than it may.
    func sweep(now: NIODeadline) {
        guard let context else { return }
        if let since = unwritableSince, now - since > loop.limits.writeTimeout {
            loop.core.metrics.timeouts(.write).increment()
            return context.close(promise: nil)
        }
        let age = now - phaseStart
        switch phase {
        case .idle where age > loop.limits.idleTimeout:
            loop.core.metrics.timeouts(.idle).increment()
            context.close(promise: nil)
        case .head where age > loop.limits.headerTimeout:
            loop.core.metrics.timeouts(.header).increment()
            refuseUnlessGeneral(
                context, 408, "request_timeout", "the request's head did not arrive in time; send it at once")
        case .body where age > loop.limits.bodyTimeout:
            loop.core.metrics.timeouts(.body).increment()
            refuseUnlessGeneral(
                context, 408, "request_timeout", "the request's body did not arrive in time; send it at once")
        case .lastAnswer where age > loop.limits.writeTimeout:
            loop.core.metrics.timeouts(.write).increment()
            context.close(promise: nil)
        case .linger where age > .seconds(2): context.close(promise: nil)
        default: break
        }
    }

    /// A request that the general decoder is reading is refused by closing: it may have begun to answer.
    private func refuseUnlessGeneral(
        _ context: ChannelHandlerContext, _ status: Int, _ code: String, _ message: String
    ) {
        if case .open = mode {
            refuse(context, WireError(status, code, message))
        } else {
            context.close(promise: nil)
        }
    }

    private func enter(_ phase: Phase) {
        self.phase = phase
        phaseStart = .now()
    }

    // MARK: Bytes in

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        switch mode {
        case .open, .general:
            if pending.readableBytes == 0 {
                swap(&pending, &bytes)
            } else {
                pending.writeBuffer(&bytes)
            }
            process(context)
        case .handedOver:
            if phase == .idle { enter(.head) }
            context.fireChannelRead(wrapInboundOut(bytes))
        case .lingering, .closed: break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if hasGeneralPipeline { context.fireChannelReadComplete() }
    }

    func read(context: ChannelHandlerContext) {
        if mustHoldReads(context) {
            readWasHeld = true
        } else {
            context.read()
        }
    }

    /// Whether more bytes could only pile up: the client does not take its answers, or waits for one with more sent.
    private func mustHoldReads(_ context: ChannelHandlerContext) -> Bool {
        switch mode {
        case .open: !context.channel.isWritable
        case .general(let remaining, _): remaining == 0 && pending.readableBytes > 0
        case .handedOver, .lingering, .closed: false
        }
    }

    private func releaseReads(_ context: ChannelHandlerContext) {
        guard readWasHeld, !mustHoldReads(context) else { return }
        readWasHeld = false
        context.read()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        unwritableSince = context.channel.isWritable ? nil : .now()
        process(context)
        releaseReads(context)
        context.fireChannelWritabilityChanged()
    }

    // MARK: Requests

    /// Answers what is complete in `pending`, until a general request has to be waited for.
    private func process(_ context: ChannelHandlerContext) {
        // Writing can lead back here, through a change of writability.
        guard !isProcessing else { return }
        isProcessing = true
        defer { isProcessing = false }
        answerPending(context)
        if inputEnded { endIfNothingFollows(context) }
    }

    private func answerPending(_ context: ChannelHandlerContext) {
        var out: ByteBuffer?
        while pending.readableBytes > 0 {
            switch mode {
            case .open:
                guard context.channel.isWritable, step(context, &out) else { return finish(context, &out) }
            case .general(let remaining, let isAnswered):
                guard remaining > 0 else { return finish(context, &out) }
                forwardBody(context, remaining, isAnswered)
            case .handedOver:
                let rest = pending
                pending = ByteBuffer()
                finish(context, &out)
                context.fireChannelRead(wrapInboundOut(rest))
                // This may be the end of an answer and not of a read, and the read may have been the last.
                context.fireChannelReadComplete()
                if inputEnded { context.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
            case .lingering, .closed:
                return finish(context, &out)
            }
        }
        finish(context, &out)
    }

    /// Ends the connection of a client that sends no more, once all it asked for is answered.
    private func endIfNothingFollows(_ context: ChannelHandlerContext) {
        switch mode {
        // What waits is only whole where the channel is not writable.
        case .open where pending.readableBytes > 0 && !context.channel.isWritable: break
        // Half a request is for the general decoder to refuse.
        case .open where pending.readableBytes > 0:
            head = nil
            var out: ByteBuffer?
            _ = handOver(context, &out)
            answerPending(context)
        case .open: end(context)
        case .general(let remaining, _) where remaining > 0:
            mode = .handedOver
            context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        case .general, .handedOver, .lingering, .closed: break
        }
    }

    private func finish(_ context: ChannelHandlerContext, _ out: inout ByteBuffer?) {
        if let out { context.writeAndFlush(wrapOutboundOut(.byteBuffer(out)), promise: nil) }
        out = nil
        if pending.readableBytes == 0 { pending.clear(minimumCapacity: 0) }
    }

    /// Deals with the request at the beginning of `pending`; false where more bytes are needed, or no more may come.
    private func step(_ context: ChannelHandlerContext, _ out: inout ByteBuffer?) -> Bool {
        guard let head = head ?? scanHead(context, &out) else { return isHandedOver }
        self.head = nil
        searched = 0
        if head.bodyLength > loop.limits.bodyLimit {
            flush(context, &out)
            refuse(context, .bodyTooLarge(head.bodyLength, limit: loop.limits.bodyLimit))
            return false
        }
        let length = head.length + head.bodyLength
        guard let route = head.route, head.isJSON, head.bodyLength <= EventLoopState.inlineBodyLimit,
            loop.admits(head, pending.readableBytesUInt8Span)
        else {
            forwardHead(context, length, &out)
            return true
        }
        guard pending.readableBytes >= length else {
            self.head = head
            if phase != .body { enter(.body) }
            return false
        }
        var answer = out ?? context.channel.allocator.buffer(capacity: 1024)
        guard loop.answer(route, head, pending.readableBytesUInt8Span.extracting(0..<length), into: &answer) else {
            forwardHead(context, length, &out)
            return true
        }
        out = answer
        pending.moveReaderIndex(forwardBy: length)
        enter(.idle)
        // Many small calls with large answers must not pile these up before the channel says that it is full.
        if answer.readableBytes > 64 << 10 { flush(context, &out) }
        guard head.closes || loop.core.isDraining else { return true }
        flush(context, &out)
        end(context)
        return false
    }

    private var isHandedOver: Bool {
        if case .handedOver = mode { return true }
        return false
    }

    /// The head at the beginning of `pending`, if it is there and can be framed.
    private func scanHead(_ context: ChannelHandlerContext, _ out: inout ByteBuffer?) -> RequestHead? {
        if loop.handsEverythingOver { return handOver(context, &out) }
        switch RequestHead.scan(pending.readableBytesUInt8Span, searched: &searched) {
        case .head(let head):
            guard head.length <= loop.limits.headerLimit else {
                refuseHead(context, &out)
                return nil
            }
            return head
        case .incomplete:
            if pending.readableBytes > loop.limits.headerLimit {
                refuseHead(context, &out)
            } else if phase != .head {
                enter(.head)
            }
            return nil
        case .opaque: return handOver(context, &out)
        }
    }

    /// Leaves this request and all that follow to the general decoder.
    private func handOver(_ context: ChannelHandlerContext, _ out: inout ByteBuffer?) -> RequestHead? {
        flush(context, &out)
        installGeneralPipeline(context)
        mode = .handedOver
        enter(.head)
        return nil
    }

    private func flush(_ context: ChannelHandlerContext, _ out: inout ByteBuffer?) {
        if let answers = out { context.writeAndFlush(wrapOutboundOut(.byteBuffer(answers)), promise: nil) }
        out = nil
    }

    // MARK: The end

    private func refuseHead(_ context: ChannelHandlerContext, _ out: inout ByteBuffer?) {
        flush(context, &out)
        refuse(
            context,
            WireError(
                431, "headers_too_large",
                "the request's head is longer than \(loop.limits.headerLimit) bytes; send fewer or shorter headers"))
    }

    /// Ends the connection behind the answers that were written, leaving the client time to read them.
    private func end(_ context: ChannelHandlerContext) {
        switch mode {
        case .lingering, .closed: return
        case .open, .general, .handedOver: break
        }
        mode = .lingering
        enter(.lastAnswer)
        pending = ByteBuffer()
        let sent = context.eventLoop.makePromise(of: Void.self)
        if inputEnded {
            // With the other direction ended, closing ours would close at once and discard what is not sent.
            context.writeAndFlush(wrapOutboundOut(.byteBuffer(ByteBuffer())), promise: sent)
        } else {
            context.flush()
            context.close(mode: .output, promise: sent)
        }
        sent.futureResult.assumeIsolated().whenComplete { _ in
            guard let context = self.context else { return }
            self.enter(.linger)
            if self.inputEnded { context.close(promise: nil) }
        }
    }

    /// The general pipeline has nothing more to say.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard case .output = mode else { return context.close(mode: mode, promise: promise) }
        end(context)
        promise?.succeed()
    }

    /// Bytes from the general pipeline.
    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .lingering = mode {
            promise?.fail(ChannelError.outputClosed)
        } else {
            context.write(data, promise: promise)
        }
    }

    /// Answers with an error and ends the connection.
    private func refuse(_ context: ChannelHandlerContext, _ error: WireError) {
        guard case .open = mode else { return }
        var out = context.channel.allocator.buffer(capacity: 512)
        loop.write(error, into: &out)
        context.write(wrapOutboundOut(.byteBuffer(out)), promise: nil)
        end(context)
    }

    // MARK: General requests

    /// Sends the head of a request, and what is there of its body, to the general decoder.
    private func forwardHead(_ context: ChannelHandlerContext, _ length: Int, _ out: inout ByteBuffer?) {
        flush(context, &out)
        installGeneralPipeline(context)
        enter(pending.readableBytes < length ? .body : .answer)
        mode = .general(remaining: length, isAnswered: false)
        forwardBody(context, length, false)
    }

    private func forwardBody(_ context: ChannelHandlerContext, _ remaining: Int, _ isAnswered: Bool) {
        let count = min(remaining, pending.readableBytes)
        guard let slice = pending.readSlice(length: count) else { return }
        if remaining == count {
            if phase == .body { enter(.answer) }
            if isAnswered {
                mode = .open
                enter(.idle)
            } else {
                mode = .general(remaining: 0, isAnswered: false)
            }
        } else {
            mode = .general(remaining: remaining - count, isAnswered: isAnswered)
        }
        if remaining == count { forwardedRequests += 1 }
        context.fireChannelRead(wrapInboundOut(slice))
        context.fireChannelReadComplete()
        if remaining == count && decodedRequests != forwardedRequests && !decoderFailed {
            // This cannot happen as long as the head's rules are right; going on would smuggle a request.
            loop.core.logger.error("two readers of a request disagree about its end; the connection is closed")
            context.close(promise: nil)
        }
    }

    private func installGeneralPipeline(_ context: ChannelHandlerContext) {
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

// Used on its event loop alone.
@available(*, unavailable)
extension FrontHandler: Sendable {}
