import Foundation
import TestSupport
import Testing

@testable import Serving

@Suite struct RefusalTests {
    /// Bodies that are wrong, with the status and the code of the refusal.
    static let bodies: [(body: String, status: Int, code: String)] = [
        ("", 400, "invalid_json"), ("{", 400, "invalid_json"), ("nonsense", 400, "invalid_json"),
        (#"{"text":"a"} x"#, 400, "invalid_json"), (#"{"text":1}"#, 422, "wrong_type"),
        (#"{"text":"a","text":"b"}"#, 422, "duplicate_field"), ("{}", 422, "missing_field"), ("[]", 422, "wrong_type"),
        (#"{"text":"a","messages":[]}"#, 422, "ambiguous_request"), (#"{"messages":[{}]}"#, 422, "missing_field"),
        (#"{"text":"a","model":"other"}"#, 404, "unknown_model"), (#"{"text":"a","top_k":0}"#, 422, "out_of_range"),
        (String(repeating: "[", count: 100_000), 422, "wrong_type"),
        (#"{"x":"# + String(repeating: "[", count: 30_000), 400, "invalid_json"),
        (
            #"{"inputs":["# + Array(repeating: "\"a\"", count: 1025).joined(separator: ",") + "]}", 422,
            "batch_too_large"
        ),
    ]

    @Test(arguments: ["/v1/classify", "/v1/classify?general"])
    func `a wrong body is refused with its status and one sentence, and the connection goes on`(_ path: String)
        async throws
    {
        try await withSidecar { port in
            let connection = try RawConnection(port: port)
            for (body, status, code) in Self.bodies {
                connection.send(post(path, body))
                let response = connection.response()
                #expect(response?.status == status, "\(body.prefix(40))")
                let object = try JSONSerialization.jsonObject(with: Data((response?.body ?? "").utf8)) as? [String: Any]
                let error = object?["error"] as? [String: Any]
                #expect(error?["code"] as? String == code, "\(body.prefix(40))")
                #expect((error?["message"] as? String)?.isEmpty == false)
            }
        }
    }

    @Test func `lone surrogates and invalid bytes are repaired, as the contract says`() async throws {
        try await withSidecar { port in
            let connection = try RawConnection(port: port)
            connection.send(post("/v1/classify", #"{"text":"\ud800 hello"}"#))
            #expect(connection.response()?.status == 200)
            let bytes = Array(#"{"text":"x"#.utf8) + [0xFF, 0xC3] + Array(#""}"#.utf8)
            connection.send(
                "POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: \(bytes.count)\r\n\r\n"
            )
            connection.send(bytes)
            #expect(connection.response()?.status == 200)
        }
    }

    @Test func `other media types, codings, paths and methods are refused`() async throws {
        try await withSidecar { port in
            let refused: [(String, Int)] = [
                (
                    "POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}",
                    415
                ),
                (
                    "POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
                        + "Content-Length: 2\r\n\r\n{}", 415
                ),
                (get("/nowhere"), 404), (get("/v1/classify"), 405), (get("/healthz", method: "DELETE"), 405),
                (post("/metrics", "{}"), 405),
            ]
            for (request, status) in refused {
                let connection = try RawConnection(port: port)
                connection.send(request)
                let response = connection.response()
                #expect(response?.status == status, "\(request.prefix(60))")
                if status == 405 { #expect(response?.headers["allow"] != nil) }
            }
        }
    }

    @Test func `a body without a media type is taken as JSON`() async throws {
        try await withSidecar { port in
            let connection = try RawConnection(port: port)
            connection.send("POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\n\r\n{\"text\":\"a\"}")
            #expect(connection.response()?.status == 200)
        }
    }

    @Test func `batches are answered in order`() async throws {
        try await withSidecar { port in
            let texts = (0..<500).map { index in
                ["Write a Python function that sorts a list", "thanks!", "What is 17 * 23 minus the square of 9?"][
                    index % 3]
            }
            let inputs = String(decoding: try JSONSerialization.data(withJSONObject: ["inputs": texts]), as: UTF8.self)
            let connection = try RawConnection(port: port)
            connection.send(post("/v1/classify", inputs))
            let body = connection.response()?.body ?? ""
            let object = try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]
            let types = (object?["results"] as? [[String: Any]])?.compactMap { $0["task_type"] as? String }
            var single: [String] = []
            for text in texts.prefix(3) {
                let call = try JSONSerialization.data(withJSONObject: ["text": text])
                connection.send(post("/v1/classify", String(decoding: call, as: UTF8.self)))
                let answer = try JSONSerialization.jsonObject(with: Data((connection.response()?.body ?? "").utf8))
                single.append((answer as? [String: Any])?["task_type"] as? String ?? "none")
            }
            #expect(Set(single).count > 1)
            #expect(types == (0..<500).map { single[$0 % 3] })
        }
    }
}
