import NIOCore
import NIOHTTP1

/// Stands between the general decoder and Hummingbird: it tells the front handler how far requests and answers are, and
/// sees to what the framework leaves to its users: when a connection ends, answers to `HEAD`, and `Expect`.
final class GeneralRequestWatcher: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// A request whose answer has not been written.
    private struct Unanswered {
        /// Nothing is answered behind it.
        var isLast: Bool
        /// It came as HTTP/1.0, where connections are kept only if both sides say so.
        var keepsAliveByWord: Bool
        var isHead: Bool
        /// The client sends the body when it is told to.
        var awaitsLeave: Bool
    }

    private let front: FrontHandler
    private let bodyLimit: Int
    private var unanswered = CircularBuffer<Unanswered>(initialCapacity: 1)
    private var isReading = false
    private var isHeadTooLong = false

    init(front: FrontHandler, bodyLimit: Int) {
        self.front = front
        self.bodyLimit = bodyLimit
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            isReading = true
            unanswered.append(request(head))
            giveLeave(context)
        case .body:
            if !unanswered.isEmpty { unanswered[unanswered.index(before: unanswered.endIndex)].awaitsLeave = false }
        case .end:
            isReading = false
            front.generalRequestEnded()
        }
        front.generalStateChanged(isReading: isReading, unanswered: unanswered.count)
        context.fireChannelRead(data)
    }

    private func request(_ head: HTTPRequestHead) -> Unanswered {
        let isOld = head.version != .http1_1
        let expects = !isOld && head.headers["expect"].contains { $0.lowercased() == "100-continue" }
        let length = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
        // Whether the body of a client that is refused without being asked for it will come is anyone's guess.
        return Unanswered(
            isLast: !head.isKeepAlive || expects && length > bodyLimit, keepsAliveByWord: isOld,
            isHead: head.method == .HEAD, awaitsLeave: expects && length <= bodyLimit)
    }

    /// Tells a client that waits for it to send the body, as soon as the answers before it are written.
    private func giveLeave(_ context: ChannelHandlerContext) {
        guard unanswered.count == 1, let first = unanswered.first, first.awaitsLeave else { return }
        unanswered[unanswered.startIndex].awaitsLeave = false
        context.writeAndFlush(wrapOutboundOut(.head(.init(version: .http1_1, status: .continue))), promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        front.generalDecoderFailed()
        if isReading {
            // The request that broke off has one answer, and no refusal behind it.
            if unanswered.isEmpty { return front.generalAnswersEnded() }
            unanswered[unanswered.index(before: unanswered.endIndex)].isLast = true
        }
        isHeadTooLong = error as? HTTPParserError == .headerOverflow
        context.fireErrorCaught(error)
    }

    // MARK: Answers

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head where unanswered.isEmpty:
            refuse(context, promise)
        case .head(var head):
            prepare(&head)
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body:
            if unanswered.first?.isHead == true {
                promise?.succeed()
            } else {
                context.write(data, promise: promise)
            }
        case .end:
            context.write(data, promise: promise)
            // Without a request it is the refusal of what is none.
            if unanswered.popFirst()?.isLast ?? true { return front.generalAnswersEnded() }
            giveLeave(context)
            front.generalStateChanged(isReading: isReading, unanswered: unanswered.count)
            front.generalResponseEnded()
        }
    }

    /// Refuses what is no request, in the words of the service instead of an empty answer of Hummingbird's.
    private func refuse(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        let (status, headers, body) = front.refusalOfOpaqueBytes(isHeadTooLong: isHeadTooLong)
        let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: promise)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
    }

    /// Says in an answer's head whether the connection ends behind it.
    private func prepare(_ head: inout HTTPResponseHead) {
        guard let request = unanswered.first else { return }
        if request.isLast {
            head.headers.replaceOrAdd(name: "connection", value: "close")
        } else if head.headers["connection"].contains("close") {
            unanswered[unanswered.startIndex].isLast = true
        } else if request.keepsAliveByWord {
            head.headers.replaceOrAdd(name: "connection", value: "keep-alive")
        }
    }
}

// Used on its event loop alone.
@available(*, unavailable)
extension GeneralRequestWatcher: Sendable {}
