import HummingbirdCore
import NIOCore
import NIOPosix

/// The state of each event loop, which only code on that loop can reach.
struct EventLoops: Sendable {
    private let boxes: [NIOLoopBoundBox<EventLoopState?>]

    /// Makes a state on each loop of `group`.
    init(
        _ group: MultiThreadedEventLoopGroup, core: ServiceCore, responder: @escaping HTTPChannelHandler.Responder
    ) async throws {
        boxes = group.makeIterator().map { .makeEmptyBox(valueType: EventLoopState.self, eventLoop: $0) }
        for box in boxes {
            try await box.eventLoop.submit { box.value = EventLoopState(core: core, responder: responder) }.get()
        }
    }

    /// The state of the loop that `channel` runs on; to be called on that loop.
    func state(for channel: any Channel) -> EventLoopState? {
        boxes.first { $0.eventLoop === channel.eventLoop }?.value
    }

    /// Looks after all connections now.
    func sweep() {
        for box in boxes { box.eventLoop.execute { box.value?.sweep() } }
    }

    /// Closes all connections, whatever is in flight.
    func cutConnections() {
        for box in boxes { box.eventLoop.execute { box.value?.cutConnections() } }
    }

    /// Looks after all connections four times a second, until the tasks are cancelled.
    func startSweeping() -> [RepeatedTask] {
        boxes.map { box in
            box.eventLoop.scheduleRepeatedTask(initialDelay: .milliseconds(250), delay: .milliseconds(250)) { _ in
                box.value?.sweep()
            }
        }
    }
}
