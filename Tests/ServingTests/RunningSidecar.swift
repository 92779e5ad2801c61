import Foundation
import Synchronization
import TestSupport

@testable import Serving

/// Runs a sidecar on a free port while `body` talks to it, and stops it.
func withSidecar<Result: Sendable>(
    _ configure: (inout ServiceConfiguration) -> Void = { _ in },
    _ body: @escaping @Sendable (_ port: Int) throws -> Result
) async throws -> Result {
    var configuration = ServiceConfiguration()
    configuration.listen.port = 0
    configuration.listen.threads = 2
    configuration.log.level = "critical"
    configuration.http.drainTimeout = 5
    configure(&configuration)
    let (ports, port) = AsyncStream<Int?>.makeStream()
    let sidecar = try Sidecar(configuration, version: "test", stopsOnSignals: false) { port.yield($0) }
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
    let outcome = await withCheckedContinuation { continuation in
        // The body blocks on sockets, which must not hold up the threads that tasks share.
        Thread { continuation.resume(returning: Swift.Result { try body(first ?? 0) }) }.start()
    }
    await sidecar.stop()
    try await running.value
    return try outcome.get()
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
