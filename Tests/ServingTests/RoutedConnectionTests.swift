import Foundation
import TestSupport
import Testing

@testable import Serving

/// Decisions on the event loop: on connections with whatever else is asked there.
@Suite struct RoutedConnectionTests {
    private let folder: ScratchFolder
    private let policy: String

    init() throws {
        folder = try ScratchFolder()
        policy = try folder.write(RoutingSamples.policy, to: "policy.yaml")
    }

    /// How an answer of the event loop's begins; the general routes write names in another case.
    private static let inPlace = "HTTP/1.1 200 OK\r\ncontent-type: "

    /// All that is answered to `bytes`, as it comes.
    private static func raw(_ port: Int, _ bytes: String) throws -> String? {
        let connection = try RawConnection(port: port)
        connection.send(bytes)
        connection.endSending()
        return connection.rest()
    }

    /// The member `id` of an answer.
    private static func id(_ response: RawResponse?) -> String? {
        let json = try? JSONSerialization.jsonObject(with: Data((response?.body ?? "").utf8)) as? [String: Any]
        return json?["id"] as? String
    }

    @Test func `decisions, classifications and general requests on one connection are answered in order`()
        async throws
    {
        try await withSidecar({ $0.routing.policy = policy }) { port in
            let connection = try RawConnection(port: port)
            var bytes = ""
            let kinds = (0..<120).map { $0 % 7 }
            let large = String(repeating: "word ", count: 20_000)
            for (number, kind) in kinds.enumerated() {
                switch kind {
                case 0, 1, 2: bytes += RoutingSamples.call(number)
                case 3: bytes += post("/v1/classify", #"{"text":"hello"}"#, headers: ["X-Request-Id: \(number)"])
                case 4: bytes += get("/healthz", headers: ["X-Request-Id: \(number)"])
                case 5: bytes += post("/v1/route", "{", headers: ["X-Request-Id: \(number)"])
                // More than an event loop answers.
                default: bytes += number < 20 ? RoutingSamples.call(number, large) : RoutingSamples.call(number)
                }
            }
            connection.send(bytes)
            for (number, kind) in kinds.enumerated() {
                let response = try #require(connection.response(), "\(number)")
                switch kind {
                case 3, 4, 5:
                    #expect(response.status == (kind == 5 ? 400 : 200), "\(number)")
                    #expect(response.headers["x-request-id"] == "\(number)")
                default:
                    #expect(response.status == 200 && Self.id(response) == "\(number)")
                    #expect(response.headers["x-tasktype-decision"] == "\(number)")
                }
            }
            connection.endSending()
            #expect(connection.rest() == "")
        }
    }

    @Test func `a call in pieces is answered once it is whole`() async throws {
        try await withSidecar({ $0.routing.policy = policy }) { port in
            let connection = try RawConnection(port: port)
            let bytes = Array((RoutingSamples.call(1) + RoutingSamples.call(2, "This is top secret")).utf8)
            for byte in bytes.dropLast() { connection.send([byte]) }
            #expect(Self.id(connection.response()) == "1")
            connection.send(bytes.suffix(1))
            let second = connection.response()
            #expect(Self.id(second) == "2" && second?.headers["x-tasktype-model"] == "other")
        }
    }

    @Test func `small calls are decided in place, and those that could hold the event loop up are not`() async throws {
        let patterns = (0..<3).map { "- {name: r\($0), when: {regex: 'q[0-9]{\($0 + 900)}'}, then: {model: maxi}}" }
        let slow = try folder.write(
            RoutingSamples.policy.replacing("rules:", with: "rules:\n" + patterns.joined(separator: "\n")),
            to: "slow.yaml")
        let long = #"{"text":"\#(String(repeating: "ab", count: 4000))"}"#
        let huge = #"{"text":"\#(String(repeating: "ab", count: 40_000))"}"#
        try await withSidecar({ $0.routing.policy = policy }) { port in
            let small = try Self.raw(port, post("/v1/route", long))
            #expect(small?.hasPrefix(Self.inPlace) == true)
            let large = try Self.raw(port, post("/v1/route", huge))
            #expect(large?.hasPrefix("HTTP/1.1 200 OK\r\n") == true && large?.hasPrefix(Self.inPlace) == false)
        }
        try await withSidecar({ $0.routing.policy = slow }) { port in
            let small = try Self.raw(port, RoutingSamples.call(1))
            #expect(small?.hasPrefix(Self.inPlace) == true)
            let answer = try Self.raw(port, post("/v1/route", long))
            #expect(answer?.hasPrefix("HTTP/1.1 200 OK\r\n") == true && answer?.hasPrefix(Self.inPlace) == false)
        }
    }

    @Test func `a call that is too large is refused before it is sent`() async throws {
        try await withSidecar({
            $0.routing.policy = policy
            $0.http.bodyLimit = 1000
        }) { port in
            let connection = try RawConnection(port: port)
            connection.send(RoutingSamples.call(1))
            connection.send(
                "POST /v1/route HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1001\r\n\r\n")
            #expect(Self.id(connection.response()) == "1")
            let refusal = connection.response()
            #expect(refusal?.status == 413 && refusal?.headers["connection"] == "close")
            #expect(refusal?.body.contains(#""code":"body_too_large""#) == true)
        }
    }

    @Test func `callers that go away leave nothing behind that holds others up`() async throws {
        try await withSidecar({ $0.routing.policy = policy }) { port in
            let call = RoutingSamples.call(1)
            for round in 0..<60 {
                let connection = try RawConnection(port: port)
                let count = round % 2 == 0 ? call.utf8.count : call.utf8.count * round / 60
                connection.send(String(repeating: call, count: round % 3) + call.prefix(count))
            }
            let connection = try RawConnection(port: port)
            for number in 0..<10 {
                connection.send(RoutingSamples.call(number))
                #expect(Self.id(connection.response()) == "\(number)")
            }
        }
    }

    @Test func `a half-sent call is answered while the service stops, and announces the connection's end`()
        async throws
    {
        var configuration = ServiceConfiguration()
        configuration.listen.port = 0
        configuration.log.level = "critical"
        configuration.http.drainTimeout = 10
        configuration.routing.policy = policy
        configuration.routing.decisions = folder("decisions.jsonl")
        let (ports, port) = AsyncStream<Int?>.makeStream()
        let sidecar = try Sidecar(configuration, version: "test", stopsOnSignals: false) { port.yield($0) }
        let running = Task { try await sidecar.run() }
        let number = try #require(await ports.first { _ in true } ?? nil)
        let idle = try RawConnection(port: number)
        idle.send(RoutingSamples.call(5))
        #expect(Self.id(idle.response()) == "5")
        let connection = try RawConnection(port: number)
        let call = RoutingSamples.call(7)
        connection.send(RoutingSamples.call(6) + call.prefix(call.count / 2))
        #expect(Self.id(connection.response()) == "6")
        await sidecar.stop()
        #expect(idle.rest() == "")
        connection.send(String(call.suffix(call.count - call.count / 2)))
        let answer = connection.response()
        #expect(Self.id(answer) == "7" && answer?.headers["connection"] == "close")
        #expect(connection.rest() == "")
        try await running.value
        // What was answered is recorded, also the last.
        let recorded = try String(contentsOfFile: folder("decisions.jsonl"), encoding: .utf8)
        #expect(recorded.split(separator: "\n").count == 3 && recorded.contains(#""id":"7""#))
    }

    @Test func `decisions ask for the token, count, and need a policy`() async throws {
        try await withSidecar({
            $0.routing.policy = policy
            $0.tokens.classify = "user"
        }) { port in
            let connection = try RawConnection(port: port)
            connection.send(RoutingSamples.call(1))
            let refusal = connection.response()
            #expect(refusal?.status == 401 && refusal?.headers["www-authenticate"] == "Bearer")
            for _ in 0..<3 {
                connection.send(
                    post("/v1/route", #"{"text":"top secret"}"#, headers: ["Authorization: Bearer user"]))
                #expect(connection.response()?.status == 200)
            }
            connection.send(post("/v1/route", "{}", headers: ["Authorization: Bearer user"]))
            #expect(connection.response()?.status == 422)
            connection.send(get("/metrics"))
            let metrics = try #require(connection.response()?.body)
            for line in [
                #"tasktype_http_requests_total{route="/v1/route",status="200"} 3"#,
                #"tasktype_http_requests_total{route="/v1/route",status="401"} 1"#,
                #"tasktype_http_requests_total{route="/v1/route",status="422"} 1"#,
                #"tasktype_http_request_duration_seconds_count{route="/v1/route"} 5"#,
                #"tasktype_decisions_total{cause="rule",model="other"} 3"#,
                "tasktype_decision_duration_seconds_count 3",
            ] {
                #expect(metrics.contains(line + "\n"), "\(line)")
            }
        }
        try await withSidecar { port in
            let connection = try RawConnection(port: port)
            // Its body need not come first.
            let call = RoutingSamples.call(1)
            connection.send(String(call.prefix(call.count - 1)))
            let refusal = connection.response()
            #expect(refusal?.status == 404 && refusal?.body.contains(#""code":"no_policy""#) == true)
        }
    }
}
