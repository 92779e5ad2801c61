import NIOCore
import Telemetry

/// What a connection may take its time for, and what becomes of it when the service stops.
extension FrontHandler {
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
}
