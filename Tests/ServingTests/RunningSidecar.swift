import Foundation
import Synchronization
import TestSupport

@testable import Serving

/// Runs a sidecar on a free port while `body` talks to it, and stops it.
func withSidecar<Result: Sendable>(
    _ configure: (inout ServiceConfiguration) -> Void = { _ in },
    _ body: @escaping @Sendable (_ port: Int) throws -> Result
) async throws -> Result {
    try await withSidecar(configure, handsEverythingOver: false) { port in
        // The body blocks on sockets, which must not hold up the threads that tasks share; and it must know which test
        // it belongs to, or its expectations would fail unnoticed.
        try await withTaskExecutorPreference(OwnThreads()) { try body(port) }
    }
}

/// Runs a sidecar, and a second one that leaves everything to the general routes, while `body` talks to both.
func withSidecars(
    _ configure: (inout ServiceConfiguration) -> Void = { _ in },
    _ body: @escaping @Sendable (_ front: Int, _ general: Int) throws -> Void
) async throws {
    try await withSidecar(configure, handsEverythingOver: false) { front in
        try await withSidecar(configure, handsEverythingOver: true) { general in
            try await withTaskExecutorPreference(OwnThreads()) { try body(front, general) }
        }
    }
}

private func withSidecar<Result>(
    _ configure: (inout ServiceConfiguration) -> Void, handsEverythingOver: Bool,
    _ body: (_ port: Int) async throws -> Result
) async throws -> Result {
    var configuration = ServiceConfiguration()
    configuration.listen.port = 0
    configuration.listen.threads = 2
    configuration.log.level = "critical"
    configuration.http.drainTimeout = 5
    configure(&configuration)
    let (ports, port) = AsyncStream<Int?>.makeStream()
    let sidecar = try Sidecar(
        configuration, version: "test", stopsOnSignals: false, handsEverythingOver: handsEverythingOver
    ) { port.yield($0) }
    let running = Task { try await sidecar.run() }
    // Where the sidecar cannot start, its error is what the caller wants to see.
    let failing = Task {
        do { try await running.value } catch { port.finish() }
    }
    defer { failing.cancel() }
    guard let first = await ports.first(where: { _ in true }) else {
        try await running.value
        throw CancellationError()
    }
    let outcome: Swift.Result<Result, any Error>
    do { outcome = .success(try await body(first ?? 0)) } catch { outcome = .failure(error) }
    await sidecar.stop()
    try await running.value
    return try outcome.get()
}

/// Runs each job of a task on a thread of its own.
private final class OwnThreads: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedTaskExecutor()
        Thread { job.runSynchronously(on: executor) }.start()
    }
}

/// A call with a JSON body.
func post(_ path: String, _ json: String, headers: [String] = []) -> String {
    ([
        "POST \(path) HTTP/1.1", "Host: localhost", "Content-Type: application/json",
        "Content-Length: \(json.utf8.count)",
    ]
        + headers).joined(separator: "\r\n") + "\r\n\r\n" + json
}

/// A call without a body.
func get(_ path: String, method: String = "GET", headers: [String] = []) -> String {
    (["\(method) \(path) HTTP/1.1", "Host: localhost"] + headers).joined(separator: "\r\n") + "\r\n\r\n"
}
