import NIOCore
import NIOHTTPTypes

/// Tells the front handler when the general decoder has read a request and when its answer was written.
final class GeneralRequestWatcher: ChannelInboundHandler, ChannelOutboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let front: FrontHandler

    init(front: FrontHandler) { self.front = front }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: front.generalRequestBegan()
        case .body: break
        case .end: front.generalRequestEnded()
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let isEnd =
            switch unwrapOutboundIn(data) {
            case .end: true
            case .head, .body: false
            }
        context.write(data, promise: promise)
        if isEnd { front.generalResponseEnded() }
    }
}
