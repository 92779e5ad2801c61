import Foundation
import TestSupport
import Testing

@testable import Serving

/// Where a connection changes hands, or ends: nothing that was asked before may stay unanswered, and nothing may be
/// answered that was asked after.
@Suite(.serialized) struct ConnectionEndTests {
    private let question = #"{"text":"Why does my Python loop never end?"}"#

    private func chunked(_ path: String, _ json: String, headers: [String] = []) -> String {
        (["POST \(path) HTTP/1.1", "Host: a", "Content-Type: application/json", "Transfer-Encoding: chunked"] + headers)
            .joined(separator: "\r\n") + "\r\n\r\n" + String(json.utf8.count, radix: 16) + "\r\n\(json)\r\n0\r\n\r\n"
    }

    /// A batch whose answer is larger than what the kernel keeps for a connection.
    private var largeCall: String {
        let inputs = Array(repeating: "\"Why does my Python loop never end?\"", count: 1000)
        return post("/v1/classify", #"{"explain":true,"inputs":["# + inputs.joined(separator: ",") + "]}")
    }

    @Test func `a request that only the general decoder can read is answered behind one that can be framed`()
        async throws
    {
        try await withSidecar { port in
            let connection = try RawConnection(port: port)
            connection.send(get("/healthz") + chunked("/v1/classify", question) + post("/v1/classify", question))
            for _ in 0..<3 { #expect(connection.response()?.status == 200) }
        }
    }

    @Test(arguments: [
        "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "FOO / HTTP/1.1\r\nHost: a\r\n\r\n",
    ])
    func `nothing is answered behind the last answer`(_ last: String) async throws {
        try await withSidecar { port in
            for next in [post("/v1/classify", question), get("/healthz"), chunked("/v1/classify", question)] {
                let connection = try RawConnection(port: port)
                connection.send(last + next)
                let answers = connection.rest()
                #expect(answers?.components(separatedBy: "HTTP/1.1 ").count == 2, "\(answers ?? "never closed")")
            }
        }
    }

    @Test func `an answer that announces the connection's end is followed by it`() async throws {
        try await withSidecar { port in
            let connection = try RawConnection(port: port)
            connection.send(
                "POST /classify HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}")
            let response = connection.response()
            #expect(response?.status == 415 && response?.headers["connection"] == "close")
            #expect(connection.rest() == "")
        }
    }

    @Test func `an answer to HEAD has no body, whatever its status`() async throws {
        try await withSidecar { port in
            for path in ["/nowhere", "/v1/classify", "/healthz", "/v2/models/none"] {
                let connection = try RawConnection(port: port)
                connection.send(get(path, method: "HEAD") + get("/healthz", headers: ["Connection: close"]))
                let answers = connection.rest() ?? ""
                let parts = answers.components(separatedBy: "HTTP/1.1 ")
                #expect(parts.count == 3 && parts[1].hasSuffix("\r\n\r\n"), "\(path): \(answers)")
            }
        }
    }

    @Test func `HTTP 1.0 closes after the answer, unless the client asks to keep the connection`() async throws {
        try await withSidecar { port in
            let closing = try RawConnection(port: port)
            closing.send("GET /healthz HTTP/1.0\r\n\r\n")
            #expect(closing.response()?.status == 200)
            #expect(closing.rest() == "")
            let keeping = try RawConnection(port: port)
            for _ in 0..<2 {
                keeping.send("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                let response = keeping.response()
                #expect(response?.status == 200 && response?.headers["connection"] == "keep-alive")
            }
        }
    }

    @Test func `a client that waits for leave to send its body gets it, behind the answers before`() async throws {
        try await withSidecar { port in
            let connection = try RawConnection(port: port)
            let head =
                "POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                + "Expect: 100-continue\r\nContent-Length: \(question.utf8.count)\r\n\r\n"
            connection.send(chunked("/v1/classify", question) + head)
            #expect(connection.response()?.status == 200)
            #expect(connection.response()?.status == 100)
            connection.send(question)
            #expect(connection.response()?.status == 200)
            connection.send(head)
            #expect(connection.response()?.status == 100)
            connection.send(question)
            #expect(connection.response()?.status == 200)
        }
    }

    @Test func `a body that is announced as too large is refused before it is asked for`() async throws {
        try await withSidecar { port in
            let connection = try RawConnection(port: port)
            connection.send(
                "POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
                    + "Content-Length: 5000000\r\n\r\n")
            #expect(connection.response()?.status == 413)
            #expect(connection.rest() == "")
        }
    }

    @Test func `a broken body behind a refusal is not answered a second time`() async throws {
        try await withSidecar { port in
            let connection = try RawConnection(port: port)
            connection.send("POST /nowhere HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n")
            let answers = connection.rest()
            #expect(answers?.components(separatedBy: "HTTP/1.1 ").count == 2, "\(answers ?? "never closed")")
        }
    }

    @Test func `what is no HTTP, and a head too long for the decoder, are refused in words and counted`() async throws {
        try await withSidecar { port in
            let long = String(repeating: "x", count: 33_000)
            for (bytes, status, code) in [
                ("\u{1}\u{2}\r\n\r\n", 400, "malformed_request"),
                ("GET / HTTP/1.0\r\nX: \(long)\r\n\r\n", 431, "headers_too_large"),
                ("\r\nGET / HTTP/1.1\r\nX: \(long)\r\n\r\n", 431, "headers_too_large"),
            ] {
                let connection = try RawConnection(port: port)
                connection.send(bytes)
                let response = connection.response()
                #expect(response?.status == status && response?.body.contains("\"code\":\"\(code)\"") == true)
                #expect(connection.rest() == "")
            }
            let other = try RawConnection(port: port)
            other.send(get("/metrics"))
            let metrics = other.response()?.body ?? ""
            #expect(metrics.split(separator: "\n").contains { $0.contains("requests_total") && $0.contains("\"400\"") })
        }
    }

    @Test func `a client that ends its direction gets all its answers, then the end`() async throws {
        try await withSidecar({ $0.http.idleTimeout = 60 }) { port in
            let requests = [
                get("/healthz") + post("/v1/classify", question),
                post("/v1/classify", question) + get("/healthz"),
                get("/healthz") + chunked("/v1/classify", question),
                chunked("/v1/classify", question) + chunked("/v1/classify", question),
                post("/v1/classify", question) + chunked("/v1/classify", question),
            ]
            for (number, sent) in requests.enumerated() {
                let connection = try RawConnection(port: port)
                connection.send(sent)
                connection.endSending()
                let answers = connection.rest()
                #expect(
                    answers?.components(separatedBy: "HTTP/1.1 200").count == 3, "\(number): \(answers ?? "no end")")
            }
        }
    }

    @Test(arguments: [false, true])
    func `an answer larger than the kernel's buffers arrives whole, though the client reads late`(
        _ isHandedOver: Bool
    ) async throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/s.sock"
        try await withSidecar({
            $0.listen.unixSocket = path
            $0.classification.timeLimit = 60
        }) { _ in
            for endsByClosing in [true, false] {
                let connection = try RawConnection(unixSocket: path)
                var call = largeCall
                if endsByClosing {
                    call = call.replacingOccurrences(of: "Host: localhost", with: "Host: a\r\nConnection: close")
                }
                if isHandedOver { call = call.replacingOccurrences(of: "Host:", with: "Expect:\r\nHost:") }
                connection.send(call)
                if !endsByClosing { connection.endSending() }
                Thread.sleep(forTimeInterval: 3)
                let response = connection.response()
                #expect(response?.status == 200 && (response?.body.utf8.count ?? 0) > 400_000)
                #expect(connection.rest() == "")
            }
        }
    }

    @Test func `pipelined calls are all answered, though the client ends its direction and reads late`() async throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/s.sock"
        try await withSidecar({ $0.listen.unixSocket = path }) { _ in
            let connection = try RawConnection(unixSocket: path)
            let call = post("/v1/classify", question)
            // Their answers are more than the kernel and the service keep, the calls are less than what both take.
            let count = 2500
            let sender = Thread {
                connection.send(String(repeating: call, count: count))
                connection.endSending()
            }
            sender.start()
            Thread.sleep(forTimeInterval: 1)
            let answers = connection.rest() ?? ""
            #expect(answers.components(separatedBy: "HTTP/1.1 200").count == count + 1)
        }
    }

    @Test func `a connection is not idle while a pipelined request is being answered`() async throws {
        try await withSidecar({
            $0.http.idleTimeout = 0.25
            $0.classification.timeLimit = 60
        }) { port in
            let text = "\"" + String(repeating: "What is this? ", count: 300) + "\""
            let batch = #"{"inputs":["# + Array(repeating: text, count: 900).joined(separator: ",") + "]}"
            let connection = try RawConnection(port: port)
            connection.send(chunked("/v1/classify", question) + chunked("/v1/classify", batch))
            #expect(connection.response()?.status == 200)
            #expect(connection.response()?.status == 200)
        }
    }
}
