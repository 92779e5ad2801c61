import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Ten thousand connections to a service of its own process, which is started as a shell starts it: with few descriptors.
@Suite(.serialized) struct ManyConnectionsTests {
    private static let count = 10_000

    /// Whether this process may have as many connections open.
    private static let isPossible: Bool = {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0,
            limit.rlim_max >= rlim_t(count + 1000)
        else { return false }
        limit.rlim_cur = limit.rlim_max
        return setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 && ProgramRunner.tasktype != nil
    }()

    /// Bytes of memory that a process has in use.
    private func memory(of process: pid_t) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
        return try #require(Int(line.split(separator: " ", omittingEmptySubsequences: true)[1])) * 1024
    }

    @Test(.enabled(if: isPossible, "this process may not open 11,000 descriptors"))
    func `ten thousand connections cost little while they are open, and nothing once they are closed`() async throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/s.sock"
        let program = try #require(ProgramRunner.tasktype)
        let service = try ProgramRunner.start(
            [
                "-c", "ulimit -Sn 256; exec \"$0\" \"$@\"", program, "serve", "--port", "none", "--unix-socket", path,
                "--log-level", "error",
            ], program: "/bin/sh")
        defer { service.send(SIGKILL) }
        let isUp = try service.wait { FileManager.default.fileExists(atPath: path) }
        try #require(isUp, "\(service.errorsSoFar)")
        let other = try RawConnection(unixSocket: path)
        let call = post("/v1/classify", #"{"text":"Why does my Python loop never end?"}"#)

        /// Opens `count` connections, sends `request` on each, closes them, and gives the memory while they were open.
        func round(_ count: Int, _ request: String?) throws -> Int {
            var connections = try (0..<count).map { _ in try RawConnection(unixSocket: path) }
            if let request {
                for connection in connections { connection.send(request) }
                for connection in connections { #expect(connection.response()?.status == 200) }
            }
            other.send(call)
            #expect(other.response()?.status == 200)
            let open = try memory(of: service.identifier)
            connections.removeAll()
            // The service has seen all of them close when it counts one connection.
            let isAlone = try service.wait(timeLimit: 120) {
                other.send(get("/metrics"))
                return other.response()?.body.contains("\ntasktype_http_connections 1\n") == true
            }
            #expect(isAlone)
            return open
        }

        let before = try memory(of: service.identifier)
        // What is compared is the memory with all of them open: how much of what they free goes back to the system when
        // they close is the allocator's affair, and varies. The first rounds of requests that make the general pipeline,
        // and a task, may grow the allocator's arenas; a connection that leaves anything behind grows every round. Few
        // connections first: what ten thousand have freed would hide such growth.
        for request in [call, get("/healthz")] {
            let rounds = try (0..<4).map { _ in try round(Self.count / 5, request) }
            #expect(rounds[3] - rounds[1] < 4 << 20, "\(rounds)")
        }
        for request in [nil, call] {
            // A handler, its context and a socket: no task, no decoder, no buffer.
            let open = try round(Self.count, request)
            #expect((open - before) / Self.count < 12_000, "\(open), \(before) before")
        }
    }
}
