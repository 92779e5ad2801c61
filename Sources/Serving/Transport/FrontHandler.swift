import HummingbirdCore
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

    private enum Mode {
        /// The next bytes are a request of any kind.
        case open
        /// A general request is being read (`remaining` bytes of it are to come) or answered.
        case general(remaining: Int, isAnswered: Bool)
        /// All bytes go to the general decoder.
        case handedOver
        /// Refused: nothing is answered any more, but bytes are read so that the client gets to read the refusal.
        case lingering
        case closed
    }

    /// What a connection is waiting for, and since when.
    enum Phase { case idle, head, body, answer, linger }

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
        if case ChannelEvent.inputClosed? = event as? ChannelEvent {
            inputEnded = true
            switch mode {
            // What came before the end has been answered; half a request never will be.
            case .open, .lingering: context.close(promise: nil)
            case .general(let remaining, _) where remaining > 0: context.close(promise: nil)
            case .general, .closed: break
            case .handedOver: context.fireUserInboundEventTriggered(event)
            }
            return
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        loop.core.logger.debug("connection error", metadata: ["error": "\(error)"])
        context.close(promise: nil)
    }

    /// Closes the connection as soon as no request is in flight.
    func drain() {
        guard let context else { return }
        switch mode {
        case .open where head == nil && pending.readableBytes == 0: context.close(promise: nil)
        case .handedOver where phase == .idle: context.close(promise: nil)
        case .lingering: context.close(promise: nil)
        default: break
        }
    }

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
            case .lingering, .closed:
                return finish(context, &out)
            }
        }
        finish(context, &out)
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
            refuse(
                context,
                WireError(
                    413, "body_too_large",
                    "the body has \(head.bodyLength) bytes, more than the \(loop.limits.bodyLimit) "
                        + "that are allowed; send less, or raise http.body_limit"))
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
        guard head.closes || loop.core.isDraining else { return true }
        flush(context, &out)
        mode = .lingering
        enter(.linger)
        context.close(mode: .output, promise: nil)
        return false
    }

    private var isHandedOver: Bool {
        if case .handedOver = mode { return true }
        return false
    }

    /// The head at the beginning of `pending`, if it is there and can be framed.
    private func scanHead(_ context: ChannelHandlerContext, _ out: inout ByteBuffer?) -> RequestHead? {
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
        case .opaque:
            flush(context, &out)
            installGeneralPipeline(context)
            mode = .handedOver
            enter(.head)
            return nil
        }
    }

    private func flush(_ context: ChannelHandlerContext, _ out: inout ByteBuffer?) {
        if let answers = out { context.writeAndFlush(wrapOutboundOut(.byteBuffer(answers)), promise: nil) }
        out = nil
    }

    // MARK: Refusals

    private func refuseHead(_ context: ChannelHandlerContext, _ out: inout ByteBuffer?) {
        flush(context, &out)
        refuse(
            context,
            WireError(
                431, "headers_too_large",
                "the request's head is longer than \(loop.limits.headerLimit) bytes; send fewer or shorter headers"))
    }

    /// Answers with an error and ends the connection, leaving the client time to read the answer.
    private func refuse(_ context: ChannelHandlerContext, _ error: WireError) {
        guard case .open = mode else { return }
        var out = context.channel.allocator.buffer(capacity: 512)
        loop.write(error, into: &out)
        mode = .lingering
        enter(.linger)
        pending.clear(minimumCapacity: 0)
        context.writeAndFlush(wrapOutboundOut(.byteBuffer(out)), promise: nil)
        // Closing at once, with bytes of the client unread, would reset the connection and discard the answer.
        context.close(mode: .output, promise: nil)
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
        context.fireChannelRead(wrapInboundOut(slice))
        context.fireChannelReadComplete()
    }

    private func installGeneralPipeline(_ context: ChannelHandlerContext) {
        guard !hasGeneralPipeline else { return }
        hasGeneralPipeline = true
        let channel = context.channel
        let front = NIOLoopBound(self, eventLoop: channel.eventLoop)
        let http = HTTP1Channel(
            responder: loop.responder,
            configuration: .init(additionalChannelHandlers: [GeneralRequestWatcher(front: front.value)]))
        let logger = loop.core.logger
        // On the channel's own loop this completes before it returns.
        http.setup(channel: channel, logger: logger).whenComplete { result in
            switch result {
            case .success(let value):
                // The handlers just added take it from this event that the channel is active.
                front.value.context?.fireChannelActive()
                Task { await http.handle(value: value, logger: logger) }
            case .failure(let error):
                logger.error("the HTTP pipeline could not be made", metadata: ["error": "\(error)"])
                channel.close(promise: nil)
            }
        }
    }

    /// The general decoder began to read a request.
    func generalRequestBegan() {
        if case .handedOver = mode { enter(.body) }
    }

    /// The general decoder read the whole of a request.
    func generalRequestEnded() {
        if case .handedOver = mode, phase == .body { enter(.answer) }
    }

    /// The answer to a general request was written.
    func generalResponseEnded() {
        guard let context else { return }
        switch mode {
        case .general(let remaining, _) where remaining > 0:
            mode = .general(remaining: remaining, isAnswered: true)
        case .general:
            mode = .open
            enter(.idle)
            // The answer is in the channel's queue but may not be flushed; what follows is written behind it.
            if inputEnded && pending.readableBytes == 0 || loop.core.isDraining {
                context.flush()
                context.close(mode: .all, promise: nil)
                return
            }
            process(context)
            releaseReads(context)
        case .handedOver: enter(.idle)
        case .open, .lingering, .closed: break
        }
    }
}

// Used on its event loop alone.
@available(*, unavailable)
extension FrontHandler: Sendable {}
