import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Serving

@Suite struct StoppingTests {
    @Test func `when it stops, calls in flight are answered and idle connections closed`() async throws {
        var configuration = ServiceConfiguration()
        configuration.listen.port = 0
        configuration.listen.threads = 2
        configuration.log.level = "critical"
        configuration.http.drainTimeout = 10
        let (ports, port) = AsyncStream<Int?>.makeStream()
        let sidecar = try Sidecar(configuration, version: "test", stopsOnSignals: false) { port.yield($0) }
        let running = Task { try await sidecar.run() }
        let number = try #require(await ports.first { _ in true } ?? nil)

        let idle = try RawConnection(port: number)
        idle.send(get("/healthz"))
        #expect(idle.response()?.status == 200)
        let slow = try RawConnection(port: number)
        let call = post("/v1/classify", #"{"text":"Why does my loop never end?"}"#)
        slow.send(String(call.prefix(call.count / 2)))
        let batch = try RawConnection(port: number)
        let inputs = Array(repeating: "\"\(String(repeating: "What is this? ", count: 20))\"", count: 1000)
        batch.send(post("/v1/classify", #"{"inputs":["# + inputs.joined(separator: ",") + "]}"))
        try await Task.sleep(for: .milliseconds(50))

        await sidecar.stop()
        #expect(idle.rest() == "")
        #expect(batch.response()?.status == 200)
        slow.send(String(call.dropFirst(call.count / 2)))
        let answer = slow.response()
        #expect(answer?.status == 200 && answer?.headers["connection"] == "close")
        try await running.value
        #expect(throws: (any Error).self) { try RawConnection(port: number) }
    }

    @Test func `models are replaced under load without a failed request`() async throws {
        let folder = try ScratchFolder()
        let path = folder.path
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let weights = try Data(contentsOf: root.appendingPathComponent("models/default.safetensors"))
        try weights.write(to: URL(fileURLWithPath: path + "/default.safetensors"))
        try await withSidecar({
            $0.models.directory = path
            $0.models.watchInterval = 0
            $0.tokens.admin = "root"
        }) { port in
            let isOver = Atomic<Bool>(false)
            let failures = Mutex<[String]>([])
            let count = Atomic<Int>(0)
            // A plain thread for each client: their calls block.
            let clients = (0..<3).map { _ in
                let done = DispatchSemaphore(value: 0)
                Thread {
                    defer { done.signal() }
                    guard let connection = try? RawConnection(port: port) else { return }
                    while !isOver.load(ordering: .relaxed) {
                        connection.send(post("/v1/classify", #"{"text":"Why does my loop never end?"}"#))
                        let response = connection.response()
                        if response?.status != 200 || response?.body.contains(#""source":"model""#) != true {
                            failures.withLock { $0.append(response?.body ?? "no answer") }
                            return
                        }
                        count.wrappingAdd(1, ordering: .relaxed)
                    }
                }.start()
                return done
            }
            let admin = try RawConnection(port: port)
            for round in 0..<30 {
                // Bytes that mean the same but have another digest: a key that nobody reads is appended.
                try RevisedWeights.write(weights, round: round, to: path + "/default.safetensors")
                admin.send(post("/v1/models/default/activate", "", headers: ["Authorization: Bearer root"]))
                #expect(admin.response()?.status == 200, "round \(round)")
            }
            try Data("broken".utf8).write(to: URL(fileURLWithPath: path + "/default.safetensors"))
            admin.send(post("/v1/models/default/activate", "", headers: ["Authorization: Bearer root"]))
            #expect(admin.response()?.status == 422)
            admin.send(post("/v1/models/default/rollback", "", headers: ["Authorization: Bearer root"]))
            #expect(admin.response()?.status == 200)
            isOver.store(true, ordering: .relaxed)
            for client in clients { client.wait() }
            #expect(failures.withLock { $0 } == [])
            #expect(count.load(ordering: .relaxed) > 30)
        }
    }
}

/// The same model under another digest.
enum RevisedWeights {
    /// Writes a weights file with a note in its metadata, beside its target and renamed.
    static func write(_ weights: Data, round: Int, to path: String) throws {
        let length = weights.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
        let header = String(decoding: weights[8..<8 + length], as: UTF8.self)
        // Its metadata come first in the header, as this project writes it; safetensors pads with spaces.
        var changed = header.replacingOccurrences(
            of: #""__metadata__":{"#, with: #""__metadata__":{"test.round":"\#(round)","#)
        while changed.last == " " { changed.removeLast() }
        while (changed.utf8.count + 8) % 64 != 0 { changed += " " }
        var data = Data()
        for shift in 0..<8 { data.append(UInt8(truncatingIfNeeded: changed.utf8.count >> (8 * shift))) }
        data.append(contentsOf: changed.utf8)
        data.append(weights.dropFirst(8 + length))
        try data.write(to: URL(fileURLWithPath: path), options: .atomic)
    }
}
