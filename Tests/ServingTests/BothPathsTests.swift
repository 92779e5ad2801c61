import Foundation
import TestSupport
import Testing

@testable import Serving

/// The event loop's answers against those of the general routes, for whatever a client may send.
///
/// One sidecar reads requests as always; the other one leaves every byte to the general decoder. Where the front handler
/// framed, answered or refused anything differently from a full reader of HTTP, their answers would differ, in number,
/// order, status or body.
@Suite(.serialized) struct BothPathsTests {
    /// What is compared of an answer: its status and its body, without what differs from answer to answer.
    private struct Seen: Equatable, CustomStringConvertible {
        var status: Int
        var body: String
        var echoes: [String?]
        var description: String { "\(status) \(body.prefix(90)) \(echoes)" }
    }

    private static func seen(_ response: RawResponse) -> Seen {
        var body = response.body
        for pattern in [#""id":"[^"]*""#, #""created":\d+"#, #""processing_time_ms":[0-9.e+-]+"#] {
            body = body.replacingOccurrences(of: pattern, with: "", options: .regularExpression)
        }
        return Seen(
            status: response.status, body: body,
            echoes: [
                "x-tasktype-model", "x-tasktype-fallbacks", "x-tasktype-task-type", "x-tasktype-mode",
                "x-tasktype-cause", "x-request-id", "traceparent", "content-type", "retry-after", "connection",
            ].map { response.headers[$0] })
    }

    /// All answers to `bytes`, sent in `pieces`, up to the end of the connection; nil where it does not end.
    private static func answers(_ port: Int, _ pieces: [[UInt8]]) throws -> [Seen]? {
        let connection = try RawConnection(port: port)
        for piece in pieces where !connection.send(piece) { break }
        connection.endSending()
        var answers: [Seen] = []
        while let response = connection.response() { answers.append(seen(response)) }
        // Whether the last answer announces the end is a matter of whether the client's end was seen before it.
        if !answers.isEmpty { answers[answers.count - 1].echoes.removeLast() }
        return connection.rest() == "" ? answers : nil
    }

    @Test(arguments: [UInt64](1...12))
    func `both readers answer any sequence of requests alike`(_ seed: UInt64) async throws {
        let token = seed % 3 == 0 ? "secret" : nil
        let folder = try ScratchFolder()
        let policy = seed % 4 == 0 ? nil : try folder.write(RoutingSamples.policy, to: "policy.yaml")
        try await withSidecars({
            $0.tokens.classify = token
            $0.routing.policy = policy
        }) { front, general in
            var generator = SplitMix64(seed: seed)
            for round in 0..<60 {
                let requests = (0..<Int.random(in: 1...8, using: &generator)).map { _ in
                    RequestSamples.request(&generator)
                }
                var bytes = requests.flatMap { $0 }
                if Int.random(in: 0..<5, using: &generator) == 0 {
                    bytes.removeLast(Int.random(in: 0..<min(bytes.count, 200), using: &generator))
                }
                let pieces = RequestSamples.split(bytes, &generator)
                let expected = try Self.answers(general, pieces)
                let found = try Self.answers(front, pieces)
                #expect(
                    expected == found && found != nil,
                    """
                    seed \(seed), round \(round): \(requests.map { String(decoding: $0.prefix(400), as: UTF8.self) })
                    pieces \(pieces.map(\.count))
                    general routes: \(expected.map { "\($0)" } ?? "no end")
                    event loop:     \(found.map { "\($0)" } ?? "no end")
                    """)
            }
        }
    }
}
