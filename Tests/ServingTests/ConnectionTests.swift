import Foundation
import TestSupport
import Testing

@testable import Serving

@Suite(.serialized) struct ConnectionTests {
    private let question = #"{"text":"Why does my Python loop never end?"}"#

    private func taskType(_ response: RawResponse?) -> String? {
        guard let body = response?.body.data(using: .utf8),
            let object = try? JSONSerialization.jsonObject(with: body) as? [String: Any]
        else { return nil }
        return object["task_type"] as? String
    }

    @Test func `a connection is kept for further requests, hot and general ones mixed`() async throws {
        try await withSidecar { port in
            let connection = try RawConnection(port: port)
            for round in 0..<20 {
                connection.send(post("/v1/classify", question))
                #expect(taskType(connection.response()) == "code", "round \(round)")
                connection.send(get("/healthz"))
                #expect(connection.response()?.status == 200)
                connection.send(post("/v1/classify?x=1", question))
                #expect(taskType(connection.response()) == "code")
            }
        }
    }

    @Test func `pipelined requests are answered in their order, whatever their kind`() async throws {
        try await withSidecar { port in
            let connection = try RawConnection(port: port)
            var sent = ""
            var expected: [Int] = []
            for index in 0..<100 {
                switch index % 4 {
                case 0: sent += post("/v1/classify", question); expected.append(200)
                case 1: sent += get("/nowhere"); expected.append(404)
                case 2: sent += get("/healthz"); expected.append(200)
                default: sent += post("/v1/classify", "[]"); expected.append(422)
                }
            }
            connection.send(sent)
            let answers = expected.indices.map { _ in connection.response()?.status }
            #expect(answers == expected.map { $0 })
        }
    }

    @Test func `the request's identifiers come back`() async throws {
        try await withSidecar { port in
            let connection = try RawConnection(port: port)
            let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
            for path in ["/v1/classify", "/v1/classify?general"] {
                connection.send(post(path, question, headers: ["X-Request-Id: r-7", "traceparent: \(trace)"]))
                let response = connection.response()
                #expect(response?.headers["x-request-id"] == "r-7" && response?.headers["traceparent"] == trace)
            }
        }
    }

    @Test func `a request that comes byte by byte is answered`() async throws {
        try await withSidecar { port in
            let connection = try RawConnection(port: port)
            for byte in post("/v1/classify", question).utf8 { connection.send([byte]) }
            #expect(taskType(connection.response()) == "code")
        }
    }

    @Test func `chunked bodies are answered`() async throws {
        try await withSidecar { port in
            let connection = try RawConnection(port: port)
            for _ in 0..<2 {
                connection.send(
                    "POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n8\r\n{\"text\":\r\n")
                connection.send("10\r\n\"fix this regex\"\r\n1\r\n}\r\n0\r\n\r\n")
                #expect(taskType(connection.response()) != nil)
            }
        }
    }

    @Test func `a client that ends its direction still gets its answer`() async throws {
        try await withSidecar { port in
            for path in ["/v1/classify", "/v1/classify?general"] {
                let connection = try RawConnection(port: port)
                connection.send(post(path, question))
                connection.endSending()
                #expect(taskType(connection.response()) == "code", "\(path)")
                #expect(connection.rest() == "", "\(path)")
            }
        }
    }

    @Test func `close is honoured`() async throws {
        try await withSidecar { port in
            for path in ["/v1/classify", "/v1/classify?general"] {
                let connection = try RawConnection(port: port)
                connection.send(post(path, question, headers: ["Connection: close"]))
                #expect(connection.response()?.status == 200, "\(path)")
                #expect(connection.rest() == "", "\(path)")
            }
        }
    }

    @Test func `a body that is too large is refused before it is read`() async throws {
        try await withSidecar { port in
            let connection = try RawConnection(port: port)
            connection.send(
                "POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 5000000\r\n\r\n{"
            )
            let response = connection.response()
            #expect(response?.status == 413 && response?.body.contains("body_too_large") == true)
            #expect(connection.rest() == "")
        }
    }

    @Test func `a chunked body that grows too large is refused`() async throws {
        try await withSidecar({ $0.http.bodyLimit = 10_000 }) { port in
            let connection = try RawConnection(port: port)
            connection.send(
                "POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            )
            let chunk = "400\r\n" + String(repeating: "a", count: 1024) + "\r\n"
            for _ in 0..<30 { connection.send(chunk) }
            #expect(connection.response()?.status == 413)
        }
    }

    @Test func `heads that never end, and bodies that never come, are closed after a set time`() async throws {
        try await withSidecar({
            $0.http.headerTimeout = 0.5
            $0.http.bodyTimeout = 0.5
            $0.http.idleTimeout = 0.7
        }) { port in
            let trickling = try RawConnection(port: port)
            trickling.send("POST /v1/classify HTTP/1.1\r\nHost: a\r\nX: ")
            let waiting = try RawConnection(port: port)
            waiting.send(
                "POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{")
            let chunked = try RawConnection(port: port)
            chunked.send("POST /v1/classify HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n")
            let idle = try RawConnection(port: port)
            #expect(trickling.response()?.status == 408)
            #expect(waiting.response()?.status == 408)
            #expect(chunked.rest() != nil)
            #expect(idle.rest() == "")
        }
    }

    @Test func `a head that is too long is refused`() async throws {
        try await withSidecar { port in
            let connection = try RawConnection(port: port)
            connection.send("GET /healthz HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "x", count: 40_000))
            #expect(connection.response()?.status == 431)
        }
    }

    @Test func `garbage is refused or closed, and others are served meanwhile`() async throws {
        try await withSidecar { port in
            var generator = SplitMix64(seed: 7)
            let other = try RawConnection(port: port)
            for _ in 0..<50 {
                let connection = try RawConnection(port: port)
                connection.send(
                    (0..<200).map { _ in UInt8.random(in: 0...255, using: &generator) } + Array("\r\n\r\n".utf8))
                connection.endSending()
                #expect(connection.rest() != nil)
                other.send(post("/v1/classify", question))
                #expect(other.response()?.status == 200)
            }
        }
    }

    @Test func `garbage pipelined behind a good request does not harm its answer`() async throws {
        try await withSidecar { port in
            let connection = try RawConnection(port: port)
            connection.send(post("/v1/classify", question) + "\u{1}\u{2}garbage\r\n\r\n")
            #expect(connection.response()?.status == 200)
            let rest = connection.rest()
            #expect(rest?.hasPrefix("HTTP/1.1 400") == true, "\(rest ?? "none")")
        }
    }

    @Test func `a client that never reads its answers is stopped and closed`() async throws {
        try await withSidecar({ $0.http.writeTimeout = 1 }) { port in
            let deaf = try RawConnection(port: port)
            let call = Array(post("/v1/classify", question).utf8)
            // Calls are sent until the service no longer takes them: it must not pile up answers.
            var sent = 0
            while sent < 400_000, deaf.send(call) { sent += 1 }
            #expect(sent < 400_000, "the service took \(sent) calls without one answer read")
            let other = try RawConnection(port: port)
            other.send(post("/v1/classify", question))
            #expect(other.response()?.status == 200)
        }
    }

    @Test func `idle connections by the thousand leave others unharmed`() async throws {
        try await withSidecar { port in
            let idle = try (0..<2000).map { _ in try RawConnection(port: port) }
            let other = try RawConnection(port: port)
            other.send(post("/v1/classify", question))
            #expect(other.response()?.status == 200)
            #expect(idle.count == 2000)
        }
    }

    @Test func `beyond the limit connections wait until another one closes`() async throws {
        try await withSidecar({ $0.listen.maxConnections = 2 }) { port in
            var open: [RawConnection] = try (0..<2).map { _ in try RawConnection(port: port) }
            for connection in open {
                connection.send(get("/healthz"))
                #expect(connection.response()?.status == 200)
            }
            let third = try RawConnection(port: port)
            third.send(get("/healthz"))
            open.removeAll()
            #expect(third.response()?.status == 200)
        }
    }

    @Test func `a Unix domain socket has mode 0600, replaces a stale one, and is removed at the end`() async throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/s.sock"
        for _ in 0..<2 {
            try await withSidecar({
                $0.listen.port = nil
                $0.listen.unixSocket = path
            }) { _ in
                let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
                #expect(mode == 0o600)
                let connection = try RawConnection(unixSocket: path)
                connection.send(post("/v1/classify", question))
                #expect(connection.response()?.status == 200)
            }
            #expect(!FileManager.default.fileExists(atPath: path))
            // A socket that nobody answers on, as a killed service leaves it.
            try RawConnection.leaveStaleSocket(at: path)
        }
    }

    @Test func `a socket in use and a file that is no socket are left alone`() async throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/s.sock"
        try await withSidecar({ $0.listen.unixSocket = path }) { _ in }
        try "precious".write(toFile: path, atomically: true, encoding: .utf8)
        await #expect(throws: ServiceError.self) {
            try await withSidecar({ $0.listen.unixSocket = path }) { _ in }
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
    }
}
