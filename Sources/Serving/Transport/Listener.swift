import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle
import Telemetry

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Accepts connections on a TCP port and on a Unix domain socket, until the service stops.
struct Listener: ServiceLifecycle.Service {
    let core: ServiceCore
    let group: MultiThreadedEventLoopGroup
    let responder: HTTPChannelHandler.Responder
    let onListening: @Sendable (Int?) -> Void

    func run() async throws {
        let loops = try await EventLoops(group, core: core, responder: responder)
        let connections = ConnectionCount(limit: connectionLimit(), gauge: core.metrics.connections)
        var servers: [any Channel] = []
        var port: Int?
        do {
            if let path = core.configuration.listen.unixSocket {
                servers.append(try await bind(toSocket: path, loops, connections))
            }
            if let wanted = core.configuration.listen.port {
                let server = try await bind(toPort: wanted, loops, connections)
                servers.append(server)
                port = server.localAddress?.port
            }
        } catch {
            for server in servers { try? await server.close() }
            throw error
        }
        let sweeps = loops.startSweeping()
        core.logger.notice("ready", metadata: ["version": "\(core.version)"])
        onListening(port)
        try? await gracefulShutdown()
        await stop(servers, loops, sweeps, connections)
    }

    /// The connections that are accepted: as many as configured, and as there are descriptors for.
    private func connectionLimit() -> Int {
        let wanted = core.configuration.listen.maxConnections
        let possible = max(1, DescriptorLimit.raise() - DescriptorLimit.reserve)
        if possible < wanted {
            core.logger.warning(
                "the limit of open files allows fewer connections than listen.max_connections; raise it (ulimit -n)",
                metadata: ["connections": .stringConvertible(possible), "configured": .stringConvertible(wanted)])
        }
        return min(wanted, possible)
    }

    private func stop(
        _ servers: [any Channel], _ loops: EventLoops, _ sweeps: [RepeatedTask], _ connections: ConnectionCount
    ) async {
        core.drain()
        core.logger.notice("stopping", metadata: ["connections": .stringConvertible(connections.count)])
        for server in servers { try? await server.close() }
        if let path = core.configuration.listen.unixSocket { unlink(path) }
        loops.sweep()
        let deadline = ContinuousClock.now + .seconds(core.configuration.http.drainTimeout)
        while connections.count > 0, ContinuousClock.now < deadline {
            try? await Task.sleep(for: .milliseconds(20))
        }
        if connections.count > 0 {
            core.logger.warning(
                "connections were cut", metadata: ["connections": .stringConvertible(connections.count)])
            loops.cutConnections()
        }
        for sweep in sweeps { sweep.cancel() }
    }

    // MARK: Binding

    private func bind(
        toPort port: Int, _ loops: EventLoops, _ connections: ConnectionCount
    ) async throws -> any Channel {
        let tls = try core.configuration.tls.serverContext()
        let host = core.configuration.listen.host
        let bootstrap = bootstrap(loops, connections, tls: tls)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // Small answers are written whole; waiting to fill a packet would cost 40 ms with a client that delays its ACK.
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
        do {
            let channel = try await bootstrap.bind(host: host, port: port).get()
            core.logger.notice(
                "listening",
                metadata: [
                    "host": "\(host)", "port": .stringConvertible(channel.localAddress?.port ?? port),
                    "tls": .stringConvertible(tls != nil),
                ])
            return channel
        } catch {
            throw ServiceError("cannot listen on \(host):\(port): \(error); choose another listen.port or listen.host")
        }
    }

    private func bind(
        toSocket path: String, _ loops: EventLoops, _ connections: ConnectionCount
    ) async throws -> any Channel {
        try UnixSocketFile.makeWay(at: path)
        // The socket must never be open to others, not even between its creation and a chmod.
        let mask = umask(0o177)
        defer { umask(mask) }
        do {
            let channel = try await bootstrap(loops, connections, tls: nil).bind(unixDomainSocketPath: path).get()
            core.logger.notice("listening", metadata: ["unix_socket": "\(path)"])
            return channel
        } catch {
            throw ServiceError("cannot listen on the socket \(path): \(error); choose another listen.unix_socket")
        }
    }

    private func bootstrap(
        _ loops: EventLoops, _ connections: ConnectionCount, tls: NIOSSLContext?
    ) -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptLimit(connections))
                }
            }
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let loop = loops.state(for: channel) else { return }
                    if let tls {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
                    }
                    try channel.pipeline.syncOperations.addHandler(FrontHandler(loop: loop))
                }
            }
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 64 << 10, high: 256 << 10))
    }
}
