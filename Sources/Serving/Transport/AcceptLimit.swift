import NIOCore
import Synchronization
import Telemetry

/// The connections that are open, over all listeners.
final class ConnectionCount: Sendable {
    let limit: Int
    private let open = Atomic<Int>(0)
    private let gauge: PrometheusGauge

    init(limit: Int, gauge: PrometheusGauge) {
        self.limit = limit
        self.gauge = gauge
    }

    var count: Int { open.load(ordering: .relaxed) }
    var isFull: Bool { count >= limit }
    func increment() {
        open.wrappingAdd(1, ordering: .relaxed)
        gauge.increment()
    }
    func decrement() {
        open.wrappingSubtract(1, ordering: .relaxed)
        gauge.increment(by: -1)
    }
}

/// Stops accepting while as many connections are open as may be; more wait in the kernel's queue.
final class AcceptLimit: ChannelInboundHandler, ChannelOutboundHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel
    typealias OutboundIn = Never

    private let connections: ConnectionCount
    private var readWasHeld = false

    init(_ connections: ConnectionCount) { self.connections = connections }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let child = unwrapInboundIn(data)
        connections.increment()
        let connections = connections
        let limiter = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        child.closeFuture.hop(to: context.eventLoop).whenComplete { _ in
            connections.decrement()
            let (handler, context) = limiter.value
            handler.release(context)
        }
        context.fireChannelRead(data)
    }

    func read(context: ChannelHandlerContext) {
        if connections.isFull {
            readWasHeld = true
        } else {
            context.read()
        }
    }

    private func release(_ context: ChannelHandlerContext) {
        guard readWasHeld, !connections.isFull else { return }
        readWasHeld = false
        context.read()
    }

    /// Where another listener's connections fill the count, none of ours may close: look again now and then.
    func handlerAdded(context: ChannelHandlerContext) {
        let limiter = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { task in
            let (handler, context) = limiter.value
            guard context.channel.isActive || handler.isNew else { return task.cancel() }
            handler.isNew = false
            handler.release(context)
        }
    }

    private var isNew = true
}
