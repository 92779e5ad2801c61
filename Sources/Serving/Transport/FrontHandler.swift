import Logging
import NIOCore
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

    enum Mode {
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

    let loop: EventLoopState
    var mode = Mode.open
    var pending = ByteBuffer()
    /// Bytes of `pending` known to hold no end of a head.
    private var searched = 0
    /// The head at the beginning of `pending`, while its body is still to come.
    private var head: RequestHead?
    private var isProcessing = false
    private var readWasHeld = false
    var hasGeneralPipeline = false
    /// Requests that were forwarded whole, and those that the general decoder found the end of; they must agree.
    private var forwardedRequests = 0
    var decodedRequests = 0
    var decoderFailed = false
    private var inputEnded = false
    private(set) var phase = Phase.idle
    private(set) var phaseStart = NIODeadline.now()
    var unwritableSince: NIODeadline?
    var context: ChannelHandlerContext?

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

    func enter(_ phase: Phase) {
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

    func releaseReads(_ context: ChannelHandlerContext) {
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
    func process(_ context: ChannelHandlerContext) {
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
            loop.admits(route, head, pending.readableBytesUInt8Span)
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
        refuse(context, .headTooLong(limit: loop.limits.headerLimit))
    }

    /// Ends the connection behind the answers that were written, leaving the client time to read them.
    func end(_ context: ChannelHandlerContext) {
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
    func refuse(_ context: ChannelHandlerContext, _ error: WireError) {
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
}

// Used on its event loop alone.
@available(*, unavailable)
extension FrontHandler: Sendable {}
