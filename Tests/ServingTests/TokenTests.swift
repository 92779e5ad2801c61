import TestSupport
import Testing

@testable import Serving

@Suite struct TokenTests {
    private let question = #"{"text":"hello"}"#

    @Test func `the gate opens to the whole token and to nothing else`() {
        let gate = TokenGate("s3cret")
        for (value, isRight) in [
            ("Bearer s3cret", true), ("bearer s3cret", true), ("Bearer s3cre", false), ("Bearer s3crets", false),
            ("Bearer  s3cret", false), ("Basic s3cret", false), ("s3cret", false), ("", false), ("Bearer ", false),
        ] {
            #expect(gate.admits(Array(value.utf8).span) == isRight, "\(value)")
        }
    }

    @Test func `classification asks for its token, on both paths, and health does not`() async throws {
        try await withSidecar({ $0.tokens.classify = "user" }) { port in
            let connection = try RawConnection(port: port)
            for path in ["/v1/classify", "/v1/classify?general", "/classify", "/predict", "/v2/models/default/infer"] {
                for headers in [[], ["Authorization: Bearer wrong"], ["Authorization: Basic user"]] {
                    connection.send(post(path, question, headers: headers))
                    let response = connection.response()
                    #expect(response?.status == 401 && response?.headers["www-authenticate"] == "Bearer", "\(path)")
                }
            }
            connection.send(post("/v1/classify", question, headers: ["Authorization: Bearer user"]))
            #expect(connection.response()?.status == 200)
            for path in ["/healthz", "/readyz", "/metrics", "/v2/health/ready", "/openapi.yaml"] {
                connection.send(get(path))
                #expect(connection.response()?.status == 200, "\(path)")
            }
        }
    }

    @Test func `administration is off without its token`() async throws {
        try await withSidecar { port in
            let connection = try RawConnection(port: port)
            connection.send(post("/v1/models/default/rollback", ""))
            let response = connection.response()
            #expect(response?.status == 403 && response?.body.contains("tokens.admin") == true)
        }
    }

    @Test func `the token for classification does not administer`() async throws {
        try await withSidecar({
            $0.tokens.classify = "user"
            $0.tokens.admin = "root"
        }) { port in
            let connection = try RawConnection(port: port)
            for (token, status) in [("user", 403), ("none", 401), ("root", 409)] {
                connection.send(
                    post("/v1/models/default/rollback", "", headers: ["Authorization: Bearer \(token)"]))
                #expect(connection.response()?.status == status, "\(token)")
            }
        }
    }
}
